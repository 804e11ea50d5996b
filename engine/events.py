"""What happened to a section. Past tense; each event says enough to evolve state and to tell the caller.

Seats and areas are ordinals of the section's layout, prices minor units, times Unix
milliseconds. An event carries the whole of the outcome (a changed hold all its items),
so that the reply under an idempotency key is rendered from the record alone, also
after a crash.
"""

from __future__ import annotations

import msgspec

from engine.items import Part as Part  # noqa: PLC0414 - whoever reads events finds here
from engine.items import PartItem as PartItem  # noqa: PLC0414 - what they carry
from engine.items import PlacesItem as PlacesItem  # noqa: PLC0414 - whoever reads events finds here
from engine.items import SeatItem as SeatItem  # noqa: PLC0414 - what they carry
from engine.refusals import Refusal
from engine.terms import Sale, Terms
from engine.waitlist.events import OfferMade, WaitlistEvent


# Events are kept by the hundred thousand under their keys: see `engine.items`.
class Event(msgspec.Struct, frozen=True, array_like=True, gc=False, tag_field="kind"):
    """Root of all events but the waitlist's; each subclass is tagged with its own name."""


class SectionCreated(Event, frozen=True, array_like=True, gc=False, tag="created"):
    """The first record of every journal: what is sold here and on which terms."""

    event: str
    section: str
    plan: str
    plan_digest: str
    terms: Terms


class HoldPlaced(Event, frozen=True, array_like=True, gc=False, tag="placed"):
    """A new hold of the record's principal; `parts` are what it has in other sections."""

    hold: str
    seats: tuple[SeatItem, ...]
    places: tuple[PlacesItem, ...]
    expires_ms: int
    renewals_left: int
    parts: tuple[Part, ...] = ()


class HoldChanged(Event, frozen=True, array_like=True, gc=False, tag="changed"):
    """A hold as it is after an addition, a partial release, a swap or a renewal."""

    hold: str
    seats: tuple[SeatItem, ...]
    places: tuple[PlacesItem, ...]
    expires_ms: int
    renewals_left: int
    parts: tuple[Part, ...] = ()


class HoldReleased(Event, frozen=True, array_like=True, gc=False, tag="released"):
    """The whole hold was given back, at `released_ms`."""

    hold: str
    released_ms: int


class HoldsExpired(Event, frozen=True, array_like=True, gc=False, tag="expired"):
    """The deadlines of these holds passed; pinned ones lose their orders too."""

    holds: tuple[str, ...]


class HoldPinned(Event, frozen=True, array_like=True, gc=False, tag="pinned"):
    """A hold became an order's: it now lasts until `pay_by_ms`."""

    hold: str
    order: str
    amount: int
    pay_by_ms: int


class HoldUnpinned(Event, frozen=True, array_like=True, gc=False, tag="unpinned"):
    """A checkout was given up; the hold lives on until `expires_ms`."""

    hold: str
    order: str
    expires_ms: int
    amount: int


class OrderBooked(Event, frozen=True, array_like=True, gc=False, tag="booked"):
    """A hold's seats are sold to an order, new or pinned before; the hold is gone.

    `known_as` is the order that its buyer knows, where that one's money came late and bought this one.
    """

    hold: str
    order: str
    seats: tuple[SeatItem, ...]
    places: tuple[PlacesItem, ...]
    amount: int
    parts: tuple[Part, ...] = ()
    known_as: str = ""


class OrderCancelled(Event, frozen=True, array_like=True, gc=False, tag="cancelled"):
    """A booking was cancelled and its seats are free; `known_as` as it was booked."""

    order: str
    seats: tuple[SeatItem, ...]
    places: tuple[PlacesItem, ...]
    amount: int
    parts: tuple[Part, ...] = ()
    known_as: str = ""


class OrderReduced(Event, frozen=True, array_like=True, gc=False, tag="reduced"):
    """Some of a booking's seats are free; what is left of it costs `amount`; `known_as` as it was booked."""

    order: str
    seats: tuple[SeatItem, ...]
    places: tuple[PlacesItem, ...]
    amount: int
    parts: tuple[Part, ...] = ()
    known_as: str = ""


class PartTaken(Event, frozen=True, array_like=True, gc=False, tag="part_taken"):
    """Seats and places were lent to a hold of the record's principal that section `home` decides about."""

    gathering: str
    home: int
    seats: tuple[SeatItem, ...]
    places: tuple[PlacesItem, ...]


class PartSettled(Event, frozen=True, array_like=True, gc=False, tag="part_settled"):
    """What is still lent to a gathering, and whether it is sold; nothing: all of it came back.

    Record `by_seq` of stream `by_stream` is what it follows from.
    """

    gathering: str
    seats: tuple[SeatItem, ...]
    places: tuple[PlacesItem, ...]
    sold: bool
    by_stream: int
    by_seq: int


class SeatsBlocked(Event, frozen=True, array_like=True, gc=False, tag="blocked"):
    """Free seats were taken off the map."""

    seats: tuple[int, ...]


class SeatsUnblocked(Event, frozen=True, array_like=True, gc=False, tag="unblocked"):
    """Blocked seats are free again."""

    seats: tuple[int, ...]


class ForSaleSet(Event, frozen=True, array_like=True, gc=False, tag="for_sale"):
    """Seats and areas were marked as for sale or not."""

    seats: tuple[int, ...]
    areas: tuple[int, ...]
    for_sale: bool


class ChannelSet(Event, frozen=True, array_like=True, gc=False, tag="channel"):
    """Seats and areas were reserved for a channel, or (None) freed for all."""

    seats: tuple[int, ...]
    areas: tuple[int, ...]
    channel: str | None


class PriceSet(Event, frozen=True, array_like=True, gc=False, tag="price"):
    """A price changed from here on."""

    category: str
    type: str
    amount: int


class SaleSet(Event, frozen=True, array_like=True, gc=False, tag="sale"):
    """The sale was opened, paused or closed."""

    sale: Sale


class Refused(Event, frozen=True, array_like=True, gc=False, tag="refused"):
    """A refusal under an idempotency key: kept so that a retry gets the same answer.

    One that is not `final` was told to nobody: whoever asked went on to ask other sections.
    """

    refusal: Refusal
    final: bool = True


AnyEvent = (
    SectionCreated
    | HoldPlaced
    | HoldChanged
    | HoldReleased
    | HoldsExpired
    | HoldPinned
    | HoldUnpinned
    | OrderBooked
    | OrderCancelled
    | OrderReduced
    | PartTaken
    | PartSettled
    | SeatsBlocked
    | SeatsUnblocked
    | ForSaleSet
    | ChannelSet
    | PriceSet
    | SaleSet
    | Refused
    | WaitlistEvent
)


class Record(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One journal record: the event, when it happened, and whose key it answers.

    `principal` is the owner of what the event creates. Its position in the journal is
    kept by the journal; the idempotency key and the outcome are here, in one record.
    `offers` are what the event set free and those who wait were offered with it, in order.
    """

    at_ms: int
    principal: str
    event: AnyEvent
    idem: str | None = None
    fingerprint: bytes = b""
    offers: tuple[OfferMade, ...] = ()
