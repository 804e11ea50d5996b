"""How large a plan may be. Every bound that an import meets has its name here."""

from __future__ import annotations

BYTES_MAX = 64 * 1024 * 1024
OBJECTS_MAX = 1_000_000
"""Objects and lists in a JSON document, counted before it is decoded."""
VALUES_MAX = 10_000_000
"""Commas in a JSON document, cells and lines in a table, counted before these are taken apart."""
SECTIONS_MAX = 2_000
SEATS_MAX = 200_000
CATEGORIES_MAX = 500
CAPACITY_MAX = 500_000
"""Places in one general-admission area, and in all of a plan's areas together."""
OUTLINE_POINTS_MAX = 1_000
COORDINATE_MAX = 10_000_000.0
LABEL_LENGTH_MAX = 64
NAME_LENGTH_MAX = 200
PLACES_MAX = 20
"""Places told of each kind of warning."""
PROBLEMS_MAX = 100
"""Problems that are told one by one; the rest are only counted."""
