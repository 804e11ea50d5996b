"""What somebody has, had, or was told: the nouns of a ledger."""

from __future__ import annotations

import msgspec

from proof.auditor.records import PlacesEntry, Reduced, SeatEntry, Share


class Holding(msgspec.Struct):
    """A live hold; pinned while it has an `order`."""

    id: str
    owner: str
    placed_ms: int
    expires_ms: int
    renewals_left: int
    seats: tuple[SeatEntry, ...]
    places: tuple[PlacesEntry, ...]
    order: str | None = None
    pay_by_ms: int = 0
    shares: tuple[Share, ...] = ()

    @property
    def ends_ms(self) -> int:
        """From this time on it is over."""
        return self.expires_ms if self.order is None else self.pay_by_ms

    @property
    def size(self) -> int:
        """Seats and places of this section together."""
        return size_of(self.seats, self.places)

    @property
    def size_everywhere(self) -> int:
        """Seats and places of all sections together."""
        return self.size + size_of_shares(self.shares)


class Purchase(msgspec.Struct):
    """An order: `stands` is pending, confirmed or cancelled; `paid_by_saga`: its payment took time."""

    id: str
    hold: str
    owner: str
    seats: tuple[SeatEntry, ...]
    places: tuple[PlacesEntry, ...]
    amount: int
    stands: str
    paid_by_saga: bool = False
    shares: tuple[Share, ...] = ()


class Loan(msgspec.Struct):
    """What a hold or an order of the section `home` has here."""

    gathering: str
    owner: str
    home: int
    seats: tuple[SeatEntry, ...]
    places: tuple[PlacesEntry, ...]
    sold: bool = False

    @property
    def size(self) -> int:
        """Seats and places together."""
        return size_of(self.seats, self.places)


class Past(msgspec.Struct, frozen=True):
    """A hold that is over, and how it ended: released, expired or booked."""

    owner: str
    how: str


class Remembered(msgspec.Struct, frozen=True, gc=False):
    """What a key got: which record, when, for which body."""

    seq: int
    at_ms: int
    fingerprint: bytes


def size_of(seats: tuple[SeatEntry, ...], places: tuple[PlacesEntry, ...]) -> int:
    """Seats and places together."""
    return len(seats) + sum(each.qty for each in places)


def rest_of(order: Purchase, reduced: Reduced) -> tuple[tuple[SeatEntry, ...], tuple[PlacesEntry, ...]]:
    """What an order has left."""
    seats = tuple(each for each in order.seats if each not in reduced.seats)
    places = tuple(each for each in order.places if each not in reduced.places)
    return seats, places


def by_the_house(key: str | None) -> bool:
    """Whether a key is the server's own, for seats that are found again for money that came late.

    No caller can send such a key, and what is done under it is done with the house's rights.
    """
    return key is not None and ("\x1fagain" in key or "\x1fequal" in key)


def size_of_shares(shares: tuple[Share, ...]) -> int:
    """Seats and places of other sections together."""
    return sum(each.qty for share in shares for each in share.items)


def left_of(shares: tuple[Share, ...], back: tuple[Share, ...]) -> tuple[Share, ...]:
    """What there is elsewhere once some of it is given back."""
    gone = {(share.gathering, share.stream, each) for share in back for each in share.items}
    left = []
    for share in shares:
        items = [each for each in share.items if (share.gathering, share.stream, each) not in gone]
        if items:
            left.append(msgspec.structs.replace(share, items=tuple(items)))
    return tuple(left)
