"""What a sale is blamed for is what went wrong first, and not what follows from it."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from importlib import import_module

import pytest

from proof.auditor.checks import check_entry
from proof.auditor.ledger import Ledger
from proof.auditor.records import Entry
from proof.auditor.rules import Rule
from proof.auditor.waiting_records import Listed
from proof.simulation.runner import simulate
from proof.simulation.scenario import Scenario

WITH_A_LINE = 6
"""A seed in whose sale people wait in several sections."""


def _finds_fault(ledger: Ledger, entry: Entry, staff: Collection[str] | None) -> Iterator[tuple[Rule, str]]:
    if isinstance(entry.what, Listed):
        yield Rule.FAIR, "found fault with it"
    yield from check_entry(ledger, entry, staff)


def test_a_breach_before_the_end_is_not_hidden_by_lists_that_end_with_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Books end before the record that breaks a rule, and their lists disagree: the rule is what is told."""
    monkeypatch.setattr(import_module("proof.auditor.audit"), "check_entry", _finds_fault)
    told = simulate(Scenario(WITH_A_LINE, commands=250)).violations
    assert "found fault with it" in told[0], told
