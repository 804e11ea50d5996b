"""From an address to a live map, with nothing in the browser's cache."""

from __future__ import annotations

from statistics import median
from typing import Any, Final

import msgspec

from bench.pages.browser import Screen, window
from bench.pages.figure import Figure

VISITS: Final = 3
"""How often a page is loaded anew; the median is told."""


class Visit(msgspec.Struct, frozen=True):
    """When a page was painted first, and when its map was live, in milliseconds from the address."""

    paint: int
    live: int


def first_visit(browser: Any, address: str, screen: Screen) -> list[Figure]:
    """The first visitor of a server that has just begun waits for what it reads then."""
    page = window(browser, screen)
    visit = visited(page, address)
    page.context.close()
    return [
        Figure(f"{screen.name}: live map, the first visitor of a server", visit.live, "ms", screen.live_ms)
    ]


def loaded(browser: Any, address: str, screen: Screen) -> list[Figure]:
    """The median of some visits, each in a window of its own."""
    visits: list[Visit] = []
    for _ in range(VISITS):
        page = window(browser, screen)
        visits.append(visited(page, address))
        page.context.close()
    live, paint = (median(each) for each in zip(*((one.live, one.paint) for one in visits), strict=True))
    return [
        Figure(f"{screen.name}: first paint", paint, "ms"),
        Figure(f"{screen.name}: live map", live, "ms", screen.live_ms),
    ]


def visited(page: Any, address: str) -> Visit:
    """Go to an event's page and wait until its map is live."""
    page.goto(address)
    page.get_by_text("Live", exact=True).wait_for()
    live_ms = page.evaluate("() => performance.now()")
    paint_ms = page.evaluate("() => performance.getEntriesByName('first-contentful-paint')[0].startTime")
    return Visit(round(paint_ms), round(live_ms))
