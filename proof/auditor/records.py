"""Journal records, read here anew: MessagePack arrays led by their kind.

This is a second reading of the stored format, kept apart from the one that wrote it on
purpose: a mistake in either shows as a disagreement.
"""

from __future__ import annotations

from typing import Final

import msgspec

from proof.auditor.items import PlacesEntry as PlacesEntry  # noqa: PLC0414 - whoever reads records
from proof.auditor.items import SeatEntry as SeatEntry  # noqa: PLC0414 - finds here what they carry
from proof.auditor.waiting_records import AnyOfTheLine, Offer


class LentEntry(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A seat of another section, or `qty` places of its area, by name; `whole` is its table."""

    label: str
    category: str
    kind: str
    price: int
    qty: int = 1
    area: bool = False
    whole: str = ""


class Share(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What a hold has elsewhere: lent to `gathering` by record `seq` of `stream`."""

    gathering: str
    stream: int
    section: str
    seq: int
    items: tuple[LentEntry, ...]


class Limits(msgspec.Struct, frozen=True, gc=False):
    """A sale's limits; what is left out of a record has these values."""

    seats_per_hold: int = 10
    seats_per_buyer: int = 20
    holds_per_buyer: int = 5
    hold_ttl_ms: int = 600_000
    renewals: int = 10
    hold_life_max_ms: int = 7_200_000
    pay_ttl_ms: int = 900_000
    idempotency_ttl_ms: int = 86_400_000
    offer_ttl_ms: int = 900_000
    waitlist_max: int = 10_000


class Charge(msgspec.Struct, frozen=True):
    """A fee: a fixed amount and a share (ten-thousandths) of a price, by ticket or by order."""

    name: str
    amount: int = 0
    share: int = 0
    per: str = "ticket"
    included: bool = False


class Terms(msgspec.Struct, frozen=True):
    """The terms of a sale."""

    currency: str = "EUR"
    prices: dict[str, dict[str, int]] = {}
    limits: Limits = Limits()
    orphan_rule: str = "best"
    sale: str = "not_open"
    fees: tuple[Charge, ...] = ()


class Kind(msgspec.Struct, frozen=True, array_like=True, gc=False, tag_field="kind"):
    """Root of what a record may tell."""


class Opened(Kind, frozen=True, array_like=True, gc=False, tag="created"):
    """The section begins."""

    event: str
    section: str
    plan: str
    plan_digest: str
    terms: Terms


class Placed(Kind, frozen=True, array_like=True, gc=False, tag="placed"):
    """A new hold."""

    hold: str
    seats: tuple[SeatEntry, ...]
    places: tuple[PlacesEntry, ...]
    expires_ms: int
    renewals_left: int
    shares: tuple[Share, ...] = ()


class Changed(Kind, frozen=True, array_like=True, gc=False, tag="changed"):
    """All of a hold as it is from now on."""

    hold: str
    seats: tuple[SeatEntry, ...]
    places: tuple[PlacesEntry, ...]
    expires_ms: int
    renewals_left: int
    shares: tuple[Share, ...] = ()


class Released(Kind, frozen=True, array_like=True, gc=False, tag="released"):
    """A hold was given back."""

    hold: str
    released_ms: int


class Expired(Kind, frozen=True, array_like=True, gc=False, tag="expired"):
    """The time of these holds ran out."""

    holds: tuple[str, ...]


class Pinned(Kind, frozen=True, array_like=True, gc=False, tag="pinned"):
    """A hold became an order's."""

    hold: str
    order: str
    amount: int
    pay_by_ms: int


class Unpinned(Kind, frozen=True, array_like=True, gc=False, tag="unpinned"):
    """An order was given up; its hold lives on."""

    hold: str
    order: str
    expires_ms: int
    amount: int


class Booked(Kind, frozen=True, array_like=True, gc=False, tag="booked"):
    """An order's seats are sold."""

    hold: str
    order: str
    seats: tuple[SeatEntry, ...]
    places: tuple[PlacesEntry, ...]
    amount: int
    shares: tuple[Share, ...] = ()


class Cancelled(Kind, frozen=True, array_like=True, gc=False, tag="cancelled"):
    """What an order had bought is free."""

    order: str
    seats: tuple[SeatEntry, ...]
    places: tuple[PlacesEntry, ...]
    amount: int
    shares: tuple[Share, ...] = ()


class Reduced(Kind, frozen=True, array_like=True, gc=False, tag="reduced"):
    """Some of what an order had bought is free; the rest costs `amount`."""

    order: str
    seats: tuple[SeatEntry, ...]
    places: tuple[PlacesEntry, ...]
    amount: int
    shares: tuple[Share, ...] = ()


class Lends(Kind, frozen=True, array_like=True, gc=False, tag="part_taken"):
    """Seats and places are lent to a hold of the section `home`."""

    gathering: str
    home: int
    seats: tuple[SeatEntry, ...]
    places: tuple[PlacesEntry, ...]


class Settled(Kind, frozen=True, array_like=True, gc=False, tag="part_settled"):
    """What is still lent, and whether it is sold, as record `by_seq` of `by_stream` implies."""

    gathering: str
    seats: tuple[SeatEntry, ...]
    places: tuple[PlacesEntry, ...]
    sold: bool
    by_stream: int
    by_seq: int


class Blocked(Kind, frozen=True, array_like=True, gc=False, tag="blocked"):
    """Seats were taken off the map."""

    seats: tuple[int, ...]


class Unblocked(Kind, frozen=True, array_like=True, gc=False, tag="unblocked"):
    """Seats were put back."""

    seats: tuple[int, ...]


class OnSale(Kind, frozen=True, array_like=True, gc=False, tag="for_sale"):
    """Seats and areas are for sale or not."""

    seats: tuple[int, ...]
    areas: tuple[int, ...]
    for_sale: bool


class Reserved(Kind, frozen=True, array_like=True, gc=False, tag="channel"):
    """Seats and areas are kept for a channel."""

    seats: tuple[int, ...]
    areas: tuple[int, ...]
    channel: str | None


class Priced(Kind, frozen=True, array_like=True, gc=False, tag="price"):
    """A price changed."""

    category: str
    kind_of_ticket: str
    amount: int


class SaleTurned(Kind, frozen=True, array_like=True, gc=False, tag="sale"):
    """The sale opened, paused or closed."""

    sale: str


class No(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A refusal as it is kept."""

    code: str
    detail: str = ""
    objects: tuple[str, ...] = ()
    alternatives: tuple[tuple[str, ...], ...] = ()


class Denied(Kind, frozen=True, array_like=True, gc=False, tag="refused"):
    """A refusal under a key."""

    no: No


AnyKind = (
    Opened
    | Placed
    | Changed
    | Released
    | Expired
    | Pinned
    | Unpinned
    | Booked
    | Cancelled
    | Reduced
    | Lends
    | Settled
    | Blocked
    | Unblocked
    | OnSale
    | Reserved
    | Priced
    | SaleTurned
    | Denied
    | AnyOfTheLine
)


class Entry(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One record: when, who, what, and whose key it answers."""

    at_ms: int
    principal: str
    what: AnyKind
    key: str | None = None
    fingerprint: bytes = b""
    offers: tuple[Offer, ...] = ()


_decoder: Final = msgspec.msgpack.Decoder(Entry)


def read_entry(data: bytes) -> Entry:
    """A stored record. Raises `msgspec.DecodeError` (or its `ValidationError`)."""
    return _decoder.decode(data)
