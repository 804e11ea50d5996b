"""Holds, orders and outcomes as a section remembers them: frozen, replaced when they change."""

from __future__ import annotations

from typing import final

import msgspec

from engine.events import AnyEvent, Part, PlacesItem, SeatItem
from engine.transitions import Phase


# None of these can be part of a reference cycle, so the collector need not walk thousands of them.
@final
class Hold(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A live hold. Pinned while `order` is set; then `pay_by_ms` is its deadline, not `expires_ms`.

    `parts` are what other sections have lent to it.
    """

    id: str
    owner: str
    placed_ms: int
    expires_ms: int
    renewals_left: int
    seats: tuple[SeatItem, ...]
    places: tuple[PlacesItem, ...]
    order: str | None = None
    pay_by_ms: int = 0
    parts: tuple[Part, ...] = ()

    @property
    def phase(self) -> Phase:
        """ACTIVE or PINNED; other phases are no longer live."""
        return Phase.ACTIVE if self.order is None else Phase.PINNED

    @property
    def deadline_ms(self) -> int:
        """From this time on the hold has ended, whether or not its expiry is written yet."""
        return self.expires_ms if self.order is None else self.pay_by_ms

    @property
    def quantity(self) -> int:
        """Seats and places of this section together."""
        return quantity_of(self.seats, self.places)

    @property
    def size(self) -> int:
        """Seats and places of all sections together."""
        return self.quantity + sum(part.quantity for part in self.parts)


@final
class Order(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """An order: PINNED while payment is awaited, then BOOKED, or ended in another phase.

    `known_as` is the name that its buyer knows it by, where late money bought it.
    """

    id: str
    hold: str
    owner: str
    seats: tuple[SeatItem, ...]
    places: tuple[PlacesItem, ...]
    amount: int
    phase: Phase
    pay_by_ms: int
    parts: tuple[Part, ...] = ()
    known_as: str = ""

    @property
    def quantity(self) -> int:
        """Seats and places of this section together."""
        return quantity_of(self.seats, self.places)


class Lent(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """Seats and places that are part of a hold or an order of the section `home`.

    It has no end of its own: `home` decides. It only ever gets less, and is sold at most once.
    """

    gathering: str
    owner: str
    home: int
    seats: tuple[SeatItem, ...]
    places: tuple[PlacesItem, ...]
    sold: bool = False

    @property
    def quantity(self) -> int:
        """Seats and places together."""
        return quantity_of(self.seats, self.places)


class Gathered(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What became of a gathering: the hold or order that has it, until when, and what is kept of it."""

    gathering: str
    name: str
    ends_ms: int
    sold: bool
    parts: tuple[Part, ...]


class Ended(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What is remembered of a hold that is no longer live, so that its owner can be told why."""

    id: str
    owner: str
    at_ms: int
    phase: Phase


class Outcome(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """The first answer under an idempotency key: the event and its journal position."""

    principal: str
    idem: str
    fingerprint: bytes
    at_ms: int
    seq: int
    event: AnyEvent


def quantity_of(seats: tuple[SeatItem, ...], places: tuple[PlacesItem, ...]) -> int:
    """Seats and places together."""
    return len(seats) + sum([item.qty for item in places]) if places else len(seats)
