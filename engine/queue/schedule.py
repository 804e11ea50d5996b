"""What a room does by itself, and when: the shell asks `next_due` and gives a `Tick`."""

from __future__ import annotations

from engine.queue.admission import BATCH_MAX, PRESSURE_TTL_MS, UNIT, accrued, admission_due, quota
from engine.queue.draw import list_hash
from engine.queue.events import (
    LineDrawn,
    ListFrozen,
    MembersAdmitted,
    PassesExpired,
    PlacesLapsed,
    PressureSet,
    RoomGathered,
    RoomOpened,
)
from engine.queue.phases import RoomPhase
from engine.queue.state import RoomState, next_expiry

SEED_BYTES = 32
_Opening = ListFrozen | RoomOpened | LineDrawn
Due = PlacesLapsed | PassesExpired | PressureSet | RoomGathered | _Opening | MembersAdmitted


def next_due(state: RoomState) -> int | None:
    """When something is to be done next, in Unix milliseconds; None while nothing is."""
    dues = (
        _lapse_due(state),
        next_expiry(state),
        _stale_due(state),
        gathering_due(state),
        opening_due(state),
        admission_due(state),
    )
    return min((due for due in dues if due is not None), default=None)


def due_event(state: RoomState, at_ms: int, seed: bytes) -> Due | None:
    """The first of the things that are due at `at_ms`: places that lapsed are not let in."""
    if _is_due(gathering_due(state), at_ms):
        return gathering(seed)
    if _is_due(_lapse_due(state), at_ms):
        return PlacesLapsed(_lapsed(state, at_ms))
    if _is_due(next_expiry(state), at_ms):
        return PassesExpired(_expired(state, at_ms))
    if _is_due(_stale_due(state), at_ms):
        return PressureSet(next(iter(state.pressures)), 0)
    if _is_due(opening_due(state), at_ms):
        return LineDrawn() if state.phase is RoomPhase.DRAW else opening(state, at_ms)
    count = quota(state, at_ms)
    return admit(state, at_ms, count) if count else None


def _is_due(due_ms: int | None, at_ms: int) -> bool:
    return due_ms is not None and due_ms <= at_ms


def gathering(seed: bytes) -> RoomGathered:
    """How people begin to gather: the room is bound to a seed. Raises `ValueError` for what is none."""
    if len(seed) != SEED_BYTES:
        raise ValueError(f"a draw is bound to a seed of {SEED_BYTES} bytes")
    return RoomGathered(seed)


def opening(state: RoomState, at_ms: int) -> ListFrozen | RoomOpened:
    """How a room opens: by a draw if it makes one and anybody is there, else at once."""
    if state.phase is not RoomPhase.PRE or state.lined_up or not state.waiting:
        return RoomOpened()
    return ListFrozen(list_hash(waiting_tickets(state)), at_ms + state.terms.draw_ms)


def waiting_tickets(state: RoomState) -> list[str]:
    """The tickets of all who wait, in the order they joined."""
    return [state.members[number].ticket for number in sorted(state.seen)]


def admit(state: RoomState, at_ms: int, count: int, *, by_hand: bool = False) -> MembersAdmitted:
    """Let in the first `count` of the line; by hand it costs no credit."""
    numbers = tuple([state.number_at[slot] for slot in state.line.first(count)])
    credit = accrued(state, at_ms) - (0 if by_hand else count * UNIT)
    return MembersAdmitted(numbers, at_ms + state.terms.pass_ttl_ms, max(0, credit), by_hand)


def gathering_due(state: RoomState) -> int | None:
    """When people may gather by themselves."""
    return state.terms.gathers_ms if state.phase is RoomPhase.CLOSED else None


def opening_due(state: RoomState) -> int | None:
    """When the room opens by itself, or its list is frozen for a draw, or the draw is made."""
    if state.phase is RoomPhase.DRAW:
        return state.draw.draws_ms
    opens_ms = state.terms.opens_ms
    if opens_ms is None or state.phase not in (RoomPhase.CLOSED, RoomPhase.PRE):
        return None
    return opens_ms if state.lined_up else opens_ms - state.terms.draw_ms


def _lapse_due(state: RoomState) -> int | None:
    return next(iter(state.seen.values())) + state.terms.grace_ms if state.seen else None


def _stale_due(state: RoomState) -> int | None:
    """When the word of a source of pressure is too old to count; the first is the oldest."""
    oldest = next(iter(state.pressures.values()), None)
    return None if oldest is None else oldest.at_ms + PRESSURE_TTL_MS


def _lapsed(state: RoomState, at_ms: int) -> tuple[int, ...]:
    numbers: list[int] = []
    for number, seen_ms in state.seen.items():
        if seen_ms + state.terms.grace_ms > at_ms or len(numbers) == BATCH_MAX:
            break
        numbers.append(number)
    return tuple(numbers)


def _expired(state: RoomState, at_ms: int) -> tuple[int, ...]:
    # Below an entry of a heap nothing is earlier: only due branches are walked.
    numbers: list[int] = []
    branches = [0]
    while branches and len(numbers) < BATCH_MAX:
        index = branches.pop()
        if index < len(state.passes) and state.passes[index][0] <= at_ms:
            expires_ms, number = state.passes[index]
            member = state.members.get(number)
            if member is not None and member.pass_expires_ms == expires_ms:
                numbers.append(number)
            branches += (2 * index + 1, 2 * index + 2)
    return tuple(sorted(numbers))
