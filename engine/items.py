"""What holds, orders and offers are made of: seats by ordinal, and places of areas, each at its price."""

from __future__ import annotations

import msgspec
from msgspec.structs import replace


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


class PartItem(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A seat of another section, or `qty` places of its area, by public name.

    `price` is for one. `whole` is the table that the seat is sold with, empty for all others.
    """

    label: str
    category: str
    type: str
    price: int
    qty: int = 1
    area: bool = False
    whole: str = ""


class Part(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What a hold has in another section: lent to `gathering` by record `seq` of `stream`."""

    gathering: str
    stream: int
    section: str
    seq: int
    items: tuple[PartItem, ...]

    @property
    def quantity(self) -> int:
        """Seats and places together."""
        return sum(item.qty for item in self.items)


def fewer(parts: tuple[Part, ...], by: tuple[Part, ...]) -> tuple[Part, ...]:
    """Parts without what `by` has of them; a part of which nothing is left is none."""
    if not by:
        return parts
    gone = {_of(part): part.items for part in by}
    left = [
        replace(part, items=tuple([item for item in part.items if item not in gone.get(_of(part), ())]))
        for part in parts
    ]
    return tuple(part for part in left if part.items)


def _of(part: Part) -> tuple[str, int]:
    return part.gathering, part.stream
