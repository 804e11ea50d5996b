"""What the events of holds do to a section's state."""

from __future__ import annotations

from msgspec.structs import replace

from engine.events import HoldChanged, HoldPlaced, Part, Record
from engine.holds import Ended, Hold
from engine.state import FREE, HELD, SectionState
from engine.touched import NOTHING, Touched
from engine.transitions import Phase
from engine.waitlist.standing import Standing

ENDED_MAX = 16_384
LAPSED_MAX = 16_384


def place(state: SectionState, record: Record, event: HoldPlaced) -> Touched:
    """A new hold of the record's principal."""
    hold = Hold(
        event.hold,
        record.principal,
        record.at_ms,
        event.expires_ms,
        event.renewals_left,
        event.seats,
        event.places,
        parts=event.parts,
    )
    state.holds[hold.id] = hold
    if event.parts:
        gather(state, hold.id, (), event.parts)
    state.set_deadline(hold)
    state.count_owner(hold.owner, 1, hold.quantity)
    return occupy(state, hold)


def change(state: SectionState, event: HoldChanged) -> Touched:
    """A hold as it is from now on."""
    before = state.holds[event.hold]
    after = replace(
        before,
        seats=event.seats,
        places=event.places,
        expires_ms=event.expires_ms,
        renewals_left=event.renewals_left,
        parts=event.parts,
    )
    state.holds[after.id] = after
    if after.parts != before.parts:
        gather(state, after.id, before.parts, after.parts)
    if after.expires_ms != before.expires_ms:
        state.set_deadline(after)
    if after.seats == before.seats and after.places == before.places:
        return NOTHING
    state.count_owner(after.owner, 0, after.quantity - before.quantity)
    kept = {item.seat for item in after.seats}
    had = {item.seat for item in before.seats}
    freed = [seat.seat for seat in before.seats if seat.seat not in kept]
    taken = [seat.seat for seat in after.seats if seat.seat not in had]
    touched = [seat for seat in freed if state.set_status(seat, FREE)]
    touched += [seat for seat in taken if state.set_status(seat, HELD)]
    for place in before.places:
        state.area_held[place.area] -= place.qty
    for place in after.places:
        state.area_held[place.area] += place.qty
    areas = {place.area for place in (*before.places, *after.places)}
    return Touched(tuple(touched), tuple(sorted(areas)))


def end(state: SectionState, hold: Hold, phase: Phase) -> Touched:
    """A hold is gone and what it held is free; a pinned one takes its order along."""
    del state.holds[hold.id]
    remember(state, Ended(hold.id, hold.owner, state.at_ms, phase))
    state.count_owner(hold.owner, -1, -hold.quantity)
    if hold.parts:
        gather(state, hold.id, hold.parts, ())
    if hold.order is not None:
        lapse(state, hold.order, phase)
    elif state.waitlist.by_hold:
        how = Standing.DECLINED if phase is Phase.RELEASED else Standing.LAPSED
        state.waitlist.hold_ended(hold.id, how, state.at_ms)
    for place in hold.places:
        state.area_held[place.area] -= place.qty
    return Touched(
        tuple([item.seat for item in hold.seats if state.set_status(item.seat, FREE)]),
        tuple([place.area for place in hold.places]),
    )


def gather(state: SectionState, holder: str, before: tuple[Part, ...], after: tuple[Part, ...]) -> None:
    """`holder` has parts of these gatherings now, in the place of those before."""
    for part in before:
        state.gathered.pop(part.gathering, None)
    state.gathered.update((part.gathering, holder) for part in after)


def end_all(state: SectionState, holds: tuple[str, ...], phase: Phase) -> Touched:
    """Several holds are gone."""
    parts = [end(state, state.holds[each], phase) for each in holds]
    return Touched(
        tuple(seat for part in parts for seat in part.seats),
        tuple(area for part in parts for area in part.areas),
    )


def remember(state: SectionState, ended: Ended) -> None:
    """Keep a hold's ending, so that its owner can be told; the oldest give way."""
    state.ended[ended.id] = ended
    state.ended_order.append(ended.id)
    if len(state.ended_order) > ENDED_MAX:
        del state.ended[state.ended_order.popleft()]


def lapse(state: SectionState, order: str, phase: Phase) -> None:
    """Keep an order that came to nothing, so that its owner can be told; the oldest give way.

    Whoever begins checkout and gives it up over and over must not fill the memory.
    """
    # Put in anew: orders that came to nothing stand in the order in which they did, also in snapshots.
    state.orders[order] = replace(state.orders.pop(order), phase=phase)
    state.lapsed_order.append(order)
    if len(state.lapsed_order) > LAPSED_MAX:
        del state.orders[state.lapsed_order.popleft()]


def occupy(state: SectionState, hold: Hold) -> Touched:
    """What a new hold holds is free no more."""
    for item in hold.seats:
        state.set_status(item.seat, HELD)
    seats = tuple([item.seat for item in hold.seats])
    if not hold.places:
        return Touched(seats)
    for place in hold.places:
        state.area_held[place.area] += place.qty
    return Touched(seats, tuple([place.area for place in hold.places]))
