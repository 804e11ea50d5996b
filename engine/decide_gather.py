"""One hold of what several sections have lent: the decision of a gathering.

The record that this leads to is the only place where such a hold begins or grows: before it there
is none of it, and after it there is all of it.
"""

from __future__ import annotations

from engine.commands import Entry, GatherHold, Request
from engine.contents import Contents, without
from engine.decide_takes import new_hold
from engine.events import HoldChanged, HoldPlaced, Part
from engine.guards import check_holds, check_sale, find_target, is_staff, too_large
from engine.holds import Hold
from engine.refusals import Code, Refusal
from engine.state import SectionState


def gather_hold(state: SectionState, entry: Entry, command: GatherHold) -> HoldPlaced | HoldChanged | Refusal:
    """Judge a gathering: whether the hold may have what the sections have lent to it."""
    request = entry.request
    hold, trouble = find_target(state, entry, command.hold)
    if trouble is not None:
        return trouble
    left = _left(state, hold, command)
    if isinstance(left, Refusal):
        return left
    parts = left.parts + command.parts
    refusal = (
        _check_parts(state, command.parts)
        or _check_size(state, request, left.size + sum(part.quantity for part in command.parts))
        or (check_holds(state, request) if hold is None else None)
        or check_sale(state, request)
    )
    if refusal is not None:
        return refusal
    if hold is None:
        return new_hold(state, entry, (), (), parts)
    return HoldChanged(hold.id, left.seats, left.places, hold.expires_ms, hold.renewals_left, parts)


def _left(state: SectionState, hold: Hold | None, command: GatherHold) -> Contents | Refusal:
    if hold is None:
        return Contents()
    if command.release:
        return without(state.layout, hold, command.release)
    return Contents(hold.seats, hold.places, hold.parts)


def _check_parts(state: SectionState, parts: tuple[Part, ...]) -> Refusal | None:
    """A gathering is for one hold, once."""
    if not parts:
        return Refusal(Code.INVALID, "Nothing was gathered.")
    known = [part.gathering for part in parts if part.gathering in state.gathered]
    return Refusal(Code.HOLD_MISMATCH, objects=tuple(known)) if known else None


def _check_size(state: SectionState, request: Request, size: int) -> Refusal | None:
    limits = state.terms.limits
    return too_large(limits) if size > limits.seats_per_hold and not is_staff(request) else None
