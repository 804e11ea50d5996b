"""A small event for look-ups, without any catalogue."""

from __future__ import annotations

from engine.catalogue import EventInfo, SectionInfo
from engine.ids import id_body
from engine.plan import Area, Category, Plan, Point, Row, Seat, Section, Table
from engine.terms import Terms
from gateway.sections.directory import EventMap


def _rows(y: float, category: str = "gold") -> tuple[Row, ...]:
    return (Row("A", tuple(Seat(str(n), 10.0 * n, y, category) for n in range(1, 5))),)


PLAN = Plan(
    "Hall",
    (Category("gold", "Gold"), Category("silver", "Silver")),
    (
        Section("FAR", rows=_rows(300.0)),
        Section("NEAR-LEFT", rows=_rows(20.0), areas=(Area("PIT", 50, "silver"),)),
        Section(
            "MIDDLE",
            rows=_rows(100.0, "silver"),
            tables=(Table("T1", (Seat("1", 0.0, 130.0, "gold"), Seat("2", 9.0, 130.0, "gold")), "whole"),),
        ),
    ),
    Point(25.0, 0.0),
)
INFO = EventInfo(
    "evt_1",
    "Gala",
    "pln_1",
    "open",
    Terms(),
    (
        SectionInfo(11, "FAR", 0, "h1", 4, 0, ()),
        SectionInfo(12, "NEAR-LEFT", 1, "h2", 4, 50, ("PIT",)),
        SectionInfo(13, "MIDDLE", 2, "h3", 6, 0, ()),
    ),
    0,
)


def house() -> EventMap:
    """Three sections: FAR (stream 11), NEAR-LEFT (12, with an area) and MIDDLE (13, with a whole table)."""
    return EventMap(INFO, PLAN)


def hold_in(stream: int) -> str:
    """A hold's id that leads to a stream."""
    return "hld_" + id_body(1, 2, stream)
