"""What a section's record is as news: kind, subject, ids and amounts, but nobody's name.

A record is one piece of news or none, one more for each offer that came with it, and one for the
tickets of a sale. Amounts
are decimal strings with their currency, seats are labels, and principals stay out.
"""

from __future__ import annotations

from collections.abc import Iterator

from engine.events import (
    AnyEvent,
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
from engine.items import Part, PlacesItem, SeatItem
from engine.seating import Seating
from engine.tickets import places_of, ticket_id
from engine.views import money, rfc3339
from engine.waitlist.events import WaitlistEvent
from workers.kinds import ISSUED, SECTION_KINDS, Wanted
from workers.told import Data, News
from workers.waitlist_news import offer_news, waitlist_news


class SectionTeller:
    """Turns the records of one section into news. `currency` is known once its first record was read."""

    def __init__(self, seating: Seating, currency: str) -> None:
        self._seating = seating
        self._currency = currency

    def tell(self, record: Record, wanted: Wanted) -> Iterator[tuple[int, News]]:
        """The news of a record that are wanted, each with its part: its own, its offers', its tickets'.

        The part depends on the record alone, whatever is wanted of it.
        """
        event = record.event
        if any(map(wanted, SECTION_KINDS.get(type(event), ()))) and (own := self._of(event)) is not None:
            yield 0, own
        for part, offer in enumerate(record.offers, 1):
            if (offered := offer_news(offer, self._items)) is not None:
                yield part, offered
        if isinstance(event, OrderBooked) and wanted(ISSUED):
            yield len(record.offers) + 1, self._issued(event)

    def _of(self, event: AnyEvent) -> News | None:  # noqa: PLR0911 - one arm for each kind of record
        match event:
            case HoldPlaced():
                return News("seats.held", event.hold, self._held(event))
            case HoldChanged():
                return News("seats.changed", event.hold, self._held(event))
            case HoldReleased():
                return News("seats.released", event.hold, {"holds": [event.hold], "reason": "released"})
            case HoldsExpired():
                return News("seats.released", None, {"holds": list(event.holds), "reason": "expired"})
            case HoldPinned():
                data = {"order": event.order, "hold": event.hold, "amount": self._money(event.amount)}
                return News("order.placed", event.order, {**data, "pay_by": rfc3339(event.pay_by_ms)})
            case HoldUnpinned():
                data = {"order": event.order, "hold": event.hold, "amount": self._money(event.amount)}
                return News("payment.failed", event.order, data)
            case OrderBooked():
                data = {"hold": event.hold, **self._order(event)}
                late = {"late": True} if event.known_as else {}
                return News("order.confirmed", _order(event), data | late)
            case OrderCancelled():
                return News("order.cancelled", _order(event), self._order(event))
            case OrderReduced():
                return News("order.reduced", _order(event), self._order(event))
            case _:
                return self._by_staff(event)

    def _by_staff(  # noqa: PLR0911 - as above
        self,
        event: SectionCreated
        | PartTaken
        | PartSettled
        | SeatsBlocked
        | SeatsUnblocked
        | ForSaleSet
        | ChannelSet
        | PriceSet
        | SaleSet
        | Refused
        | WaitlistEvent,
    ) -> News | None:
        match event:
            case SeatsBlocked():
                return News("seats.blocked", None, {"seats": self._labels(event.seats)})
            case SeatsUnblocked():
                return News("seats.unblocked", None, {"seats": self._labels(event.seats)})
            case ForSaleSet():
                return News("seats.marked", None, {**self._objects(event), "for_sale": event.for_sale})
            case ChannelSet():
                return News("seats.reserved", None, {**self._objects(event), "channel": event.channel})
            case PriceSet():
                data = {"category": event.category, "type": event.type, "amount": self._money(event.amount)}
                return News("price.changed", None, data)
            case SaleSet():
                return News(f"sale.{event.sale}", None, {})
            case SectionCreated() | Refused() | PartTaken() | PartSettled():
                return None  # of parts the section that decides tells, and of all of them
            case _:
                return waitlist_news(event, self._items)

    def _held(self, event: HoldPlaced | HoldChanged) -> Data:
        until = rfc3339(event.expires_ms)
        items = [*self._items(event.seats, event.places), *self._elsewhere(event.parts)]
        return {"hold": event.hold, "items": items, "expires_at": until}

    def _order(self, event: OrderBooked | OrderCancelled | OrderReduced) -> Data:
        items = [*self._items(event.seats, event.places), *self._elsewhere(event.parts)]
        return {"order": _order(event), "items": items, "amount": self._money(event.amount)}

    def _issued(self, event: OrderBooked) -> News:
        order = _order(event)
        items = [*self._items(event.seats, event.places), *self._elsewhere(event.parts)]
        places = places_of((item["seat"], item["type"], item.get("qty", 1)) for item in items)
        tickets = [
            {"ticket": ticket_id(order, place), "seat": place.seat, "type": place.type} for _, place in places
        ]
        return News(ISSUED, order, {"order": order, "tickets": tickets})

    def _items(self, seats: tuple[SeatItem, ...], places: tuple[PlacesItem, ...]) -> list[Data]:
        seating = self._seating
        items: list[Data] = [
            {
                "seat": seating.labels[item.seat],
                "category": seating.category_of[item.seat],
                "type": item.type,
                "price": self._money(item.price),
            }
            for item in seats
        ]
        items += [
            {
                "seat": seating.area_names[item.area],
                "category": seating.area_category[item.area],
                "type": item.type,
                "price": self._money(item.price),
                "qty": item.qty,
            }
            for item in places
        ]
        return items

    def _elsewhere(self, parts: tuple[Part, ...]) -> Iterator[Data]:
        """What other sections have lent, each with its section."""
        for part in parts:
            for item in part.items:
                data = {"seat": item.label, "section": part.section, "category": item.category}
                qty: Data = {"qty": item.qty} if item.area else {}
                yield {**data, "type": item.type, "price": self._money(item.price), **qty}

    def _objects(self, event: ForSaleSet | ChannelSet) -> Data:
        areas = [self._seating.area_names[area] for area in event.areas]
        return {"objects": [*self._labels(event.seats), *areas]}

    def _labels(self, seats: tuple[int, ...]) -> list[str]:
        return [self._seating.labels[seat] for seat in seats]

    def _money(self, amount: int) -> Data:
        shown = money(amount, self._currency)
        return {"amount": shown.amount, "currency": shown.currency}


def _order(event: OrderBooked | OrderCancelled | OrderReduced) -> str:
    """The order by the name that its buyer knows: what late money bought has another one in its section."""
    return event.known_as or event.order
