"""Holds, orders and outcomes as a section remembers them: frozen, replaced when they change."""

from __future__ import annotations

from typing import final

import msgspec

from engine.events import AnyEvent, PlacesItem, SeatItem
from engine.transitions import Phase


# None of these can be part of a reference cycle, so the collector need not walk thousands of them.
@final
class Hold(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A live hold. Pinned while `order` is set; then `pay_by_ms` is its deadline, not `expires_ms`."""

    id: str
    owner: str
    placed_ms: int
    expires_ms: int
    renewals_left: int
    seats: tuple[SeatItem, ...]
    places: tuple[PlacesItem, ...]
    order: str | None = None
    pay_by_ms: int = 0

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
        """Seats and places together."""
        return quantity_of(self.seats, self.places)


class Order(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """An order: PINNED while payment is awaited, then BOOKED, or ended in another phase."""

    id: str
    hold: str
    owner: str
    seats: tuple[SeatItem, ...]
    places: tuple[PlacesItem, ...]
    amount: int
    phase: Phase
    pay_by_ms: int

    @property
    def quantity(self) -> int:
        """Seats and places together."""
        return quantity_of(self.seats, self.places)


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
