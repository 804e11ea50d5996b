"""Counts of one section: seats and places by category and channel, and the steps that they took."""

from __future__ import annotations

from collections.abc import Iterator

from engine.items import PlacesItem, SeatItem
from engine.seating import Seating
from workers.projections.ledger import Claim, Ledger
from workers.projections.sums import Sums

Items = tuple[tuple[SeatItem, ...], tuple[PlacesItem, ...]]
Key = tuple[str, str]
"""A category, and the channel that its seats are reserved for at that moment (empty for none)."""


class Counting(Sums):
    """Sums of a section that know which category and channel a seat is of."""

    def __init__(self, seating: Seating, ledger: Ledger) -> None:
        """Nothing counted yet; `ledger` says who seats are for, and keeps what is sold."""
        super().__init__()
        self._seating = seating
        self._ledger = ledger

    def hold(self, more: Claim) -> None:
        """Seats and places were taken into a hold."""
        if quantity := more.quantity:
            self.count("held", 0, quantity)
            for key, qty in self._keys(more):
                self.of(*key).held += qty

    def check_out(self, more: Claim, *, again: bool) -> None:
        """A hold is to be paid for, with seats and places that were not at checkout before."""
        self.count("checkout", 0 if again else 1, more.quantity)
        for key, qty in self._keys(more):
            self.of(*key).checkout += qty

    def sell(self, items: Items) -> None:
        """Seats and places are sold, to an order of here or of another section."""
        places = 0
        for key, qty, price in self._priced(items):
            sales = self.of(*key)
            sales.sold += qty
            sales.value += price * qty
            places += qty
        self._ledger.sold += places
        self.count("booked", 0, places)

    def take_back(self, items: Items) -> None:
        """Seats and places that were sold are free."""
        places = 0
        for key, qty, price in self._priced(items):
            sales = self.of(*key)
            sales.returned += qty
            sales.returned_value += price * qty
            places += qty
        self._ledger.sold -= places
        self.count("returned", 0, places)

    def _priced(self, items: Items) -> Iterator[tuple[Key, int, int]]:
        seats, places = items
        for item in seats:
            yield self._key_of_seat(item.seat), 1, item.price
        for place in places:
            yield self._key_of_area(place.area), place.qty, place.price

    def _keys(self, claim: Claim) -> Iterator[tuple[Key, int]]:
        for seat in claim.seats:
            yield self._key_of_seat(seat), 1
        for area, qty in claim.places:
            yield self._key_of_area(area), qty

    def _key_of_seat(self, seat: int) -> Key:
        return self._seating.category_of[seat], self._ledger.seat_channels.get(seat, "")

    def _key_of_area(self, area: int) -> Key:
        return self._seating.area_category[area], self._ledger.area_channels.get(area, "")
