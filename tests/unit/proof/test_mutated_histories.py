"""A checker that never finds anything proves nothing: good histories are spoilt, and it must tell."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from proof.auditor import Journal
from proof.history import NotAHistory, Report, check
from proof.history.operations import gather
from protocol.history import FORMAT, Answered, Begun, Invoked, Lost
from tests.unit.proof.sales import Sale, lines_of
from tests.unit.proof.spoils import SPOILS, Spoil
from tests.unit.proof.wishes import STAFF

SEEDS = range(40)


def judged(sale: Sale) -> Report:
    """What the checker says."""
    return check(sale.lines, [sale.journal], {STAFF})


@pytest.mark.parametrize("spoil", SPOILS, ids=lambda spoil: spoil.__name__)
def test_what_was_spoilt_is_found(spoil: Spoil) -> None:
    """In each of three sales that have something of the kind."""
    spoilt = 0
    for seed in SEEDS:
        sale = Sale(seed)
        if spoil(sale):
            found = {breach.rule for breach in judged(sale).breaches}
            assert found, f"seed {seed}"
            assert SPOILS[spoil] <= found, f"seed {seed}"
            spoilt += 1
        if spoilt == 3:
            return
    pytest.fail("no sale has anything of the kind")


@pytest.mark.parametrize("seed", range(25))
def test_a_sale_as_it_was_is_clean(seed: int) -> None:
    """And all of it was looked at."""
    sale = Sale(seed)
    report = judged(sale)
    assert () == report.breaches
    assert len(sale.rows) == report.records
    invoked = sum(1 for _ in lines_of(sale, Invoked))
    assert invoked == report.operations == report.acknowledged + report.refused + report.read + report.open


def test_whatever_nobody_was_told_may_have_happened_or_not() -> None:
    """Answers that were lost, on their way or by the client, are no breach."""
    sale = Sale(1)
    sale.lines = [
        Lost(line.at_ns, line.client, line.call, "DeadlineExceeded") if isinstance(line, Answered) else line
        for line in sale.lines
    ]
    report = judged(sale)
    assert () == report.breaches
    assert 0 == report.acknowledged
    assert report.found > 10


def test_clocks_that_cannot_be_compared_are_not() -> None:
    """A machine whose clock is ahead records what looks late on another's; its own clock says so."""
    sale = Sale(3)
    ahead_ns = max(line.at_ns for _, line in lines_of(sale, Answered))
    ann = [line for line in sale.lines if getattr(line, "client", None) == "ann"]
    others = [line for line in sale.lines if getattr(line, "client", None) != "ann"]
    late = [replace(line, at_ns=line.at_ns + ahead_ns) if hasattr(line, "at_ns") else line for line in ann]
    one_clock = check([*others, *late], [sale.journal], {STAFF})
    assert {"H6"} == {breach.rule for breach in one_clock.breaches}
    own_clock = check([*others, Begun(FORMAT, "another machine"), *late], [sale.journal], {STAFF})
    assert () == own_clock.breaches


def test_lines_that_do_not_belong_together_are_refused() -> None:
    """An end without a call, a call twice, a format of the future."""
    call = Invoked(1, "c", 1, "hold.create", "k")
    for lines in ([Answered(1, "c", 1)], [call, call], [Begun("holdfast-history/9", "x")]):
        with pytest.raises(NotAHistory):
            gather(lines)


def test_a_journal_of_another_plan_is_told() -> None:
    """Nothing is checked against a plan without the section."""
    sale = Sale(1)
    source = replace(sale.source, section="T")
    report = check(sale.lines, [Journal(source, sale.rows)])
    assert {"H1"} == {breach.rule for breach in report.breaches}
