"""Every mutant against its killers, some at a time, after the killers have passed without any mutant."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import chain
from queue import SimpleQueue

import msgspec

from proof.mutants.killers import Finding, Verdict, run
from proof.mutants.limits import UNHURRIED, Limits, Took, limits_after
from proof.mutants.mutant import BySales, ByTests, EditStale, Killer, Mutant
from proof.mutants.tree import Copy, copies


class Fate(msgspec.Struct, frozen=True):
    """What became of a mutant: caught by each killer, or `trouble` says why it was not."""

    mutant: Mutant
    findings: tuple[Finding, ...]
    trouble: str = ""

    @property
    def caught(self) -> bool:
        """Whether every killer caught it."""
        return not self.trouble and all(each.verdict is Verdict.CAUGHT for each in self.findings)


class Unsound(Exception):
    """A killer fails on the tree as it is: it would catch anything."""


def hunt(mutants: Sequence[Mutant], jobs: int, told: Callable[[Fate], None]) -> list[Fate]:
    """Try all mutants, `jobs` at a time, and tell of each as it is done. Raises `Unsound`."""
    with copies(jobs) as made, ThreadPoolExecutor(jobs) as pool:
        free: SimpleQueue[Copy] = SimpleQueue()
        for copy in made:
            free.put(copy)

        def with_copy(work: Callable[[Copy], Fate]) -> Fate:
            copy = free.get()
            try:
                fate = work(copy)
            finally:
                free.put(copy)
            told(fate)
            return fate

        limits = limits_after(_soundly(mutants, made[0]))
        return list(pool.map(lambda mutant: with_copy(lambda copy: _fate(mutant, copy, limits)), mutants))


def _soundly(mutants: Sequence[Mutant], copy: Copy) -> Iterator[Took]:
    """What the killers take on the tree as it is. Raises `Unsound`."""
    for killer in _merged([killer for mutant in mutants for killer in mutant.killers]):
        finding = run(killer, copy, UNHURRIED)
        if finding.verdict is not Verdict.SURVIVED:
            raise Unsound(f"{killer} without any mutant: {finding.words}")
        yield finding.took


def _merged(killers: Sequence[Killer]) -> list[Killer]:
    """The same tests in one go, and as many sales as the longest run of them."""
    names = chain.from_iterable(each.selection for each in killers if isinstance(each, ByTests))
    tests = tuple(dict.fromkeys(names))
    # Without a selection all tests there are would run.
    merged: list[Killer] = [ByTests(tests)] if tests else []
    sales = [each for each in killers if isinstance(each, BySales)]
    if sales:
        first = min(each.first for each in sales)
        merged.append(BySales(max(each.first + each.count for each in sales) - first, first))
    return merged


def _fate(mutant: Mutant, copy: Copy, limits: Limits) -> Fate:
    try:
        with copy.mutated(mutant):
            return Fate(mutant, tuple(run(killer, copy, limits) for killer in mutant.killers))
    except EditStale as stale:
        return Fate(mutant, (), str(stale))
