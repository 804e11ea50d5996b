"""A small seating plan in each format that can be imported, with everything in it that the format knows."""

from __future__ import annotations

from typing import Any, Final

TABLE: Final = """section,row,seat,x,y,category,attributes
ORCH,A,1,0,0,Gold,wheelchair|aisle
ORCH,A,2,20,0,Gold,companion
ORCH,A,3,40,0,Silver,
BALC,A,1,0,90.5,Silver,restricted_view hearing
"""


def _seats(count: int) -> list[dict[str, Any]]:
    return [{"label": str(n + 1), "x": n * 20.0, "y": 0.0, "categoryKey": 1} for n in range(count)]


_CHART: Final[dict[str, Any]] = {
    "focalPoint": {"x": 1, "y": 2},
    "sections": [
        {
            "label": "S",
            "zone": "east",
            "topLeft": {"x": 1000, "y": 500},
            "points": [{"x": 0, "y": 0}, {"x": 9, "y": 0}, {"x": 9, "y": 9}],
            "subChart": {"rows": [{"label": "A", "curve": 1, "seats": _seats(4)}]},
        }
    ],
    "rows": [{"label": "A", "sectionLabel": "L", "seats": _seats(3)}],
    "tables": [{"label": "T", "bookAsAWhole": True, "seats": _seats(2)}],
    "booths": [{"label": "B", "center": {"x": 1, "y": 1}, "categoryKey": "two"}],
    "generalAdmissionAreas": [
        {"label": "G", "capacity": 9, "categoryKey": 1, "center": {"x": 0, "y": 0}, "radius1": 3}
    ],
    "shapes": [{}],
    "texts": [{}],
}
_HOUSE: Final[dict[str, Any]] = {
    "name": "Drawn house",
    "categories": {
        "list": [
            {"key": 1, "label": "Gold", "color": "#C0A000", "accessible": False},
            {"key": "two", "label": "Silver", "color": "#AAAAAA", "accessible": True},
        ]
    },
    "zones": {"list": [{"key": "east", "label": "East side", "focalPoint": {"x": 7, "y": 8}}]},
    "sectionScaleFactor": 100,
}
DRAWING: Final = _HOUSE | {"subChart": _CHART}
FLOORS: Final = _HOUSE | {"subChart": {}, "subChartFloors": [{"floorName": "1", **_CHART}, _CHART]}
LAYOUT: Final[dict[str, Any]] = {
    "name": "Laid out house",
    "size": {"width": 500, "height": 500},
    "categories": [{"name": "Gold", "color": "#C0A000"}],
    "zones": [
        {
            "name": "Stalls",
            "position": {"x": 100, "y": 50},
            "areas": [{"shape": "rectangle", "position": {"x": 0, "y": 0}}],
            "rows": [
                {
                    "row_number": "A",
                    "position": {"x": 10, "y": 5},
                    "seats": [
                        {
                            "seat_guid": f"g{number}",
                            "seat_number": str(number),
                            "category": "Gold",
                            "position": {"x": number * 20, "y": 0.25},
                        }
                        for number in (1, 2, 3)
                    ],
                }
            ],
        }
    ],
}
_CHAIR: Final = {"label": "1", "x": 0, "y": 0, "category": "gold"}
OWN: Final[dict[str, Any]] = {
    "format": "holdfast-plan/1",
    "name": "Own house",
    "categories": [{"key": "gold", "label": "Gold", "price": "12.50", "color": "gold"}],
    "focal": [0, -10],
    "sections": [
        {
            "name": "HALL",
            "zone": "East",
            "outline": [[0, 0], [9, 0], [9, 9]],
            "rows": [{"label": "A", "seats": [_CHAIR, _CHAIR | {"label": "2", "gap_after": True}]}],
            "tables": [
                {"label": "T1", "seats": [_CHAIR]},
                {"label": "T2", "seats": [_CHAIR, _CHAIR | {"label": "2"}], "sell": "whole"},
            ],
            "areas": [{"name": "PIT", "capacity": 50, "category": "gold"}],
        }
    ],
}
