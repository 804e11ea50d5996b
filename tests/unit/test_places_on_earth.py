"""Places on earth: how far from one to another, and what lies in a box."""

from __future__ import annotations

from math import isclose, pi

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.places import EARTH_RADIUS_M, FARTHEST_M, Box, Place, chord_m, distance_m

PLACES = st.builds(Place, st.floats(-90, 90), st.floats(-180, 180))
VIENNA = Place(48.2082, 16.3738)
SYDNEY = Place(-33.8688, 151.2093)
SUVA = Place(-18.1416, 178.4419)
APIA = Place(-13.8333, -171.7667)


@pytest.mark.parametrize(
    ("one", "other", "km"),
    [
        (VIENNA, Place(52.52, 13.405), 524),
        (VIENNA, SYDNEY, 15_984),
        (SUVA, APIA, 1_147),
        (Place(0, 0), Place(0, 180), 20_015),
        (Place(90, 0), Place(-90, 120), 20_015),
    ],
)
def test_distances_are_those_of_an_atlas(one: Place, other: Place, km: int) -> None:
    """Within one in a hundred, across the date line and from pole to pole too."""
    assert isclose(km * 1000, distance_m(one, other), rel_tol=0.01)


@given(PLACES, PLACES)
def test_it_is_as_far_there_as_back_and_never_farther_than_half_around(one: Place, other: Place) -> None:
    """No rounding leads beyond the far side of the earth."""
    assert 0 == distance_m(one, one)
    assert isclose(distance_m(one, other), distance_m(other, one), abs_tol=1e-3)
    assert distance_m(one, other) <= pi * EARTH_RADIUS_M < FARTHEST_M


@given(st.integers(0, FARTHEST_M), st.integers(0, 2 * FARTHEST_M))
def test_a_chord_is_never_longer_than_the_way_and_grows_with_it(one: int, other: int) -> None:
    """To ask for places by it is to ask by distance; beyond the far side it grows no more."""
    shorter, longer = sorted((one, other))
    assert chord_m(shorter) <= shorter
    assert chord_m(shorter) <= chord_m(longer) + 1
    assert chord_m(longer) <= 2 * EARTH_RADIUS_M
    assert chord_m(FARTHEST_M) == chord_m(FARTHEST_M + longer)


def test_the_chord_of_half_around_is_the_diameter() -> None:
    """And that of a quarter is shorter by what the earth bulges."""
    assert isclose(2 * EARTH_RADIUS_M, chord_m(pi * EARTH_RADIUS_M))
    assert isclose(2**0.5 * EARTH_RADIUS_M, chord_m(pi / 2 * EARTH_RADIUS_M))


def test_a_box_contains_its_edges_and_nothing_beyond() -> None:
    """In each of four directions; what is no place is in no box."""
    box = Box(west=10, south=40, east=20, north=50)
    assert ((10, 20),) == box.spans()
    assert all(each in box for each in (VIENNA, Place(40, 10), Place(50, 20)))
    outside = (Place(39.9, 15), Place(50.1, 15), Place(45, 9.9), Place(45, 20.1), SYDNEY, "Vienna")
    assert not any(each in box for each in outside)


def test_a_box_may_lie_across_the_date_line() -> None:
    """It is two spans then, and what is between them is not in it."""
    pacific = Box(west=170, south=-30, east=-160, north=0)
    assert ((170, 180), (-180, -160)) == pacific.spans()
    assert all(each in pacific for each in (SUVA, APIA, Place(-10, 180), Place(-10, -180)))
    assert not any(each in pacific for each in (Place(-10, 0), Place(-10, 169.9), Place(-10, -159.9)))


@pytest.mark.parametrize("text", [b"[90.1, 0]", b"[0, 180.1]", b"[-90.1, 0]", b"[0, -180.1]"])
def test_a_place_is_on_earth(text: bytes) -> None:
    """Degrees beyond the poles and the date line are refused where they are read."""
    latitude, longitude = msgspec.json.decode(text)
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({"latitude": latitude, "longitude": longitude}, Place)
