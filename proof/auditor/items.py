"""What is held, sold and offered, as records have it."""

from __future__ import annotations

import msgspec


class SeatEntry(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A seat by its ordinal in the section, its ticket type, its price in minor units."""

    seat: int
    kind: str
    price: int


class PlacesEntry(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """`qty` places of an area, at `price` each."""

    area: int
    kind: str
    price: int
    qty: int
