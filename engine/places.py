"""Places on earth, and how far it is from one to another.

The earth is a sphere here, of the mean radius of WGS 84, in every store: distances are within
0.6 % of those on the ellipsoid, and the same everywhere.
"""

from __future__ import annotations

from math import asin, cos, radians, sin, sqrt
from typing import Annotated, Final

import msgspec

EARTH_RADIUS_M: Final = 6_371_008.771415059
"""(2a + b) / 3 of WGS 84, as PostGIS computes it."""
FARTHEST_M: Final = 20_020_000
"""Half of the way around: nothing is farther away."""

Latitude = Annotated[float, msgspec.Meta(ge=-90, le=90)]
Longitude = Annotated[float, msgspec.Meta(ge=-180, le=180)]


class Place(msgspec.Struct, frozen=True):
    """A point in degrees (WGS 84)."""

    latitude: Latitude
    longitude: Longitude


class Box(msgspec.Struct, frozen=True):
    """All between two latitudes and two longitudes; across the date line `west` is greater than `east`."""

    west: Longitude
    south: Latitude
    east: Longitude
    north: Latitude

    def spans(self) -> tuple[tuple[float, float], ...]:
        """Its longitudes as one span or two."""
        if self.west <= self.east:
            return ((self.west, self.east),)
        return ((self.west, 180.0), (-180.0, self.east))

    def __contains__(self, place: object) -> bool:
        """Whether a place is in it, its edges included."""
        return (
            isinstance(place, Place)
            and self.south <= place.latitude <= self.north
            and any(first <= place.longitude <= last for first, last in self.spans())
        )


def distance_m(one: Place, other: Place) -> float:
    """The length of the great circle between two places, by the haversine formula."""
    south, north = radians(one.latitude), radians(other.latitude)
    half_up = sin((north - south) / 2)
    half_along = sin(radians(other.longitude - one.longitude) / 2)
    part = half_up * half_up + cos(south) * cos(north) * half_along * half_along
    return 2 * EARTH_RADIUS_M * asin(min(1.0, sqrt(part)))


def chord_m(distance: float) -> float:
    """The straight line through the earth between two places `distance` apart."""
    return 2 * EARTH_RADIUS_M * sin(min(distance, FARTHEST_M) / (2 * EARTH_RADIUS_M))
