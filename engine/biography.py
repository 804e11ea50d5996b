"""A seat's biography: what each record of its section's journal did to it, and for whom.

Records that end a hold or move it on name the hold alone. So what the seat is to somebody
(`Tenure`) goes along from record to record; it is small, and a page of a biography can be
gone on with from it without reading the journal from its beginning.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final, Literal

import msgspec
from msgspec.structs import replace

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
    Record,
    SeatItem,
    SeatsBlocked,
    SeatsUnblocked,
)
from engine.waitlist.events import EntryEnded, OfferAccepted, OfferConfirmed, OfferMade

Deed = Literal[
    "held",
    "renewed",
    "dropped",
    "released",
    "expired",
    "unpaid",
    "checkout_begun",
    "checkout_given_up",
    "sold",
    "cancelled",
    "given_back",
    "lent",
    "returned",
    "offered",
    "offer_confirmed",
    "offer_accepted",
    "offer_ended",
    "blocked",
    "unblocked",
    "for_sale",
    "not_for_sale",
    "reserved",
    "unreserved",
]
WHY: Final[Mapping[Deed, str]] = MappingProxyType(
    {
        "dropped": "It was given back, or swapped for another seat, and the rest of the hold was kept.",
        "released": "The whole hold was given back.",
        "expired": "The hold ran out before checkout began.",
        "unpaid": "The money did not come before the order's deadline.",
        "cancelled": "The order was cancelled.",
        "given_back": "It was given back, and the rest of the order was kept.",
        "returned": "The section that decides about the hold did not want it, or no longer.",
        "offer_ended": "Whoever it was offered to left the waitlist.",
    }
)
"""Why whoever had the seat lost it, by what happened."""


class Tenure(msgspec.Struct, frozen=True, array_like=True):
    """What a seat is to somebody: held by a hold, or sold to an order, at a price in minor units.

    `gathering` is set while it is a part of a hold that another section decides about, `entry`
    while it is offered to a party of the waitlist, whose owner the journal names elsewhere.
    """

    owner: str
    type: str
    price: int
    hold: str | None = None
    order: str | None = None
    gathering: str | None = None
    entry: str | None = None


class Line(msgspec.Struct, frozen=True):
    """What record `seq` did to the seat, by whose command, and to what it was until or is from then on.

    `by` is empty for what the section did by itself. `until_ms` is when a hold or an order's time
    to pay ends, `cause` the stream and number of the record that it follows from.
    """

    seq: int
    at_ms: int
    by: str
    deed: Deed
    tenure: Tenure | None = None
    until_ms: int | None = None
    channel: str | None = None
    cause: tuple[int, int] | None = None


class Biographer:
    """Writes the biography of one seat, record by record, from what it was to somebody before them."""

    def __init__(self, seat: int, tenure: Tenure | None = None) -> None:
        self._seat = seat
        self._told: list[Line] = []
        self._at = (0, 0, "")
        self.tenure = tenure

    def take(self, seq: int, record: Record) -> list[Line]:
        """What a further record did to the seat: nothing as a rule, and two things at most."""
        self._told, self._at = [], (seq, record.at_ms, record.principal)
        event = record.event
        match event:
            case HoldPlaced() | HoldChanged() | OrderBooked() | PartTaken():
                self._take_items(event, record.principal)
            case HoldReleased() | HoldsExpired() | HoldPinned() | HoldUnpinned() | PartSettled():
                self._go_on(event)
            case OrderCancelled(seats=seats) if self._item(seats) is not None:
                self._end("cancelled")
            case OrderReduced(seats=seats) if self._item(seats) is not None:
                self._end("given_back")
            case EntryEnded() | OfferConfirmed() | OfferAccepted():
                self._answer(event, record.principal)
            case _:
                self._arrange(event)
        for made in record.offers:
            self._offer(made)
        return self._told

    def _take_items(self, event: HoldPlaced | HoldChanged | OrderBooked | PartTaken, owner: str) -> None:
        item, had = self._item(event.seats), self.tenure
        if item is None:
            if isinstance(event, HoldChanged) and had is not None and had.hold == event.hold:
                self._end("dropped")
            return
        new = Tenure(owner, item.type, item.price)
        match event:
            case PartTaken(gathering=gathering):
                self._tell("lent", replace(new, gathering=gathering))
            case OrderBooked(hold=hold, order=order):
                owner = had.owner if had is not None and had.owner else owner
                self._tell("sold", replace(new, owner=owner, hold=hold, order=order))
            case _:
                renewed = had is not None and had.hold == event.hold
                self._tell(
                    "renewed" if renewed else "held",
                    had if renewed else replace(new, hold=event.hold),
                    event.expires_ms,
                )

    def _go_on(self, event: HoldReleased | HoldsExpired | HoldPinned | HoldUnpinned | PartSettled) -> None:
        """What happens to a hold or a part happens to the seat, if it is in it."""
        had = self.tenure
        if had is None:
            return
        match event:
            case HoldReleased(hold=hold) if hold == had.hold:
                self._end("released")
            case HoldsExpired(holds=holds) if had.hold in holds:
                self._end("expired" if had.order is None else "unpaid")
            case HoldPinned(hold=hold) if hold == had.hold:
                self._tell("checkout_begun", replace(had, order=event.order), event.pay_by_ms)
            case HoldUnpinned(hold=hold) if hold == had.hold:
                self._tell("checkout_given_up", had, event.expires_ms)
                self.tenure = replace(had, order=None)
            case PartSettled(gathering=gathering) if gathering == had.gathering:
                self._settle(event, had)
            case _:
                pass

    def _settle(self, event: PartSettled, had: Tenure) -> None:
        cause = event.by_stream, event.by_seq
        if self._item(event.seats) is None:
            self._end("returned", cause)
        elif event.sold:
            self._tell("sold", had, cause=cause)

    def _answer(self, event: EntryEnded | OfferConfirmed | OfferAccepted, owner: str) -> None:
        """What becomes of an offer becomes of the seat, if it is what is offered."""
        had = self.tenure
        if had is None or had.entry != event.entry:
            return
        match event:
            case EntryEnded():
                self._end("offer_ended")
            case OfferConfirmed(expires_ms=expires_ms):
                self._tell("offer_confirmed", had, expires_ms)
            case _:
                self._tell("offer_accepted", replace(had, owner=owner, entry=None), event.expires_ms)

    def _offer(self, made: OfferMade) -> None:
        item = self._item(made.seats)
        if item is not None:
            offered = Tenure("", item.type, item.price, made.hold, entry=made.entry)
            self._tell("offered", offered, made.expires_ms)

    def _arrange(self, event: AnyEvent) -> None:
        """What staff change about the seat leaves it to whoever has it."""
        match event:
            case SeatsBlocked(seats=seats) if self._seat in seats:
                self._tell("blocked")
            case SeatsUnblocked(seats=seats) if self._seat in seats:
                self._tell("unblocked")
            case ForSaleSet(seats=seats) if self._seat in seats:
                self._tell("for_sale" if event.for_sale else "not_for_sale", self.tenure)
            case ChannelSet(seats=seats) if self._seat in seats:
                deed: Deed = "unreserved" if event.channel is None else "reserved"
                self._tell(deed, self.tenure, channel=event.channel)
            case _:
                pass

    def _item(self, seats: Sequence[SeatItem]) -> SeatItem | None:
        return next((item for item in seats if item.seat == self._seat), None)

    def _tell(
        self,
        deed: Deed,
        tenure: Tenure | None = None,
        until_ms: int | None = None,
        *,
        channel: str | None = None,
        cause: tuple[int, int] | None = None,
    ) -> None:
        self._told.append(Line(*self._at, deed, tenure, until_ms, channel, cause))
        self.tenure = tenure

    def _end(self, deed: Deed, cause: tuple[int, int] | None = None) -> None:
        """The seat is nobody's from here on."""
        self._tell(deed, self.tenure, cause=cause)
        self.tenure = None
