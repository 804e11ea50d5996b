"""Reads seating plans in pretix's open layout, in its older and newer revisions.

Zones become sections, rows and seats keep their names; a seat stands at the sum of its
zone's, its row's and its own position. Areas are decoration there, so they are left out
with a warning. Seats name their category by its name, which becomes the key.
"""

from __future__ import annotations

from typing import Final

from engine.plan import Category, Point, Seat
from engine.plans.draft import Draft, DraftRow, DraftSection
from engine.plans.findings import Findings, ImportResult
from engine.plans.labels import color_is_plain, part_label, tidy
from engine.plans.reading import Node

_FIELDS: Final = {
    "category.key": "name",
    "category.label": "name",
    "row.label": "row_number",
    "seat.label": "seat_number",
    "seat.x": "position",
    "seat.y": "position",
}


def read_pretix(document: Node, findings: Findings, name: str | None) -> ImportResult:
    """The plan that a layout describes. Raises `PlanInvalid`."""
    draft = Draft(
        root=document,
        findings=findings,
        fields=_FIELDS,
        name=tidy(name or document.text("name") or "Imported plan"),
    )
    for node in document.items("categories"):
        draft.categories.append((_category(node, findings), node))
    for zone in document.items("zones"):
        draft.add_section(_section(zone, draft))
    return draft.finish()


def _category(node: Node, findings: Findings) -> Category:
    name, color = tidy(node.text("name") or ""), node.text("color")
    if color is not None and not color_is_plain(color):
        findings.warn("category colours that are not plain are left out")
        color = None
    return Category(key=name, label=name, color=color)


def _section(zone: Node, draft: Draft) -> DraftSection:
    origin = zone.point("position") or Point(0.0, 0.0)
    name = tidy(zone.text("name") or zone.text("zone_id") or "")
    if not name:
        name = draft.free_name("ZONE")
        draft.findings.warn("zones without a name are called ZONE")
    section = DraftSection(name=name, source=zone)
    draft.findings.section = name
    for node in zone.items("rows"):
        section.rows.append(_row(node, origin, draft))
    draft.findings.warn("areas are decoration and are left out", zone.count("areas"))
    draft.findings.section = ""
    return section


def _row(node: Node, origin: Point, draft: Draft) -> DraftRow:
    label = part_label(node.text("row_number") or "", draft.findings)
    row = DraftRow(label, node)
    corner = _sum(origin, node.point("position"))
    draft.count_seats(node.count("seats"))
    for seat in node.items("seats"):
        spot = _sum(corner, seat.point("position"))
        row.add(
            Seat(
                label=part_label(seat.text("seat_number") or "", draft.findings),
                x=round(spot.x, 2) + 0.0,
                y=round(spot.y, 2) + 0.0,
                category=tidy(seat.text("category") or ""),
            ),
            seat,
        )
    return row


def _sum(first: Point, second: Point | None) -> Point:
    return first if second is None else Point(first.x + second.x, first.y + second.y)
