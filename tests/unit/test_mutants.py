"""Deliberate defects that fit the source, and the page that tells of them."""

from __future__ import annotations

import re

import pytest

from proof.mutants.catalogue import ALL
from proof.mutants.killers import Verdict, _command, _verdict, longest_s
from proof.mutants.limits import RUN_MIN_S, TEST_MIN_S, TIMES, UNHURRIED, Limits, Took, limits_after
from proof.mutants.mutant import DOUBTFUL, VIOLATED, BySales, ByTests, Edit, EditStale, Mutant, edited
from proof.mutants.seeds import status_of, told
from proof.mutants.tree import ROOT
from tests.unit.doc_pages import DOCS, rows, text

RELIABILITY = DOCS / "RELIABILITY.md"


@pytest.mark.parametrize("mutant", ALL, ids=lambda mutant: mutant.name)
def test_every_mutant_fits_the_source(mutant: Mutant) -> None:
    """What is to be replaced stands there once, and what comes of it is a program."""
    texts: dict[str, str] = {}
    for edit in mutant.edits:
        texts[edit.file] = edited(texts.get(edit.file, text(ROOT / edit.file)), edit)
    for file, changed in texts.items():
        assert changed != text(ROOT / file)
        if file.endswith(".py"):
            compile(changed, file, "exec")


def test_every_mutant_has_a_name_and_killers_that_exist() -> None:
    """ByTests are named by file and function, and nobody is without."""
    assert len(ALL) == len({mutant.name for mutant in ALL})
    for mutant in ALL:
        assert mutant.killers, mutant.name
        for killer in mutant.killers:
            for selection in killer.selection if isinstance(killer, ByTests) else ():
                file, _, name = selection.partition("::")
                assert f"def {name}" in text(ROOT / file), selection
            assert isinstance(killer, ByTests) or killer.count >= killer.enough, mutant.name


def test_an_edit_that_fits_no_more_or_twice_is_told() -> None:
    """The code moved on: the mutant would test nothing."""
    for source in ("b", "aa"):
        with pytest.raises(EditStale, match="not once"):
            edited(source, Edit("file", "a", "c"))


@pytest.mark.parametrize(
    ("status", "of_tests", "of_sales"),
    [
        (0, Verdict.SURVIVED, Verdict.SURVIVED),
        (1, Verdict.CAUGHT, Verdict.BROKEN),
        (2, Verdict.BROKEN, Verdict.BROKEN),
        (VIOLATED, Verdict.BROKEN, Verdict.CAUGHT),
        (DOUBTFUL, Verdict.BROKEN, Verdict.DOUBTFUL),
        (-9, Verdict.BROKEN, Verdict.BROKEN),
    ],
)
def test_only_what_noticed_the_defect_counts(status: int, of_tests: Verdict, of_sales: Verdict) -> None:
    """A run that could not begin, or was killed, has caught nothing."""
    assert (of_tests, of_sales) == (_verdict(ByTests(()), status), _verdict(BySales(1), status))


def test_a_defect_that_few_sales_notice_is_not_caught_for_sure() -> None:
    """Whoever looks at the table learns how many of them it was."""
    assert [0, DOUBTFUL, DOUBTFUL, VIOLATED] == [status_of(noticed, 3) for noticed in range(4)]
    assert "1 of 60 alone, seed 48: oversold\n" == told(["seed 48: oversold"], 60, 3)
    assert "seed 0: oversold\n" == told(["seed 0: oversold"] * 3, 60, 3)
    assert "" == told([], 60, 3)
    assert ["-m", "proof.mutants.seeds", "7", "60", "2"] == list(_command(BySales(60, 7, 2), UNHURRIED))[1:]


def test_limits_grow_with_what_the_tree_as_it_is_took() -> None:
    """A busy machine neither makes it unsound nor catches a mutant, and a quiet one waits for nobody long."""
    assert Limits(TEST_MIN_S, RUN_MIN_S) == limits_after(())
    assert Limits(TEST_MIN_S, RUN_MIN_S) == limits_after((Took(40.0, 1.5), Took(90.0)))
    assert Limits(TIMES * 25.0, TIMES * 700.0) == limits_after((Took(300.0, 25.0), Took(700.0)))


def test_no_test_of_the_tree_as_it_is_is_hurried() -> None:
    """A test has at least the time there that it has under a defect on a quiet machine."""
    assert TIMES * TEST_MIN_S <= UNHURRIED.test_s
    assert TIMES * RUN_MIN_S <= UNHURRIED.run_s
    assert "timeout=42" in _command(ByTests(("tests/unit",)), Limits(42.0, 1.0))


def test_the_longest_stage_of_a_test_is_what_pytest_tells() -> None:
    """Setting up counts as running does; of quick tests nothing is told."""
    told = (
        "=== slowest 2 durations ===\n12.25s setup    tests/a.py::test_a\n3.00s call     tests/a.py::test_b\n"
    )
    assert 12.25 == longest_s(f"..  [100%]\n{told}2 passed in 20.1s\n")
    assert 0.0 == longest_s("..  [100%]\n2 passed in 20.1s\n")


def test_the_page_tells_of_every_mutant() -> None:
    """Name, reason and killers, in the order of the catalogue."""
    expected = [
        [mutant.name, mutant.why, "; ".join(str(killer) for killer in mutant.killers)] for mutant in ALL
    ]
    assert expected == rows(RELIABILITY, "## Deliberate defects")


def test_every_test_that_the_page_names_exists() -> None:
    """Who lays their failures beside ours finds the tests."""
    named = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", text(RELIABILITY))
    assert named
    for file, name in named:
        assert f"def {name}(" in text(ROOT / file), name
