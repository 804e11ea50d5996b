"""Commands about a hold that exists: release, swap, extend, and the end that time brings."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from engine.commands import Entry, ExtendHold, ReleaseHold, SwapHold
from engine.events import HoldChanged, HoldReleased, HoldsExpired
from engine.guards import check_limits, check_sale, earliest, find_hold, find_target
from engine.holds import Hold
from engine.objects import check_seats, resolve_objects, resolve_seats, torn_tables
from engine.orphans import check_orphans
from engine.quotes import quote_named
from engine.refusals import Code, Refusal
from engine.state import SectionState, due_holds
from engine.transitions import Step


def release_hold(
    state: SectionState, entry: Entry, command: ReleaseHold
) -> HoldReleased | HoldChanged | Refusal:
    """Give back all of a hold or a part of it; what stays keeps its deadline."""
    hold = find_hold(state, entry, command.hold, Step.RELEASE)
    trouble = hold if isinstance(hold, Refusal) else None
    if command.objects is None:
        return hold if isinstance(hold, Refusal) else HoldReleased(hold.id, entry.at_ms)
    named = resolve_objects(state.layout, command.objects)
    if isinstance(named, Refusal):
        return earliest(trouble, named)
    if isinstance(hold, Refusal):
        return hold
    seats, areas = named
    refusal = _in_hold(state, hold, seats, areas)
    if refusal is not None:
        return refusal
    kept = tuple([item for item in hold.seats if item.seat not in seats])
    places = tuple([item for item in hold.places if item.area not in areas])
    if not kept and not places:
        return HoldReleased(hold.id, entry.at_ms)
    return HoldChanged(hold.id, kept, places, hold.expires_ms, hold.renewals_left)


def swap_hold(state: SectionState, entry: Entry, command: SwapHold) -> HoldChanged | Refusal:
    """Give back some seats and take others in one step; the deadline stays as it was."""
    request = entry.request
    hold, trouble = find_target(state, entry, command.hold)
    release = resolve_seats(state.layout, command.release)
    take = resolve_seats(state.layout, command.take)
    if isinstance(release, Refusal):
        return earliest(trouble, release)
    if isinstance(take, Refusal):
        return earliest(trouble, take)
    own = () if hold is None else {item.seat for item in hold.seats}
    refusal = earliest(trouble, check_seats(state, request, take, own))
    if hold is None or refusal is not None:
        return refusal or Refusal(Code.NOT_FOUND, objects=(command.hold,))
    if not release or not take or len(set(take)) < len(take):
        return Refusal(Code.INVALID, "A swap names seats to give back and seats to take, each once.")
    refusal = _in_hold(state, hold, release, ())
    if refusal is not None:
        return refusal
    if not set(own).isdisjoint(take):
        return Refusal(Code.INVALID, "A seat to take is in this hold already.")
    items = quote_named(state, take, command.types)
    if isinstance(items, Refusal):
        return items
    refusal = (
        check_limits(state, request, hold, len(take) - len(set(release)))
        or check_orphans(state, request, take, release)
        or check_sale(state, request)
    )
    if refusal is not None:
        return refusal
    kept = tuple([item for item in hold.seats if item.seat not in release])
    return HoldChanged(hold.id, kept + items, hold.places, hold.expires_ms, hold.renewals_left)


def extend_hold(state: SectionState, entry: Entry, command: ExtendHold) -> HoldChanged | Refusal:
    """Renew a deadline, within the number of renewals and the longest life of a hold."""
    hold = find_hold(state, entry, command.hold, Step.RENEW)
    if isinstance(hold, Refusal):
        return hold
    limits = state.terms.limits
    last_ms = hold.placed_ms + limits.hold_life_max_ms
    if hold.renewals_left < 1 or hold.expires_ms >= last_ms:
        return Refusal(Code.LIMIT_EXCEEDED, "This hold cannot be extended any more.", (hold.id,))
    # I7: a renewal never shortens a hold nor outlives the longest life.
    expires_ms = max(hold.expires_ms, min(entry.at_ms + limits.hold_ttl_ms, last_ms))
    return HoldChanged(hold.id, hold.seats, hold.places, expires_ms, hold.renewals_left - 1)


def expire_holds(state: SectionState, entry: Entry) -> HoldsExpired | Refusal:
    """End all holds that are due, earliest first. Asked by the section's shell alone."""
    if entry.request.role != "system":
        return Refusal(Code.SCOPE_MISSING)
    due = due_holds(state, entry.at_ms)
    return HoldsExpired(tuple(due)) if due else Refusal(Code.INVALID, "No hold is due.")


def _in_hold(
    state: SectionState, hold: Hold, seats: Sequence[int], areas: Collection[int]
) -> Refusal | None:
    """Why seats and areas cannot be given back: not in the hold, or only a part of a whole table."""
    layout = state.layout
    own_seats = {item.seat for item in hold.seats}
    own_areas = {item.area for item in hold.places}
    strangers = [layout.labels[seat] for seat in seats if seat not in own_seats]
    strangers += [layout.area_names[area] for area in areas if area not in own_areas]
    if strangers:
        return Refusal(Code.INVALID, "Not in this hold.", tuple(strangers))
    torn = torn_tables(layout, set(seats))
    return Refusal(Code.INVALID, "A table is given back whole.", tuple(torn)) if torn else None
