from __future__ import annotations

import gzip
import re
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest

from engine.plans.fixtures import stadium
from gateway.pages.files import PageFiles
from gateway.rest.plan_pages import SQUEEZE, columns
from tests.pages.conftest import missing

KIB = 1024
SCRIPTS_MAX = {
    "event": 45 * KIB,
    "queue": 45 * KIB,
    "checkout": 45 * KIB,
    "tickets": 45 * KIB,
    "account": 45 * KIB,
    "board": 80 * KIB,
    "door": 45 * KIB,
    "seats": 45 * KIB,
    "reports": 45 * KIB,
    "plans": 45 * KIB,
    "events": 45 * KIB,
    "sale": 45 * KIB,
}
STYLES_MAX = {"board": 12 * KIB, "plans": 10 * KIB}
BUYERS_STYLES_MAX = 8 * KIB
WIDGET_MAX = 45 * KIB
PLAN_MAX = 120 * KIB


@pytest.mark.parametrize("entry", SCRIPTS_MAX)
def test_a_page_is_small(entry: str) -> None:
    """What a browser has to load before a page works, compressed."""
    files = PageFiles()
    page = files.entry(entry)
    if page is None:
        missing("sizes of pages are not tried: they are not built (make pages)")
        return
    named = set(re.findall(r"/assets/([\w.-]+)", page))
    sizes = {name: len(gzip.compress(files.assets[name].bodies["identity"])) for name in named}
    assert sum(size for name, size in sizes.items() if name.endswith(".js")) <= SCRIPTS_MAX[entry]
    assert sum(size for name, size in sizes.items() if name.endswith(".css")) <= STYLES_MAX.get(
        entry, BUYERS_STYLES_MAX
    )


def test_the_widget_is_small() -> None:
    """All that somebody else's page loads to show an event, styles and texts in it."""
    widget = PageFiles().widget
    if widget is None:
        missing("the widget's size is not tried: it is not built (make pages)")
        return
    assert len(gzip.compress(widget.bodies["identity"])) <= WIDGET_MAX


def test_a_large_plan_is_small() -> None:
    """80,000 seats in columns, as browsers are sent them."""
    plan = stadium()
    plain = msgspec.json.encode(columns(plan))
    assert len(SQUEEZE["gzip"](plain)) <= PLAN_MAX
    told = msgspec.json.decode(plain)["sections"]
    seats = [
        (round(seat.x * 10), round(seat.y * 10))
        for section in plan.sections
        for row in section.rows
        for seat in row.seats
    ]
    assert 80_000 == len(seats)
    assert seats == [
        seat
        for section in told
        for seat in zip(coordinates(section, "x"), coordinates(section, "y"), strict=True)
    ]


def coordinates(section: dict[str, Any], name: str) -> Iterator[int]:
    """Where the seats of a section stand, as somebody reads who knows the format alone."""
    expected = [0, 0]
    for row in section["rows"]:
        here = step = 0
        for at, difference in enumerate(row[name]):
            if at < 2:
                expected[at] += difference
                step = expected[1]
                here = expected[0] if at == 0 else here + step
            else:
                step += difference
                here += step
            yield here


def test_nothing_is_written_into_a_page() -> None:
    """No inline script or style and no address elsewhere, which the policy would refuse."""
    entries = PageFiles().entries
    assert entries
    for name, page in entries.items():
        assert not re.search(r"<style|style=|<script(?![^>]* src=)|\son\w+=|https?://", page), name
