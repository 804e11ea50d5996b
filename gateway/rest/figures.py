"""What an event has sold and what is left of it, over REST: all of it, or in groups, also as a file."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from typing import Final, Literal

import msgspec

from engine.figures import Cell
from engine.views import Money, money, rfc3339
from gateway.exports.columns import CSV, PARQUET, Kind, Row, Table, decimals_of
from gateway.exports.csv_rows import csv_of
from gateway.exports.parquet import parquet_of
from gateway.rest.call import Call
from gateway.rest.operation import Operation, Ready
from gateway.sections.directory import EventMap
from gateway.sections.figures import Taken
from protocol.errors import Problem
from protocol.requests import Position

By = Literal["status", "category", "section", "channel"]
NO_CHANNEL: Final = ""
"""What the seats that are reserved for no channel are grouped under."""


COLUMNS: Final[tuple[tuple[str, Kind], ...]] = (
    ("free", "count"),
    ("held", "count"),
    ("sold", "count"),
    ("blocked", "count"),
    ("total", "count"),
    ("value", "money"),
    ("currency", "text"),
)
"""What a file says of a group."""


class Tally(msgspec.Struct, frozen=True):
    """Seats and places; `value` is what the sold ones cost, without fees on top."""

    free: int
    held: int
    sold: int
    blocked: int
    value: Money


class EventStats(msgspec.Struct, frozen=True):
    """How an event stands; `revenue` is what its orders that stand booked cost, fees on top included.

    `at` says as of which position of each section.
    """

    event: str
    as_of: str
    at: dict[str, Position]
    free: int
    held: int
    sold: int
    blocked: int
    orders: int
    revenue: Money
    fees: Money
    by_category: dict[str, Tally]
    by_section: dict[str, Tally]


class ReportQuery(msgspec.Struct, frozen=True):
    """What to group by, and as what."""

    by: By
    format: Literal["json", "csv", "parquet"] = "json"


class ReportRow(msgspec.Struct, frozen=True):
    """One group: seats and places by status and together, and what the sold ones cost."""

    key: str
    free: int
    held: int
    sold: int
    blocked: int
    total: int
    value: Money


class Report(msgspec.Struct, frozen=True):
    """An event's seats and places in groups; every one of them is in one group."""

    event: str
    by: By
    as_of: str
    at: dict[str, Position]
    rows: tuple[ReportRow, ...]


class Sum:
    """Cells added up."""

    def __init__(self) -> None:
        self.free = self.held = self.sold = self.blocked = self.value = 0

    @property
    def total(self) -> int:
        """Seats and places of every status."""
        return self.free + self.held + self.sold + self.blocked

    def add(self, cell: Cell) -> None:
        """Add a cell."""
        self.free += cell.free
        self.held += cell.held
        self.sold += cell.sold
        self.blocked += cell.blocked
        self.value += cell.value


async def read_stats(call: Call) -> EventStats | Problem:
    """Read what is sold of an event and what is left, and what its booked orders come to."""
    event = await call.event()
    taken = await call.board.figures(event)
    if isinstance(taken, Problem):
        return taken
    whole = _grouped(taken, lambda _section, _cell: "")[""]
    figures = taken.sections.values()
    return EventStats(
        event=event.id,
        as_of=rfc3339(taken.as_of_ms),
        at=taken.at,
        free=whole.free,
        held=whole.held,
        sold=whole.sold,
        blocked=whole.blocked,
        orders=sum(each.orders for each in figures),
        revenue=money(sum(each.booked for each in figures), event.currency),
        fees=money(sum(each.fees for each in figures), event.currency),
        by_category=_tallies(_grouped(taken, _KEYS["category"]), event.currency),
        by_section=_tallies(_grouped(taken, _KEYS["section"]), event.currency),
    )


async def read_report(call: Call) -> Report | Ready | Problem:
    """Read what is sold of an event and what is left, in groups."""
    query: ReportQuery = call.query
    event = await call.event()
    taken = await call.board.figures(event)
    if isinstance(taken, Problem):
        return taken
    groups = _by_status(taken) if query.by == "status" else _grouped(taken, _KEYS[query.by])
    if query.format != "json":
        return await _file(event, query, groups)
    rows = tuple(_row(key, each, event.currency) for key, each in groups.items())
    return Report(event.id, query.by, rfc3339(taken.as_of_ms), taken.at, rows)


def _cells(taken: Taken) -> Iterator[tuple[str, Cell]]:
    for section, figures in taken.sections.items():
        for cell in figures.cells:
            yield section, cell


def _grouped(taken: Taken, key_of: Callable[[str, Cell], str]) -> dict[str, Sum]:
    """The cells by key, in the order in which keys are met first."""
    groups: dict[str, Sum] = {}
    for section, cell in _cells(taken):
        groups.setdefault(key_of(section, cell), Sum()).add(cell)
    return groups


def _by_status(taken: Taken) -> dict[str, Sum]:
    """A group a status: in each only its own column is filled."""
    groups = {status: Sum() for status in ("free", "held", "sold", "blocked")}
    for _, cell in _cells(taken):
        groups["free"].free += cell.free
        groups["held"].held += cell.held
        groups["sold"].sold += cell.sold
        groups["sold"].value += cell.value
        groups["blocked"].blocked += cell.blocked
    return groups


_KEYS: Final[dict[str, Callable[[str, Cell], str]]] = {
    "category": lambda _section, cell: cell.category,
    "section": lambda section, _cell: section,
    "channel": lambda _section, cell: cell.channel or NO_CHANNEL,
}


def _tallies(groups: dict[str, Sum], currency: str) -> dict[str, Tally]:
    return {
        key: Tally(each.free, each.held, each.sold, each.blocked, money(each.value, currency))
        for key, each in groups.items()
    }


def _row(key: str, each: Sum, currency: str) -> ReportRow:
    value = money(each.value, currency)
    return ReportRow(key, each.free, each.held, each.sold, each.blocked, each.total, value)


async def _file(event: EventMap, query: ReportQuery, groups: dict[str, Sum]) -> Ready:
    """A header, then a line a group; there are no more groups than sections or categories."""
    rows: list[Row] = [
        (key, each.free, each.held, each.sold, each.blocked, each.total, each.value, event.currency)
        for key, each in groups.items()
    ]
    table = Table(((query.by, "text"), *COLUMNS), decimals_of(event.currency))
    name = f'attachment; filename="{event.id}-{query.by}.{query.format}"'
    if query.format == "csv":
        return Ready(b"".join(csv_of(table, rows)), CSV, {"Content-Disposition": name})
    data = await asyncio.to_thread(parquet_of, table, rows)
    return Ready(data, PARQUET, {"Content-Disposition": name})


OPERATIONS: Final = (
    Operation(
        "GET",
        "/events/{event}/stats",
        "Read what is sold and what is left",
        read_stats,
        reply=EventStats,
    ),
    Operation(
        "GET",
        "/events/{event}/report",
        "Read what is sold, grouped",
        read_report,
        reply=Report,
        query=ReportQuery,
        or_else=(CSV, PARQUET),
    ),
)
