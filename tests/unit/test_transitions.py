"""The table of a hold's life, read whole."""

from __future__ import annotations

import pytest

from engine.refusals import Code
from engine.transitions import TRANSITIONS, Phase, Step, refusal_for

TABLE = """
             CHANGE    RENEW     RELEASE   EXPIRE    PIN       UNPIN     BOOK      CANCEL
ACTIVE       ACTIVE    ACTIVE    RELEASED  EXPIRED   PINNED    mismatch  mismatch  mismatch
PINNED       mismatch  mismatch  mismatch  EXPIRED   mismatch  ACTIVE    BOOKED    mismatch
BOOKED       booked    booked    booked    booked    booked    booked    booked    CANCELLED
CANCELLED    ended     ended     ended     ended     ended     ended     ended     ended
RELEASED     ended     ended     ended     ended     ended     ended     ended     ended
EXPIRED      ended     ended     ended     ended     ended     ended     ended     ended
"""
REFUSED = {"mismatch": Code.HOLD_MISMATCH, "booked": Code.ALREADY_BOOKED, "ended": Code.HOLD_EXPIRED}
HEAD, *LINES = [line.split() for line in TABLE.strip().splitlines()]
CELLS = [(line[0], step, cell) for line in LINES for step, cell in zip(HEAD, line[1:], strict=True)]


@pytest.mark.parametrize(("phase", "step", "cell"), CELLS)
def test_table(phase: str, step: str, cell: str) -> None:
    """Every step in every phase leads where the table says, or is refused as it says."""
    assert TRANSITIONS[Phase[phase]].get(Step[step]) == (None if cell in REFUSED else Phase[cell])
    assert REFUSED.get(cell) == refusal_for(Phase[phase], Step[step])


def test_every_phase_can_be_reached() -> None:
    """No phase is only written down."""
    reached = {Phase.ACTIVE}.union(*(line.values() for line in TRANSITIONS.values()))
    assert set(Phase) == reached
