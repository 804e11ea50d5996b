"""A seating plan: immutable, versioned, and the same for every event that sells it.

A plan has sections; a section has rows and tables of seats, and general-admission
areas. A seat's public name is its label `SECTION-ROW-SEAT` (`ORCH-C-12`); a table's
seat is `SECTION-TABLE-SEAT` and a table sold whole is `SECTION-TABLE`; a place in
general admission is known by its area's name. Rows, tables and seats carry no `-`
in their own labels, so that a public label is taken apart from the right.

Coordinates are in the plan's own units, y downwards, absolute for the whole plan.
"""

from __future__ import annotations

from typing import Literal

import msgspec

Attribute = Literal[
    "wheelchair",
    "companion",
    "restricted_view",
    "semi_ambulatory",
    "hearing",
    "lift_up_armrest",
    "plus_size",
    "sign_language",
    "aisle",
]
ACCESSIBLE: Attribute = "wheelchair"


class Point(msgspec.Struct, frozen=True, array_like=True):
    """A position in plan units, written as `[x, y]`."""

    x: float
    y: float


class Category(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """A price level of the plan; `price` is its usual face value as a decimal string."""

    key: str
    label: str
    color: str | None = None
    accessible: bool = False
    price: str | None = None


class Seat(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """One chair; `gap_after` says that the next chair in its row is not its neighbour."""

    label: str
    x: float
    y: float
    category: str
    attributes: tuple[Attribute, ...] = ()
    gap_after: bool = False


class Row(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """A row of seats from left to right as its seats are numbered."""

    label: str
    seats: tuple[Seat, ...]


class Table(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """A table or booth: sold chair by chair (`seat`) or only as one piece (`whole`)."""

    label: str
    seats: tuple[Seat, ...]
    sell: Literal["seat", "whole"] = "seat"


class Area(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """General admission: `capacity` places without numbers; `name` is unique in the plan."""

    name: str
    capacity: int
    category: str
    outline: tuple[Point, ...] = ()


class Section(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """What one actor owns: rows, tables and areas under one name, unique in the plan."""

    name: str
    rows: tuple[Row, ...] = ()
    tables: tuple[Table, ...] = ()
    areas: tuple[Area, ...] = ()
    zone: str | None = None
    floor: str | None = None
    entrance: str | None = None
    focal: Point | None = None
    outline: tuple[Point, ...] = ()


class Plan(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """A whole house. `format` names the version of this very schema."""

    name: str
    categories: tuple[Category, ...]
    sections: tuple[Section, ...]
    focal: Point | None = None
    format: Literal["holdfast-plan/1"] = "holdfast-plan/1"

    @property
    def seat_count(self) -> int:
        """Numbered seats in all sections, tables included."""
        rows = sum(len(row.seats) for section in self.sections for row in section.rows)
        return rows + sum(len(table.seats) for section in self.sections for table in section.tables)

    @property
    def ga_capacity(self) -> int:
        """Places in all general-admission areas."""
        return sum(area.capacity for section in self.sections for area in section.areas)
