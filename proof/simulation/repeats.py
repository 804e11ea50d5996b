"""Same key, same body, same outcome: bytes of a yes, code of a no."""

from __future__ import annotations

from typing import Final

import msgspec

from proof.simulation.caller import Outcome
from proof.simulation.ledger import Ledger

FORGOTTEN: Final = frozenset(("not_admitted",))
"""Refusals that are not kept under their keys: whoever has a pass by then may be let in."""


def compare(ledger: Ledger, kind: str, key: str, first: Outcome, again: Outcome) -> None:
    """Two answers under one key; what is not known, and what is not kept, is not compared."""
    if FORGOTTEN.intersection((first.code, again.code)):
        return
    if kind == "checkout.begin" and first.code == "payment_declined" and again.body is not None:
        return  # an order is told as it now stands: its money came late, and found its seats
    known = (first.body or first.code) and (again.body or again.code)
    if known and (first.body, first.code) != (again.body, again.code):
        ledger.violation(f"{kind} under {key} had two outcomes: {_told(first)} and then {_told(again)}")


def _told(outcome: Outcome) -> str:
    if outcome.body is None:
        return outcome.code
    return str(msgspec.msgpack.decode(outcome.body))
