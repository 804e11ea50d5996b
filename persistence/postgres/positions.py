"""Positions as the server has them: PostGIS's `geography`, or a point on a sphere as a `cube`.

Either way there is one indexed column `position`, and the same three questions are put to it.
The indexes that answer are GiST, which also walk in order of distance (K nearest neighbours).
"""

from __future__ import annotations

from math import cos, radians, sin
from typing import Any, Final, Protocol

import sqlalchemy as sa
from geoalchemy2 import Geography
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import UserDefinedType

from engine.places import EARTH_RADIUS_M, Place, chord_m

SRID: Final = 4326
_KIND: Final = sa.text("SELECT 1 FROM pg_type WHERE typname = 'geography'")


class Positions(Protocol):
    """Conditions and orders over the column `position` of a table."""

    name: str

    def within(self, table: sa.FromClause, place: Place, radius_m: float) -> sa.ColumnElement[bool]:
        """Whether it lies within a radius."""

    def order(self, table: sa.FromClause, place: Place) -> sa.ColumnElement[float]:
        """What grows with the distance; the index walks by it."""

    def metres(self, order: sa.ColumnElement[float]) -> sa.ColumnElement[float]:
        """The distance itself, from what it was ordered by."""


class GeographyPositions:
    """PostGIS: `ST_DWithin` and `<->` on `geography`, on the sphere."""

    name = "postgis"

    def within(self, table: sa.FromClause, place: Place, radius_m: float) -> sa.ColumnElement[bool]:
        """By the index, then exactly."""
        return sa.func.ST_DWithin(_geography(table), _point(place), radius_m, sa.false())

    def order(self, table: sa.FromClause, place: Place) -> sa.ColumnElement[float]:
        """Metres already: `<->` measures geography on the sphere."""
        return _geography(table).op("<->", return_type=sa.Double())(_point(place))

    def metres(self, order: sa.ColumnElement[float]) -> sa.ColumnElement[float]:
        """As it was ordered by."""
        return order


class CubePositions:
    """The extension `cube`: straight lines through the earth, which order places as great circles do."""

    name = "cube"

    def within(self, table: sa.FromClause, place: Place, radius_m: float) -> sa.ColumnElement[bool]:
        """A box around the place by the index, then the exact length."""
        chord = chord_m(radius_m)
        box = sa.func.cube_enlarge(_cube(place), chord, 3, type_=_Cube())
        position = _column(table, _Cube())
        return sa.and_(box.op("@>", is_comparison=True)(position), self.order(table, place) <= chord)

    def order(self, table: sa.FromClause, place: Place) -> sa.ColumnElement[float]:
        """The length of the straight line."""
        return _column(table, _Cube()).op("<->", return_type=sa.Double())(_cube(place))

    def metres(self, order: sa.ColumnElement[float]) -> sa.ColumnElement[float]:
        """Along the surface."""
        return 2 * EARTH_RADIUS_M * sa.func.asin(sa.func.least(1.0, order / (2 * EARTH_RADIUS_M)))


async def positions_of(connection: AsyncConnection) -> Positions:
    """Which of the two this database was migrated with."""
    return GeographyPositions() if await connection.scalar(_KIND) else CubePositions()


class _Cube(UserDefinedType[Any]):
    """The type `cube`, of which nothing is ever read."""

    cache_ok = True

    def get_col_spec(self, **_options: Any) -> str:
        """Its name."""
        return "cube"


def _column(table: sa.FromClause, kind: Any) -> sa.ColumnElement[Any]:
    return sa.literal_column(f"{table.name}.position", kind)  # type: ignore[attr-defined]  # tables and aliases have names


def _geography(table: sa.FromClause) -> sa.ColumnElement[Any]:
    return _column(table, Geography("POINT", srid=SRID))


def _point(place: Place) -> sa.ColumnElement[Any]:
    point = sa.func.ST_SetSRID(sa.func.ST_MakePoint(place.longitude, place.latitude), SRID)
    return sa.cast(point, Geography("POINT", srid=SRID))


def _cube(place: Place) -> sa.ColumnElement[Any]:
    latitude, longitude = radians(place.latitude), radians(place.longitude)
    ends = (
        EARTH_RADIUS_M * cos(latitude) * cos(longitude),
        EARTH_RADIUS_M * cos(latitude) * sin(longitude),
        EARTH_RADIUS_M * sin(latitude),
    )
    return sa.func.cube(sa.cast(list(ends), sa.ARRAY(sa.Double())), type_=_Cube())
