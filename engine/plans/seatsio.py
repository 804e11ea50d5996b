"""Reads drawings in seats.io's chart format, versions 17 to 22 as found in its public samples.

The root has `categories.list`, `zones.list` and `subChart`, or `subChartFloors` with one
chart a floor. A chart has rows, tables, booths, general-admission areas and sections;
a section has a chart of its own whose coordinates begin at the section's `topLeft` and
are scaled by `sectionScaleFactor` percent (100 in every known drawing, so that other
values are read with a warning).

What stands outside any section is gathered under its `sectionLabel`, or in `MAIN`; a
general-admission area there becomes a section of its own. A booth becomes a table of one
seat that is sold whole. Everything that a plan cannot express is counted in warnings.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from engine.plan import Area, Attribute, Category, Point, Seat
from engine.plans.draft import Draft, DraftRow, DraftSection
from engine.plans.findings import Findings, ImportResult
from engine.plans.labels import color_is_plain, part_label, tidy
from engine.plans.reading import Node
from engine.plans.seatsio_losses import count_chart_losses, count_object_losses
from engine.plans.shapes import outline_of

LOOSE_SECTION = "MAIN"
_FIELDS: Final = {
    "category.label": "label",
    "section.name": "label",
    "section.outline": "points",
    "section.focal": "zone",
    "area.name": "label",
    "area.category": "categoryKey",
    "area.outline": "points",
    "seat.category": "categoryKey",
    "plan.focal": "focalPoint",
}
_ATTRIBUTES: Final[tuple[tuple[str, Attribute], ...]] = (
    ("accessible", "wheelchair"),
    ("companionSeat", "companion"),
    ("restrictedView", "restricted_view"),
    ("semiAmbulatorySeat", "semi_ambulatory"),
    ("hearingImpaired", "hearing"),
    ("liftUpArmrests", "lift_up_armrest"),
    ("plusSize", "plus_size"),
    ("signLanguageInterpretation", "sign_language"),
)


def read_seatsio(document: Node, findings: Findings, name: str | None) -> ImportResult:
    """The plan that a drawing describes. Raises `PlanInvalid`."""
    return _Reader(document, findings, name).read()


class _Frame:
    """Where a chart stands in the whole: its origin and its scale."""

    def __init__(self, origin: Point, scale: float) -> None:
        self.origin = origin
        self.scale = scale

    def place(self, point: Point) -> Point:
        return Point(
            round(self.origin.x + point.x * self.scale, 2) + 0.0,
            round(self.origin.y + point.y * self.scale, 2) + 0.0,
        )


_WHOLE: Final = _Frame(Point(0.0, 0.0), 1.0)


class _Reader:
    def __init__(self, document: Node, findings: Findings, name: str | None) -> None:
        self._document = document
        self._findings = findings
        self._draft = Draft(
            root=document,
            findings=findings,
            fields=_FIELDS,
            name=tidy(name or document.text("name") or "Imported plan"),
        )
        self._zones: dict[str, tuple[str, Point | None]] = {}
        self._scale = document.number("sectionScaleFactor", otherwise=100.0) / 100.0
        if self._scale != 1.0:
            findings.warn("sections are scaled by sectionScaleFactor, taken as percent")

    def read(self) -> ImportResult:
        self._read_categories()
        self._read_zones()
        floors = list(self._document.items("subChartFloors"))
        if floors:
            for floor in floors:
                label = floor.text("floorDisplayName") or floor.text("floorName") or ""
                self._read_chart(floor, tidy(label) or None)
        else:
            chart = self._document.child("subChart")
            if chart is not None:
                self._read_chart(chart, None)
        return self._draft.finish()

    def _read_categories(self) -> None:
        holder = self._document.child("categories")
        for node in holder.items("list") if holder else ():
            key = tidy(node.key("key") or "")
            color = node.text("color")
            if color is not None and not color_is_plain(color):
                self._findings.warn("category colours that are not plain are left out")
                color = None
            category = Category(
                key=key,
                label=tidy(node.text("label") or key),
                color=color,
                accessible=node.flag("accessible"),
            )
            self._draft.categories.append((category, node))

    def _read_zones(self) -> None:
        holder = self._document.child("zones")
        for node in holder.items("list") if holder else ():
            key = node.key("key") or ""
            self._zones[key] = (tidy(node.text("label") or key), node.point("focalPoint"))

    def _read_chart(self, chart: Node, floor: str | None) -> None:
        focal = chart.point("focalPoint")
        self._draft.focal = self._draft.focal or focal
        for node in chart.items("sections"):
            section = self._section(node, floor)
            if floor is not None:
                section.focal = section.focal or focal
            self._draft.add_section(section)
        self._read_loose(chart, floor, focal if floor is not None else None)
        count_chart_losses(chart, self._findings)

    def _section(self, node: Node, floor: str | None) -> DraftSection:
        zone, focal = self._zone_of(node)
        section = DraftSection(
            name=tidy(node.text("label") or ""),
            source=node,
            zone=zone,
            floor=floor,
            entrance=tidy(node.text("entrance") or "") or None,
            focal=focal,
            outline=tuple(_WHOLE.place(point.as_point()) for point in node.items("points")),
        )
        chart = node.child("subChart")
        if chart is not None:
            frame = _Frame(node.point("topLeft") or Point(0.0, 0.0), self._scale)
            self._findings.section = section.name
            self._read_parts(chart, section, frame, node.key("categoryKey"))
            count_chart_losses(chart, self._findings)
            self._findings.section = ""
            for nested in chart.items("sections"):
                self._findings.problem(nested.at(""), "a section cannot stand inside a section")
        return section

    def _zone_of(self, node: Node) -> tuple[str | None, Point | None]:
        key = node.key("zone")
        if key is None:
            return None, None
        if key not in self._zones:
            self._findings.problem(node.at("zone"), "no zone by this key is listed")
        return self._zones.get(key, (None, None))

    def _read_parts(self, chart: Node, section: DraftSection, frame: _Frame, category: str | None) -> None:
        for node in chart.items("rows"):
            section.rows.append(self._row(node, frame, category))
        for node in chart.items("tables"):
            section.tables.append(self._table(node, frame, category))
        for node in chart.items("booths"):
            section.tables.append(self._booth(node, frame, category))
        for node in chart.items("generalAdmissionAreas"):
            area = self._area(node, frame, category, f"{section.name}-")
            section.areas.append((area, node))

    def _read_loose(self, chart: Node, floor: str | None, focal: Point | None) -> None:
        """Gather what stands outside any section."""
        loose: dict[str, DraftSection] = {}
        for node in chart.items("rows"):
            self._home(node, loose, floor, focal).rows.append(self._row(node, _WHOLE, None))
        for node in chart.items("tables"):
            self._home(node, loose, floor, focal).tables.append(self._table(node, _WHOLE, None))
        for node in chart.items("booths"):
            self._home(node, loose, floor, focal).tables.append(self._booth(node, _WHOLE, None))
        self._findings.section = ""
        for node in chart.items("generalAdmissionAreas"):
            area = self._area(node, _WHOLE, None, "")
            section = self._new_section(area.name, node, floor, focal)
            section.areas.append((area, node))
            self._findings.section = ""

    def _home(
        self, node: Node, loose: dict[str, DraftSection], floor: str | None, focal: Point | None
    ) -> DraftSection:
        named = tidy(node.text("sectionLabel") or "")
        wanted = named or (LOOSE_SECTION if floor is None else f"{LOOSE_SECTION} {floor}")
        known = loose.get(wanted)
        self._findings.section = self._draft.free_name(wanted) if known is None else known.name
        if not named:
            self._findings.warn(f"objects outside any section go to section {LOOSE_SECTION}")
        if known is None:
            known = loose[wanted] = self._new_section(wanted, node, floor, focal)
        return known

    def _new_section(self, wanted: str, node: Node, floor: str | None, focal: Point | None) -> DraftSection:
        name = self._findings.section = self._draft.free_name(wanted)
        if name != wanted:
            self._findings.warn("sections made for loose objects got a number after their name")
        section = DraftSection(name=name, source=node, floor=floor, focal=focal)
        self._draft.add_section(section)
        return section

    def _row(self, node: Node, frame: _Frame, category: str | None) -> DraftRow:
        self._findings.warn("curves are kept only as positions", node.has("curve"))
        row = DraftRow(part_label(node.text("label") or "", self._findings), node)
        self._read_seats(node, row, frame, node.key("categoryKey") or category)
        return row

    def _table(self, node: Node, frame: _Frame, category: str | None) -> DraftRow:
        sell = "whole" if node.flag("bookAsAWhole") else "seat"
        table = DraftRow(part_label(node.text("label") or "", self._findings), node, sell)
        self._read_seats(node, table, frame, node.key("categoryKey") or category)
        return table

    def _booth(self, node: Node, frame: _Frame, category: str | None) -> DraftRow:
        booth = DraftRow(part_label(node.text("label") or "", self._findings), node, "whole")
        self._draft.count_seats(1)
        count_object_losses(node, self._findings)
        spot = frame.place(node.point("center") or Point(0.0, 0.0))
        seat = Seat(
            label="1",
            x=spot.x,
            y=spot.y,
            category=tidy(node.key("categoryKey") or category or ""),
            attributes=_attributes(node),
        )
        booth.add(seat, node)
        return booth

    def _read_seats(self, node: Node, row: DraftRow, frame: _Frame, category: str | None) -> None:
        self._draft.count_seats(node.count("seats"))
        count_object_losses(node, self._findings)
        for seat in node.items("seats"):
            spot = frame.place(seat.as_point())
            count_object_losses(seat, self._findings)
            row.add(
                Seat(
                    label=part_label(seat.text("label") or "", self._findings),
                    x=spot.x,
                    y=spot.y,
                    category=tidy(seat.key("categoryKey") or category or ""),
                    attributes=_attributes(seat),
                ),
                seat,
            )

    def _area(self, node: Node, frame: _Frame, category: str | None, prefix: str) -> Area:
        count_object_losses(node, self._findings)
        self._findings.warn("areas booked as a whole sell by the place", node.flag("bookAsAWhole"))
        self._findings.warn("variable occupancy is left out", node.flag("variableOccupancy"))
        label = tidy(node.text("label") or "")
        return Area(
            name=f"{prefix}{label}" if label else "",
            capacity=node.whole("capacity"),
            category=tidy(node.key("categoryKey") or category or ""),
            outline=tuple(frame.place(point) for point in outline_of(node)),
        )


def _attributes(node: Node) -> tuple[Attribute, ...]:
    return tuple(_flagged(node))


def _flagged(node: Node) -> Iterator[Attribute]:
    for field, attribute in _ATTRIBUTES:
        if node.flag(field):
            yield attribute
