"""What holds, orders and offers are made of: seats by ordinal, and places of areas, each at its price."""

from __future__ import annotations

import msgspec


# Events that carry them are kept by the hundred thousand under their keys. None can be part of a
# reference cycle, so the collector need not walk them, and each is smaller without its mark.
class SeatItem(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A seat in a hold or order at the price it was quoted."""

    seat: int
    type: str
    price: int


class PlacesItem(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """`qty` places of an area at `price` each."""

    area: int
    type: str
    price: int
    qty: int
