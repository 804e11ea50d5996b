"""Whose each seat and place is, and what the world sees of it: written by the ledger that stands on it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from proof.auditor.house import House
from proof.auditor.items import PlacesEntry, SeatEntry

FREE, HELD, SOLD, SHUT = 0, 1, 2, 3
"""What the world sees of a seat; SHUT is blocked or not for sale."""


class Floor:
    """By ordinal: `owners` (hold or order) and `public`; by area what is held and sold."""

    def __init__(self, house: House) -> None:
        self.house: Final = house
        self.owners: Final[list[str | None]] = [None] * len(house.labels)
        self.sold: Final = bytearray(len(house.labels))
        self.blocked: Final = bytearray(len(house.labels))
        self.off_sale: Final = bytearray(len(house.labels))
        self.channel_of: Final[list[str | None]] = [None] * len(house.labels)
        self.public: Final = bytearray(len(house.labels))
        self.area_held: Final = [0] * len(house.areas)
        self.area_sold: Final = [0] * len(house.areas)
        self.area_off_sale: Final = bytearray(len(house.areas))
        self.area_channel: Final[list[str | None]] = [None] * len(house.areas)
        self.changed: Final[list[int]] = []
        """Seats whose public status the last record changed."""

    def room_in(self, area: int) -> int:
        """Places that nobody has."""
        return self.house.capacities[area] - self.area_held[area] - self.area_sold[area]

    def shown_in(self, area: int) -> int:
        """Places that the world is told are free."""
        return 0 if self.area_off_sale[area] else self.room_in(area)

    def _give(self, seats: Iterable[SeatEntry], places: Iterable[PlacesEntry], owner: str) -> None:
        for entry in seats:
            self.owners[entry.seat] = owner
            self._show(entry.seat)
        for place in places:
            self.area_held[place.area] += place.qty

    def _take_back(
        self, seats: Iterable[SeatEntry], places: Iterable[PlacesEntry], counted: list[int]
    ) -> None:
        for entry in seats:
            self.owners[entry.seat] = None
            self.sold[entry.seat] = 0
            self._show(entry.seat)
        for place in places:
            counted[place.area] -= place.qty

    def _mark(self, marks: bytearray, seats: Iterable[int], mark: int) -> None:
        for seat in seats:
            marks[seat] = mark
            self._show(seat)

    def _show(self, seat: int) -> None:
        if self.owners[seat] is not None:
            shown = SOLD if self.sold[seat] else HELD
        else:
            shown = SHUT if self.blocked[seat] or self.off_sale[seat] else FREE
        if self.public[seat] != shown:
            self.public[seat] = shown
            self.changed.append(seat)
