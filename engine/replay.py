"""A journal replayed with every step examined: the auditor's way to a state."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from engine.events import (
    AnyEvent,
    HoldChanged,
    HoldPinned,
    HoldPlaced,
    HoldReleased,
    HoldsExpired,
    HoldUnpinned,
    OrderBooked,
    OrderCancelled,
    OrderReduced,
    PartSettled,
    PartTaken,
    Record,
    SectionCreated,
)
from engine.evolve import evolve
from engine.invariants import Breach, check
from engine.items import fewer
from engine.layout import SectionLayout
from engine.state import FREE, HELD, SectionState
from engine.transitions import Phase, Step, refusal_for
from engine.waitlist.replay import waitlist_step


def replay(
    layout: SectionLayout,
    records: Iterable[tuple[int, Record]],
    from_state: SectionState | None = None,
) -> tuple[SectionState, list[Breach]]:
    """Apply numbered records to an empty section (or on to `from_state`, which it changes).

    Returns the state and all breaches. A record that breaks an invariant cannot be applied
    sensibly: the replay ends before it. At the end the whole state is checked.
    """
    state = from_state if from_state is not None else SectionState(layout)
    for seq, record in records:
        breaches = [Breach(number, detail, seq) for number, detail in _step(state, seq, record)]
        if breaches:
            return state, breaches
        evolve(state, record)
    return state, check(state)


Finding = tuple[str, str]


def _step(state: SectionState, seq: int, record: Record) -> Iterator[Finding]:
    if seq != state.seq + 1:
        yield "I5", f"record {seq} follows record {state.seq}"
    if record.at_ms < state.at_ms:
        yield "I6", f"time goes back from {state.at_ms} to {record.at_ms}"
    if isinstance(record.event, SectionCreated) != (seq == 1):
        yield "I5", "the first record, and only the first, creates the section"
    if record.idem is not None and _remembered(state, record):
        yield "I9", f"a second outcome under {record.idem!r}"
    yield from _hold_steps(state, record.event)
    yield from _order_steps(state, record.event)
    yield from _part_steps(state, record.event)
    yield from _claims(state, record.event)
    yield from waitlist_step(state, record)


def _remembered(state: SectionState, record: Record) -> bool:
    outcome = state.outcomes.get((record.principal, record.idem or ""))
    oldest_ms = record.at_ms - state.terms.limits.idempotency_ttl_ms
    return outcome is not None and outcome.at_ms >= oldest_ms


def _hold_steps(state: SectionState, event: AnyEvent) -> Iterator[Finding]:
    """Every hold takes only steps that its phase allows."""
    match event:
        case HoldPlaced(hold=hold):
            if hold in state.holds or hold in state.ended:
                yield "I1", f"{hold} was placed before"
        case HoldChanged(hold=hold):
            yield from _may(state, hold, Step.CHANGE)
        case HoldReleased(hold=hold):
            yield from _may(state, hold, Step.RELEASE)
        case HoldsExpired(holds=holds):
            for hold in holds:
                yield from _may(state, hold, Step.EXPIRE)
        case HoldPinned(hold=hold):
            yield from _may(state, hold, Step.PIN)
        case _:
            pass


def _order_steps(state: SectionState, event: AnyEvent) -> Iterator[Finding]:
    """Every order takes only steps that its phase allows, and books what its hold has."""
    match event:
        case HoldUnpinned(hold=hold, order=order):
            yield from _pinned(state, hold, order, Step.UNPIN)
        case OrderBooked(hold=hold, order=order):
            found = state.holds.get(hold)
            if found is None or found.order is not None:
                yield from _pinned(state, hold, order, Step.BOOK)
            elif order in state.orders:
                yield "I4", f"{order} was there before {hold} was sold to it"
            had = None if found is None else (found.seats, found.places, found.parts)
            if had is not None and had != (event.seats, event.places, event.parts):
                yield "I4", f"{order} books something else than {hold} had"
        case OrderCancelled(order=order):
            found_order = state.orders.get(order)
            if found_order is None or found_order.phase is not Phase.BOOKED:
                yield "I4", f"{order} is cancelled but was not booked"
        case OrderReduced():
            yield from _reduced(state, event)
        case _:
            pass


def _reduced(state: SectionState, event: OrderReduced) -> Iterator[Finding]:
    """A booking gives back some of what it has, and keeps some."""
    order = state.orders.get(event.order)
    if order is None or order.phase is not Phase.BOOKED:
        yield "I4", f"{event.order} is reduced but was not booked"
        return
    has, back = {*order.seats, *order.places}, [*event.seats, *event.places]
    nothing = not back and not event.parts
    whole = len(back) == len(has) and not fewer(order.parts, event.parts)
    if nothing or whole or len(set(back)) < len(back) or not has.issuperset(back):
        yield "I4", f"{event.order} gives back something else than a part of what it has"


def _part_steps(state: SectionState, event: AnyEvent) -> Iterator[Finding]:
    """What is lent gets less and is sold, never more and never back."""
    match event:
        case PartTaken(gathering=gathering):
            if gathering in state.lent:
                yield "I1", f"{gathering} has a part here already"
        case PartSettled(gathering=gathering):
            lent = state.lent.get(gathering)
            if lent is None:
                yield "I4", f"{gathering} has no part here"
            elif not (set(event.seats) <= set(lent.seats) and set(event.places) <= set(lent.places)):
                yield "I4", f"{gathering} keeps what it did not have"
            elif lent.sold and not event.sold:
                yield "I4", f"what {gathering} was sold is only held again"
        case _:
            pass


def _may(state: SectionState, hold_id: str, step: Step) -> Iterator[Finding]:
    hold = state.holds.get(hold_id)
    if hold is None or refusal_for(hold.phase, step) is not None:
        yield "I4", f"{hold_id} cannot take the step {step.name.lower()}"


def _pinned(state: SectionState, hold_id: str, order_id: str, step: Step) -> Iterator[Finding]:
    yield from _may(state, hold_id, step)
    hold = state.holds.get(hold_id)
    if hold is not None and hold.order != order_id:
        yield "I4", f"{order_id} is not what {hold_id} is pinned for"


def _claims(state: SectionState, event: AnyEvent) -> Iterator[Finding]:
    """Seats that a hold takes must be free, places must be there."""
    if not isinstance(event, HoldPlaced | HoldChanged | PartTaken):
        return
    before = None if isinstance(event, PartTaken) else state.holds.get(event.hold)
    own = {item.seat for item in before.seats} if before is not None else set()
    seats = [item.seat for item in event.seats]
    for seat in seats:
        if state.status[seat] != (HELD if seat in own else FREE) or seats.count(seat) > 1:
            yield "I1", f"{state.layout.labels[seat]} is taken though it was not free"
    for area, name in enumerate(state.layout.area_names):
        had = sum(item.qty for item in before.places if item.area == area) if before else 0
        wants = sum(item.qty for item in event.places if item.area == area)
        if wants - had > state.free_places(area):
            yield "I3", f"{name} has not {wants - had} places left"
