"""Folds the records of a section into counts: one record in, what it adds out.

It shares no code with `evolve`, on purpose: tests hold what both come to against each other.
Records come in order and each once; whoever brings them sees to that.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from msgspec.structs import replace

from engine.analytics import OrderFact, Step
from engine.events import (
    ChannelSet,
    HoldChanged,
    HoldPinned,
    HoldPlaced,
    HoldReleased,
    HoldsExpired,
    HoldUnpinned,
    OrderBooked,
    OrderCancelled,
    OrderReduced,
    Part,
    PartSettled,
    PartTaken,
    Record,
    Refused,
    SectionCreated,
)
from engine.seating import Seating
from engine.waitlist.events import EntryEnded, OfferAccepted, OfferMade
from workers.projections.counting import Counting, Items
from workers.projections.ledger import Claim, Ledger, Lent, Live, claim_of


class SectionFold:
    """A section on its way through a batch: `ledger` changes in place, `counts` and `orders` gather.

    `known` are the orders that `orders_of` named, as they were before.
    """

    def __init__(
        self,
        where: tuple[int, str, str],
        seating: Seating,
        ledger: Ledger,
        known: Mapping[str, OrderFact],
    ) -> None:
        """`where` is the stream, the event and the section."""
        self.counts = Counting(seating, ledger)
        self.orders: dict[str, OrderFact] = {}
        self.ledger = ledger
        self._where = where
        self._known = known

    def take(self, record: Record) -> None:
        """Count a record."""
        self.counts.at_ms = record.at_ms
        match record.event:
            case SectionCreated(terms=terms):
                self.ledger.currency = terms.currency
            case Refused(refusal=refusal, final=True):
                self.counts.count("refused", reason=refusal.code.value)
            case HoldPlaced() | HoldChanged() as event:
                self._hold(event)
            case HoldReleased(hold=hold):
                self._end(hold, "released")
            case HoldsExpired(holds=holds):
                for hold in holds:
                    self._end(hold, "expired")
            case PartTaken() | PartSettled() | ChannelSet() | EntryEnded() | OfferAccepted() as event:
                self._apart(event)
            case HoldPinned() | HoldUnpinned() | OrderBooked() | OrderCancelled() | OrderReduced() as event:
                self._order(event)
            case _:
                pass  # what staff change, and who waits, is no sale
        for made in record.offers:
            self._offer(made)

    # -- holds ----------------------------------------------------------------------------

    def _hold(self, event: HoldPlaced | HoldChanged) -> None:
        """A hold as it is from now on; only what it has beyond before is counted."""
        claim, had = claim_of(event.seats, event.places), self.ledger.live.get(event.hold)
        if had is None:
            self.counts.count("held")
            had = Live(Claim())
        if had.entry is None:  # what is only offered is not counted before it is accepted
            self.counts.hold(claim.beyond(had.claim))
        self.ledger.held += claim.quantity - had.claim.quantity
        self.ledger.live[event.hold] = replace(had, claim=claim, parts=_quantity(event.parts))

    def _end(self, hold: str, how: str) -> None:
        """A hold is gone; a pinned one takes its order along."""
        live = self.ledger.live.pop(hold)
        self.ledger.held -= live.claim.quantity
        if live.order is not None:
            self._lapse(live.order)
        if live.entry is not None:
            self.ledger.offers.pop(live.entry, None)
        else:
            step: Step = "unpaid" if live.reached else "dropped"
            self.counts.count(step, 1, live.claim.quantity, 0, "late" if live.order is not None else how)

    def _offer(self, made: OfferMade) -> None:
        """What is offered is held, but nobody decided to hold it yet."""
        claim = claim_of(made.seats, made.places)
        self.counts.count("offered", 1, claim.quantity)
        self.ledger.held += claim.quantity
        self.ledger.live[made.hold] = Live(claim, entry=made.entry)
        self.ledger.offers[made.entry] = made.hold

    def _accept(self, hold: str) -> Live:
        """A hold that is a buyer's own, from now on if it was only offered to them."""
        live = self.ledger.live[hold]
        if live.entry is not None:
            self.ledger.offers.pop(live.entry, None)
            self.counts.count("held")
            self.counts.hold(live.claim)
            live = self.ledger.live[hold] = replace(live, entry=None)
        return live

    # -- orders ---------------------------------------------------------------------------

    def _order(self, event: HoldPinned | HoldUnpinned | OrderBooked | OrderCancelled | OrderReduced) -> None:
        match event:
            case HoldPinned():
                live = self._check_out(event.hold)
                self.ledger.live[event.hold] = replace(live, order=event.order)
                self.orders[event.order] = self._fact(event, live.claim.quantity + live.parts)
            case HoldUnpinned():
                live = self.ledger.live[event.hold]
                self.ledger.live[event.hold] = replace(live, order=None)
                self.counts.count("declined")
                self._lapse(event.order)
            case OrderBooked():
                self._book(event)
            case OrderCancelled() | OrderReduced():
                self._give_back(event)

    def _check_out(self, hold: str) -> Live:
        """Somebody begins to pay: counted once for a hold, and once for each seat of it."""
        live = self._accept(hold)
        self.counts.check_out(live.claim.beyond(live.paying), again=live.reached)
        return replace(live, reached=True, paying=live.paying.with_all(live.claim))

    def _book(self, event: OrderBooked) -> None:
        live = self._check_out(event.hold)
        del self.ledger.live[event.hold]
        places = live.claim.quantity
        self.ledger.held -= places
        self.ledger.orders += 1
        self.ledger.booked += event.amount
        self.counts.count("booked", 1, 0, event.amount)
        self.counts.sell((event.seats, event.places))
        begun = self._found(event.order) or self._fact(event, 0)
        self.orders[event.order] = replace(
            begun,
            status="confirmed",
            places=places + _quantity(event.parts),
            amount=event.amount,
            booked_ms=self.counts.at_ms,
            ended_ms=None,
        )

    def _give_back(self, event: OrderCancelled | OrderReduced) -> None:
        whole = isinstance(event, OrderCancelled)
        fact = self._found(event.order)
        if fact is None:
            raise LookupError(f"{event.order} is given back and was never booked")
        stands = fact.amount - fact.refunded
        back = stands if whole else stands - event.amount
        self.ledger.booked -= back
        self.ledger.orders -= int(whole)
        self.counts.count("returned", int(whole), 0, back)
        self.counts.take_back((event.seats, event.places))
        given = len(event.seats) + sum(place.qty for place in event.places) + _quantity(event.parts)
        self.orders[event.order] = replace(
            fact,
            status="cancelled" if whole else fact.status,
            places=fact.places - given,
            refunded=fact.refunded + back,
            ended_ms=self.counts.at_ms if whole else fact.ended_ms,
        )

    def _lapse(self, order: str) -> None:
        fact = self._found(order)
        if fact is not None:
            self.orders[order] = replace(fact, status="lapsed", ended_ms=self.counts.at_ms)

    def _found(self, order: str) -> OrderFact | None:
        return self.orders.get(order) or self._known.get(order)

    def _fact(self, event: HoldPinned | OrderBooked, places: int) -> OrderFact:
        stream, name, section = self._where
        return OrderFact(
            *(event.order, stream, name, section, event.hold, "pending", places, event.amount, 0),
            currency=self.ledger.currency,
            placed_ms=self.counts.at_ms,
        )

    # -- parts, channels, offers ----------------------------------------------------------

    def _apart(self, event: PartTaken | PartSettled | ChannelSet | EntryEnded | OfferAccepted) -> None:
        match event:
            case PartTaken():
                claim = claim_of(event.seats, event.places)
                self.ledger.held += claim.quantity
                self.counts.hold(claim)
                self.ledger.lent[event.gathering] = Lent(event.seats, event.places)
            case PartSettled():
                self._settle(event)
            case ChannelSet():
                _reserve(self.ledger.seat_channels, event.seats, event.channel)
                _reserve(self.ledger.area_channels, event.areas, event.channel)
            case EntryEnded(entry=entry):
                offered = self.ledger.offers.get(entry)
                if offered is not None:
                    self._end(offered, "released")
            case OfferAccepted(hold=hold):
                self._accept(hold)

    def _settle(self, event: PartSettled) -> None:
        """What is lent is less from now on, or sold, or nothing any more."""
        before = self.ledger.lent.pop(event.gathering)
        kept = event.seats, event.places
        if before.sold:
            self.counts.take_back(_without((before.seats, before.places), kept))
        else:
            self.ledger.held -= claim_of(before.seats, before.places).quantity
            if event.sold:
                # Whether it was at checkout is known where the hold is; sold it must have been.
                self.counts.check_out(claim_of(*kept), again=True)
                self.counts.sell(kept)
            else:
                self.ledger.held += claim_of(*kept).quantity
        if event.seats or event.places:
            self.ledger.lent[event.gathering] = Lent(*kept, event.sold)


def orders_of(records: Iterable[Record], ledger: Ledger) -> list[str]:
    """The orders whose past has to be known before these records are counted."""
    named: dict[str, None] = {}
    for record in records:
        match record.event:
            case HoldUnpinned(order=order) | OrderCancelled(order=order) | OrderReduced(order=order):
                named[order] = None
            case OrderBooked(hold=hold, order=order) if _pinned(ledger, hold):
                named[order] = None
            case HoldReleased(hold=hold):
                named |= dict.fromkeys(_orders_of(ledger, (hold,)))
            case HoldsExpired(holds=holds):
                named |= dict.fromkeys(_orders_of(ledger, holds))
            case _:
                pass
    return list(named)


def _orders_of(ledger: Ledger, holds: Iterable[str]) -> list[str]:
    found = (ledger.live.get(hold) for hold in holds)
    return [live.order for live in found if live is not None and live.order is not None]


def _pinned(ledger: Ledger, hold: str) -> bool:
    return bool(_orders_of(ledger, (hold,)))


def _reserve(channels: dict[int, str], numbers: Iterable[int], channel: str | None) -> None:
    for number in numbers:
        if channel is None:
            channels.pop(number, None)
        else:
            channels[number] = channel


def _without(items: Items, kept: Items) -> Items:
    return (
        tuple([item for item in items[0] if item not in kept[0]]),
        tuple([place for place in items[1] if place not in kept[1]]),
    )


def _quantity(parts: tuple[Part, ...]) -> int:
    return sum(part.quantity for part in parts)
