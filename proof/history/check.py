"""The check of a recorded history against the journals it is about."""

from __future__ import annotations

import gc
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager

import msgspec

from proof.auditor.across import Across
from proof.auditor.journal import Journal, Source
from proof.history.commands import Command, check_one_answer, commands_of, never_asked
from proof.history.follows import check_follows
from proof.history.operations import History, Operation, Sight, gather, position_of
from proof.history.rules import Report, Rule
from proof.history.section import Key, SectionCheck
from proof.rules import Breach
from protocol.history import AnyLine


def check(
    lines: Iterable[AnyLine],
    journals: Iterable[Journal],
    staff: Collection[str] | None = None,
    *,
    at_rest: bool = False,
) -> Report:
    """Whether everything that was recorded can have happened as the journals tell it, in one order.

    `lines` may be those of several recordings, one after the other; `journals` must be complete,
    read after the last recorded call had ended, and of every section that is spoken of. `staff`:
    see `proof.auditor.Auditor`; `at_rest`: nothing that sections lend each other is under way.
    Raises `NotAHistory` for lines that do not belong together.
    """
    with _no_collector():
        return _Check(gather(lines), staff).run(journals, at_rest=at_rest)


@contextmanager
def _no_collector() -> Iterator[None]:
    """Nothing here refers to itself, and a million calls cost the collector three times what they cost us."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


class _Check:
    """One check: what was told, by `ep` and record."""

    def __init__(self, history: History, staff: Collection[str] | None) -> None:
        self._history = history
        self._staff = staff
        self._across = Across()
        self._commands: dict[Key, Command] = commands_of(history.operations)
        self._told: dict[str, dict[int, list[Operation]]] = defaultdict(dict)
        self._sights: dict[str, list[tuple[str, Sight]]] = defaultdict(list)
        self._names: dict[str, str] = {}
        self._breaches: list[Breach] = []
        for operation in history.operations:
            position = position_of(operation)
            if position is not None:
                self._told[position[0]].setdefault(position[1], []).append(operation)
        for clock, sight in history.sights:
            ep = getattr(sight, "ep", None)
            if ep is not None:
                self._sights[ep].append((clock, sight))

    def run(self, journals: Iterable[Journal], *, at_rest: bool) -> Report:
        sections = [checked for journal in journals if (checked := self._section(journal)) is not None]
        self._elsewhere()
        self._keys()
        self._clients()
        if all(not section.breaches for section in sections):  # else what follows a breach means nothing
            for each in self._across.breaches(at_rest=at_rest):
                self._breaches.append(Breach(each.rule, each.detail, each.section, each.seq))
        breaches = [breach for section in sections for breach in section.breaches] + self._breaches
        tallies = [section.tally for section in sections]
        answered = sum(each.acknowledged + each.refused + each.read for each in tallies)
        return Report(
            operations=len(self._history.operations),
            acknowledged=sum(each.acknowledged for each in tallies),
            refused=sum(each.refused for each in tallies),
            read=sum(each.read for each in tallies),
            open=len(self._history.operations) - answered,
            found=sum(_open(command) and bool(command.effects) for command in self._commands.values()),
            sights=len(self._history.sights),
            records=sum(each.records for each in tallies),
            breaches=tuple(breaches),
        )

    def _section(self, journal: Journal) -> SectionCheck | None:
        source = journal.source
        told, sights = self._told.pop(source.history, {}), self._sights.pop(source.history, [])
        self._names[source.history] = f"{source.event}/{source.section}"
        self._channels(source, sights)
        try:
            section = SectionCheck(source, told, sights, self._commands, self._across, self._staff)
        except (LookupError, msgspec.MsgspecError) as error:
            self._tell(Rule.IN_JOURNAL, source.history, 0, [str(error)])
            return None
        section.run(journal.rows)
        return section

    def _channels(self, source: Source, sights: list[tuple[str, Sight]]) -> None:
        name = f"{source.event}/{source.section}"
        for _, sight in sights:
            if sight.channel != name:
                wrong = f"{sight.client} saw it as {sight.channel}"
                self._tell(Rule.IN_JOURNAL, source.history, 0, [wrong])

    def _elsewhere(self) -> None:
        for ep, told in self._told.items():
            for seq, operations in told.items():
                for operation in operations:
                    self._tell(
                        Rule.IN_JOURNAL, ep, seq, [f"{operation.told} names a history that no journal has"]
                    )
        for ep, sights in self._sights.items():
            self._tell(Rule.IN_JOURNAL, ep, 0, [f"{sights[0][1].client} saw a history that no journal has"])

    def _keys(self) -> None:
        for command in self._commands.values():
            if len(command.calls) > 1:
                self._tell(Rule.ONE_ANSWER, "", 0, check_one_answer(command))
            if command.effects and never_asked(command):
                self._tell(Rule.NO_EFFECT, "", 0, [f"{command.told} was refused, and left a record"])

    def _clients(self) -> None:
        sights = [sight for _, sight in self._history.sights]
        if sights:
            for ep, wrong, seq in check_follows(self._history.operations, sights):
                self._tell(Rule.FOLLOWS, ep, seq, [wrong])

    def _tell(self, rule: Rule, ep: str, seq: int, findings: Iterable[str] | Iterator[str]) -> None:
        where = self._names.get(ep, ep)
        self._breaches.extend(Breach(rule.value, finding, where, seq) for finding in findings)


def _open(command: Command) -> bool:
    """Whether nobody was told the outcome of a command."""
    return all(position_of(call) is None for call in command.calls)
