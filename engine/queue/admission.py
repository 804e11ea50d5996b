"""How many may be let in, and when: a bucket that fills with time, and what holds it back.

Credit is counted in units of a 60,000,000th of an admission, so that a rate a minute, a time
in milliseconds and a slowdown in thousandths multiply to whole numbers and nothing is lost.
"""

from __future__ import annotations

from typing import Final

from engine.queue.phases import RoomPhase
from engine.queue.state import RoomState

UNIT: Final = 60_000_000
"""The credit of one admission."""
FULL: Final = 1_000
"""The level of pressure that stops admissions."""
STEP_MS: Final = 100
"""Admissions are made in steps of this length, and no finer."""
CREDIT_MS: Final = 2_000
"""Credit of this much time is kept at most: after a silence the door opens no wider than before."""
BATCH_MAX: Final = 1_000
"""Members that one record speaks of at most."""
PRESSURE_TTL_MS: Final = 30_000
"""A level of pressure counts for so long, unless it is said again."""


def level(state: RoomState) -> int:
    """How many thousandths of the rate are taken away: as much as the slowest source says."""
    return max((pressure.level for pressure in state.pressures.values()), default=0)


def accrued(state: RoomState, at_ms: int) -> int:
    """The credit at `at_ms`, which must not be before `state.credited_ms`."""
    if state.phase is not RoomPhase.OPEN:
        return state.credit
    rate = state.terms.rate_per_minute
    gained = rate * (at_ms - state.credited_ms) * (FULL - level(state))
    return min(state.credit + gained, max(2 * UNIT, rate * CREDIT_MS * FULL))


def room_left(state: RoomState) -> int:
    """How many could be let in if time did not matter."""
    left = min(state.waiting, BATCH_MAX)
    if state.terms.mode == "passthrough":
        return left
    if state.terms.active_max is not None:
        left = min(left, state.terms.active_max - state.active)
    if state.stock is not None:
        # Those let in since the last word may all be about to take a place each.
        left = min(left, state.stock[0] - state.since_stock)
    return max(left, 0)


def quota(state: RoomState, at_ms: int) -> int:
    """How many are to be let in at `at_ms`."""
    if state.phase is not RoomPhase.OPEN:
        return 0
    left = room_left(state)
    return left if state.terms.mode == "passthrough" else min(left, accrued(state, at_ms) // UNIT)


def admission_due(state: RoomState) -> int | None:
    """When somebody is to be let in next; None when that depends on something else than time."""
    if state.phase is not RoomPhase.OPEN or not room_left(state):
        return None
    if state.terms.mode == "passthrough":
        return state.at_ms
    gain = state.terms.rate_per_minute * (FULL - level(state))
    if not gain:
        return None
    missing = max(0, UNIT - state.credit)
    return state.credited_ms + max(STEP_MS, -(-missing // gain))
