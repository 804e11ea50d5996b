"""Give back some seats of a hold and take others, in one step: on refusal nothing changes."""

from __future__ import annotations

from collections.abc import Sequence

from engine.commands import Entry, SwapHold
from engine.events import HoldChanged
from engine.guards import check_limits, check_sale, earliest, find_hold, left_to_gateways
from engine.holds import Hold
from engine.objects import check_in_hold, check_seats, resolve_seats
from engine.orphans import check_orphans
from engine.quotes import quote_named
from engine.refusals import Code, Refusal
from engine.state import SectionState
from engine.transitions import Step


def swap_hold(state: SectionState, entry: Entry, command: SwapHold) -> HoldChanged | Refusal:
    """Judge a swap. The deadline stays as it was."""
    hold = find_hold(state, entry, command.hold, Step.CHANGE)
    trouble = hold if isinstance(hold, Refusal) else None
    if isinstance(hold, Hold) and hold.parts and not _at_home(state, hold, command):
        # No gateway could keep under the key that it makes no sense.
        return _senseless(command.release, command.take) or left_to_gateways(hold.id, hold.parts)
    named = _resolve(state, command)
    if isinstance(named, Refusal):
        return earliest(trouble, named)
    release, take = named
    own = {item.seat for item in hold.seats} if isinstance(hold, Hold) else set()
    refusal = check_seats(state, entry.request, take, own)
    if isinstance(hold, Refusal):
        return earliest(hold, refusal)
    refusal = refusal or _sense(state, hold, release, take)
    if refusal is not None:
        return refusal
    return _swapped(state, entry, command, hold, release, take)


def _at_home(state: SectionState, hold: Hold, command: SwapHold) -> bool:
    """Whether a swap leaves the parts of its hold as they are: it is about what the hold has here alone."""
    named = _resolve(state, command)
    return not isinstance(named, Refusal) and {item.seat for item in hold.seats}.issuperset(named[0])


def _resolve(state: SectionState, command: SwapHold) -> tuple[list[int], list[int]] | Refusal:
    release = resolve_seats(state.layout, command.release)
    take = resolve_seats(state.layout, command.take)
    if isinstance(release, Refusal):
        return release
    return take if isinstance(take, Refusal) else (release, take)


def _sense(state: SectionState, hold: Hold, release: Sequence[int], take: Sequence[int]) -> Refusal | None:
    senseless = _senseless(release, take)
    if senseless is not None:
        return senseless
    if any(item.seat in take for item in hold.seats):
        return Refusal(Code.INVALID, "A seat to take is in this hold already.")
    return check_in_hold(state.layout, hold, release, ())


def _senseless(release: Sequence[object], take: Sequence[object]) -> Refusal | None:
    """The refusal of a swap that makes no sense, whatever hold it is about."""
    if release and take and len({*release, *take}) == len(release) + len(take):
        return None
    return Refusal(Code.INVALID, "A swap names seats to give back and others to take, each once.")


def _swapped(
    state: SectionState,
    entry: Entry,
    command: SwapHold,
    hold: Hold,
    release: Sequence[int],
    take: Sequence[int],
) -> HoldChanged | Refusal:
    request = entry.request
    items = quote_named(state, take, command.types)
    if isinstance(items, Refusal):
        return items
    refusal = (
        check_limits(state, request, hold, len(take) - len(release))
        or check_orphans(state, request, take, release)
        or check_sale(state, request)
    )
    if refusal is not None:
        return refusal
    kept = tuple([item for item in hold.seats if item.seat not in release])
    return HoldChanged(hold.id, kept + items, hold.places, hold.expires_ms, hold.renewals_left, hold.parts)
