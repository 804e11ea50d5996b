"""What a hold has, here and in other sections, and what is left of it once something is given back."""

from __future__ import annotations

from collections.abc import Collection, Iterator

import msgspec
from msgspec.structs import replace

from engine.events import Part, PartItem, PlacesItem, SeatItem
from engine.holds import Hold, Order
from engine.layout import SectionLayout
from engine.objects import check_in_hold, resolve_objects
from engine.refusals import Code, Refusal


class Contents(msgspec.Struct, frozen=True):
    """Seats and places of a section, and parts that it or others have lent."""

    seats: tuple[SeatItem, ...] = ()
    places: tuple[PlacesItem, ...] = ()
    parts: tuple[Part, ...] = ()

    @property
    def size(self) -> int:
        """Seats and places of all sections together."""
        here = len(self.seats) + sum(item.qty for item in self.places)
        return here + sum(part.quantity for part in self.parts)


def without(layout: SectionLayout, hold: Hold | Order, names: Collection[str]) -> Contents | Refusal:
    """What is left of a hold or a booking once these are given back, whichever sections they are of."""
    lent = {name for part in hold.parts for item in part.items for name in _names(item)}
    here = [name for name in names if name not in lent]
    named = resolve_objects(layout, here) if here or not names else ([], [])
    if isinstance(named, Refusal):
        return named
    seats, areas = named
    refusal = check_in_hold(layout, hold, seats, areas) or _torn(hold.parts, names)
    if refusal is not None:
        return refusal
    return Contents(
        tuple([item for item in hold.seats if item.seat not in seats]),
        tuple([item for item in hold.places if item.area not in areas]),
        tuple(_kept(hold.parts, names)),
    )


def _kept(parts: tuple[Part, ...], names: Collection[str]) -> Iterator[Part]:
    for part in parts:
        items = tuple([item for item in part.items if not _named(item, names)])
        if items:
            yield replace(part, items=items)


def _torn(parts: tuple[Part, ...], names: Collection[str]) -> Refusal | None:
    """A whole table of another section is given back whole too."""
    items = [item for part in parts for item in part.items if item.whole]
    given = {item.whole for item in items if _named(item, names)}
    torn = dict.fromkeys(item.whole for item in items if item.whole in given and not _named(item, names))
    return Refusal(Code.INVALID, "A table is given back whole.", tuple(torn)) if torn else None


def _named(item: PartItem, names: Collection[str]) -> bool:
    return any(name in names for name in _names(item))


def _names(item: PartItem) -> tuple[str, ...]:
    return (item.label, item.whole) if item.whole else (item.label,)
