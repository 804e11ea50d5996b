"""What seats.io drawings say that a plan cannot: counted, one warning a kind."""

from __future__ import annotations

from typing import Final

from engine.plans.findings import Findings
from engine.plans.reading import Node

_DECORATION: Final = (
    ("shapes", "shapes are left out"),
    ("texts", "texts are left out"),
    ("icons", "icons are left out"),
    ("imageObjects", "images are left out"),
)
_IMAGES: Final = ("backgroundImage", "referenceChart")
_UNREAD: Final = (
    ("displayLabel", "displayed labels are left out"),
    ("entrance", "entrances of rows and seats are left out"),
    ("viewFromYourSeatImage", "views from seats are left out"),
    ("disabledBySocialDistancingRules", "distancing rules are left out"),
)


def count_chart_losses(chart: Node, findings: Findings) -> None:
    """Count what a chart shows beside its inventory."""
    for field, kind in _DECORATION:
        findings.warn(kind, chart.count(field))
    for field in _IMAGES:
        findings.warn("background images are left out", chart.has(field))


def count_object_losses(node: Node, findings: Findings) -> None:
    """Count what a row, table, booth, area or seat says beyond a plan's words."""
    for field, kind in _UNREAD:
        findings.warn(kind, node.has(field))
