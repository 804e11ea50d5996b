"""A plan as pages read it: as objects, or as columns that are a tenth of the size.

Columns (`holdfast-columns/2`): coordinates are whole tenths of plan units. Seats stand in lines of
even steps, so of each line is told where its first seat is, the step to the second, and from then
on by how much each step differs from the one before; and the first two of these as what they differ from
those of the line before in its section. A line's `c` is the index of its category, or a list with one
index a seat; its `s` is the list of seat labels, or how many there are where they count from 1.
"""

from __future__ import annotations

import asyncio
import gzip
from collections import OrderedDict
from collections.abc import Callable, Sequence
from functools import partial
from hashlib import blake2b
from itertools import pairwise
from typing import Final, Literal

import brotli
import msgspec

from engine.plan import Attribute, Category, Plan, Point, Row, Seat, Section, Table

Layout = Literal["objects", "columns"]
Coding = Literal["identity", "br", "gzip"]
PAGES_KEPT: Final = 128
COMPRESSION: Final = 9
BROTLI_QUALITY: Final = 9
SQUEEZE: Final[dict[Coding, Callable[[bytes], bytes]]] = {
    "br": partial(brotli.compress, quality=BROTLI_QUALITY),
    # No time of compression in the header: the same plan gives the same bytes everywhere.
    "gzip": partial(gzip.compress, compresslevel=COMPRESSION, mtime=0),
}
"""What compresses, the smaller result first."""


class Line(msgspec.Struct, frozen=True, omit_defaults=True):
    """A row or a table: seat labels `s`, categories `c`, coordinates `x` and `y` as above.

    `a` gives the attributes of seats by their index in the line, `g` the indices with a gap after.
    """

    n: str
    s: int | tuple[str, ...]
    c: int | tuple[int, ...]
    x: tuple[int, ...]
    y: tuple[int, ...]
    a: dict[str, tuple[Attribute, ...]] = {}
    g: tuple[int, ...] = ()
    sell: Literal["seat", "whole"] | None = None


class Place(msgspec.Struct, frozen=True):
    """A general-admission area with the index of its category; `outline` in tenths."""

    name: str
    capacity: int
    c: int
    outline: tuple[tuple[int, int], ...]


class Block(msgspec.Struct, frozen=True, omit_defaults=True):
    """A section; its seats in plan order are those of `rows`, then those of `tables`."""

    name: str
    rows: tuple[Line, ...] = ()
    tables: tuple[Line, ...] = ()
    areas: tuple[Place, ...] = ()
    zone: str | None = None
    floor: str | None = None
    entrance: str | None = None
    outline: tuple[tuple[int, int], ...] = ()


class Columns(msgspec.Struct, frozen=True):
    """A whole plan in columns."""

    format: Literal["holdfast-columns/2"]
    name: str
    categories: tuple[Category, ...]
    focal: tuple[int, int] | None
    sections: tuple[Block, ...]


class Page(msgspec.Struct, frozen=True):
    """A plan's bytes in one content coding, and the tag that names this very content."""

    body: bytes
    etag: str


class PlanPages:
    """Pages made once for each plan, layout and coding, when somebody asks first; plans never change."""

    def __init__(self) -> None:
        self._pages: OrderedDict[tuple[str, Layout, Coding], asyncio.Task[Page]] = OrderedDict()

    async def page(self, plan_id: str, plan: Plan, layout: Layout, coding: Coding = "identity") -> Page:
        """The page of a plan. A crowd that asks in the same instant waits for one and the same."""
        key = (plan_id, layout, coding)
        making = self._pages.get(key)
        if making is None:
            making = self._pages[key] = asyncio.ensure_future(self._made(plan_id, plan, layout, coding))
            making.add_done_callback(partial(self._ended, key))
            if len(self._pages) > PAGES_KEPT:
                self._pages.popitem(last=False)
        return await asyncio.shield(making)

    def known(self, plan_id: str, layout: Layout, coding: Coding) -> bool:
        """Whether a page is made, or being made."""
        return (plan_id, layout, coding) in self._pages

    def _ended(self, key: tuple[str, Layout, Coding], making: asyncio.Task[Page]) -> None:
        """What could not be made is tried anew by the next who asks."""
        if (making.cancelled() or making.exception() is not None) and self._pages.get(key) is making:
            del self._pages[key]

    async def _made(self, plan_id: str, plan: Plan, layout: Layout, coding: Coding) -> Page:
        if coding == "identity":
            return await asyncio.to_thread(_page, plan, layout)
        plain = await self.page(plan_id, plan, layout)
        return Page(await asyncio.to_thread(SQUEEZE[coding], plain.body), plain.etag)


def _page(plan: Plan, layout: Layout) -> Page:
    plain = msgspec.json.encode(plan if layout == "objects" else columns(plan))
    return Page(plain, f'"{blake2b(plain, digest_size=12).hexdigest()}"')


def accepted(accept_encoding: str) -> Coding:
    """The smallest coding that a client takes."""
    offered = {each.partition(";")[0].strip() for each in accept_encoding.split(",")}
    return next((coding for coding in SQUEEZE if coding in offered), "identity")


def columns(plan: Plan) -> Columns:
    """The plan in columns."""
    index = {category.key: number for number, category in enumerate(plan.categories)}
    focal = None if plan.focal is None else _tenths(plan.focal)
    blocks = tuple(_block(section, index) for section in plan.sections)
    return Columns("holdfast-columns/2", plan.name, plan.categories, focal, blocks)


def _block(section: Section, index: dict[str, int]) -> Block:
    x, y = Steps(), Steps()
    return Block(
        name=section.name,
        rows=tuple(_line(row, index, x, y) for row in section.rows),
        tables=tuple(_line(table, index, x, y, table.sell) for table in section.tables),
        areas=tuple(
            Place(area.name, area.capacity, index[area.category], tuple(map(_tenths, area.outline)))
            for area in section.areas
        ),
        zone=section.zone,
        floor=section.floor,
        entrance=section.entrance,
        outline=tuple(map(_tenths, section.outline)),
    )


def _line(
    line: Row | Table, index: dict[str, int], x: Steps, y: Steps, sell: Literal["seat", "whole"] | None = None
) -> Line:
    seats = line.seats
    categories = tuple(index[seat.category] for seat in seats)
    return Line(
        n=line.label,
        s=_labels(seats),
        c=categories[0] if len(set(categories)) == 1 else categories,
        x=x.told([seat.x for seat in seats]),
        y=y.told([seat.y for seat in seats]),
        a={str(at): seat.attributes for at, seat in enumerate(seats) if seat.attributes},
        g=_gaps(seats),
        sell=sell,
    )


def _gaps(seats: Sequence[Seat]) -> tuple[int, ...]:
    return tuple(at for at, seat in enumerate(seats) if seat.gap_after)


def _labels(seats: Sequence[Seat]) -> int | tuple[str, ...]:
    labels = tuple(seat.label for seat in seats)
    counted = all(label == str(number) for number, label in enumerate(labels, start=1))
    return len(labels) if counted else labels


class Steps:
    """One coordinate of a section's lines, one line after the other."""

    def __init__(self) -> None:
        self._before: tuple[int, ...] = (0, 0)

    def told(self, values: Sequence[float]) -> tuple[int, ...]:
        """A line's seats by how they differ from what could be expected."""
        tenths = [round(value * 10) for value in values]
        steps = _differences(tenths)
        lead = (*tenths[:1], *steps[:1])
        expected = self._before
        self._before = (*lead, *expected[len(lead) :])
        leading = (mine - theirs for mine, theirs in zip(lead, expected, strict=False))
        return (*leading, *_differences(steps))


def _differences(values: Sequence[int]) -> list[int]:
    return [after - before for before, after in pairwise(values)]


def _tenths(point: Point) -> tuple[int, int]:
    return round(point.x * 10), round(point.y * 10)
