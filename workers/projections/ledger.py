"""What is to be known of a section to count on: its live holds, what it has lent, and who seats are for."""

from __future__ import annotations

from typing import Final

import msgspec

from engine.analytics import Stock
from engine.events import PlacesItem, SeatItem


class Claim(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """Seats, and places by area: `(area, quantity)`."""

    seats: tuple[int, ...] = ()
    places: tuple[tuple[int, int], ...] = ()

    @property
    def quantity(self) -> int:
        """Seats and places together."""
        return len(self.seats) + (sum([qty for _, qty in self.places]) if self.places else 0)

    def beyond(self, other: Claim) -> Claim:
        """What of this the other one has not."""
        if not (other.seats or other.places):
            return self
        had = dict(other.places)
        more = ((area, qty - had.get(area, 0)) for area, qty in self.places)
        seats = frozenset(other.seats)
        return Claim(
            tuple([seat for seat in self.seats if seat not in seats]),
            tuple([(area, qty) for area, qty in more if qty > 0]),
        )

    def with_all(self, other: Claim) -> Claim:
        """This and what the other one has beyond it."""
        more = other.beyond(self)
        areas = dict(self.places)
        for area, qty in more.places:
            areas[area] = areas.get(area, 0) + qty
        return Claim(self.seats + more.seats, tuple(areas.items()))


class Live(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A live hold: what it has, for which order it is pinned, and what of it was at checkout before.

    `entry` is set while it is only an offer to somebody of the waitlist; `parts` are seats and
    places that other sections have lent to it.
    """

    claim: Claim
    order: str | None = None
    entry: str | None = None
    reached: bool = False
    paying: Claim = Claim()
    parts: int = 0


class Lent(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What a hold of another section has here, with its prices."""

    seats: tuple[SeatItem, ...]
    places: tuple[PlacesItem, ...]
    sold: bool = False


class Ledger(msgspec.Struct, array_like=True):
    """The state of the fold of one section. It is as large as what is held and lent, not as the journal."""

    currency: str = ""
    held: int = 0
    sold: int = 0
    orders: int = 0
    booked: int = 0
    live: dict[str, Live] = {}
    lent: dict[str, Lent] = {}
    offers: dict[str, str] = {}
    seat_channels: dict[int, str] = {}
    area_channels: dict[int, str] = {}

    @property
    def stock(self) -> Stock:
        """What the section comes to."""
        return Stock(self.held, self.sold, self.orders, self.booked)


def claim_of(seats: tuple[SeatItem, ...], places: tuple[PlacesItem, ...]) -> Claim:
    """What these items are of."""
    areas: dict[int, int] = {}
    for place in places:
        areas[place.area] = areas.get(place.area, 0) + place.qty
    return Claim(tuple([item.seat for item in seats]), tuple(areas.items()))


def encode_ledger(ledger: Ledger) -> bytes:
    """As it is kept between two batches."""
    return _encoder.encode(ledger)


def decode_ledger(data: bytes) -> Ledger:
    """What was kept; nothing is a section before its first record. Raises `msgspec.DecodeError`."""
    return _decoder.decode(data) if data else Ledger()


_encoder: Final = msgspec.msgpack.Encoder()
_decoder: Final = msgspec.msgpack.Decoder(Ledger)
