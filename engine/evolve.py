"""The only writer of a section's state: one record in, what changed for the public out.

`evolve` judges nothing. Whatever `decide` accepted, or a journal holds, is applied as it is,
and the same records give the same state wherever and whenever they are applied.
"""

from __future__ import annotations

from engine.events import (
    ChannelSet,
    ForSaleSet,
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
    PriceSet,
    Record,
    Refused,
    SaleSet,
    SeatsBlocked,
    SeatsUnblocked,
    SectionCreated,
)
from engine.evolve_holds import change, end_all, place
from engine.evolve_orders import book, give_back, pin, unpin
from engine.evolve_parts import lend_or_settle
from engine.evolve_staff import Arrangement, arrange
from engine.holds import Outcome
from engine.state import SectionState
from engine.touched import NOTHING, Touched
from engine.transitions import Phase
from engine.waitlist.events import WaitlistEvent
from engine.waitlist.evolve import offer, wait

__all__ = ["Touched", "evolve"]
Apart = SectionCreated | PartTaken | PartSettled | Arrangement | WaitlistEvent


def evolve(state: SectionState, record: Record) -> Touched:
    """Apply one record: it becomes number `state.seq + 1`."""
    at_ms = record.at_ms
    state.seq += 1  # I5: numbers have no gap because nothing else counts
    state.at_ms = at_ms
    _forget(state, at_ms)
    if record.idem is not None:
        key = (record.principal, record.idem)
        state.outcomes[key] = Outcome(
            record.principal, record.idem, record.fingerprint, at_ms, state.seq, record.event
        )
        state.outcome_order.append(key)
    touched = _apply(state, record)
    return _offered(state, record, touched) if record.offers else touched


def _offered(state: SectionState, record: Record, touched: Touched) -> Touched:
    """What a record set free and offers to those who wait."""
    parts = [touched, *(offer(state, made) for made in record.offers)]
    return Touched(
        tuple(seat for part in parts for seat in part.seats),
        tuple(area for part in parts for area in part.areas),
    )


def _apply(state: SectionState, record: Record) -> Touched:
    match record.event:
        case HoldPlaced() as event:  # in order of how often they come
            return place(state, record, event)
        case OrderBooked() as event:
            return book(state, event)
        case HoldChanged() as event:
            return change(state, event)
        case HoldReleased(hold=hold):
            return end_all(state, (hold,), Phase.RELEASED)
        case Refused():
            return NOTHING
        case event:
            return _apply_further(state, record, event)


def _apply_further(
    state: SectionState,
    record: Record,
    event: HoldsExpired | HoldPinned | HoldUnpinned | OrderCancelled | OrderReduced | Apart,
) -> Touched:
    match event:
        case HoldsExpired(holds=holds):
            return end_all(state, holds, Phase.EXPIRED)
        case HoldPinned():
            return pin(state, event)
        case HoldUnpinned():
            return unpin(state, event)
        case OrderCancelled() | OrderReduced():
            return give_back(state, event)
        case _:
            return _apply_apart(state, record, event)


def _apply_apart(state: SectionState, record: Record, event: Apart) -> Touched:
    """What is of another family than holds and orders."""
    match event:
        case SectionCreated():
            state.event_id, state.terms = event.event, event.terms
            state.plan_digest = event.plan_digest
            return NOTHING
        case PartTaken() | PartSettled():
            return lend_or_settle(state, record, event)
        case SeatsBlocked() | SeatsUnblocked() | ForSaleSet() | ChannelSet() | PriceSet() | SaleSet():
            return arrange(state, event)
        case _:
            return wait(state, record, event)


def _forget(state: SectionState, at_ms: int) -> None:
    """Drop outcomes and endings older than the idempotency time; by record time, so replay agrees."""
    oldest_ms = at_ms - state.terms.limits.idempotency_ttl_ms
    order, outcomes = state.outcome_order, state.outcomes
    while order and outcomes[order[0]].at_ms < oldest_ms:
        del outcomes[order.popleft()]
    while state.ended_order and state.ended[state.ended_order[0]].at_ms < oldest_ms:
        del state.ended[state.ended_order.popleft()]
    if state.waitlist.past:
        state.waitlist.forget(oldest_ms)
