"""Chromium without a graphics processor, as people have it on old phones and remote desktops."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import msgspec

FLAGS: Final = ("--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking")
REST_MS: Final = 2_000
LIVE_MAX_MS: Final = 60_000
KIB: Final = 1024


class NoBrowser(Exception):
    """There is no Chromium on the search path."""


class Screen(msgspec.Struct, frozen=True):
    """A browser's window, how many times its processor is slowed, and its bars."""

    name: str
    width: int
    height: int
    slowed: int
    live_ms: float
    fps: float
    p95_ms: float
    slowest_ms: float
    fineness: float = 1


WIDE: Final = Screen("1280 x 800", 1280, 800, 1, live_ms=500, fps=58, p95_ms=22, slowest_ms=50)
SCREENS: Final = (
    WIDE,
    msgspec.structs.replace(WIDE, name="1280 x 800, twice as fine", fineness=2),
    Screen("390 x 844, slowed four times", 390, 844, 4, live_ms=1_500, fps=50, p95_ms=34, slowest_ms=80),
)
LARGER: Final = msgspec.structs.replace(WIDE, name="200,000 seats", live_ms=1_950)
"""The same window before a house two and a half times as large."""


@contextmanager
def chromium() -> Iterator[Any]:
    """A browser. Raises `NoBrowser`."""
    from playwright.sync_api import sync_playwright

    program = shutil.which("chromium")
    if program is None:
        raise NoBrowser("there is no chromium on the search path")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=list(FLAGS))
        yield browser
        browser.close()


def window(browser: Any, screen: Screen = WIDE) -> Any:
    """A window of its own with nothing in its cache, which has come to rest: its own parts load too."""
    size = {"width": screen.width, "height": screen.height}
    page = browser.new_context(viewport=size, device_scale_factor=screen.fineness).new_page()
    page.set_default_timeout(LIVE_MAX_MS)
    devtools(page).send("Emulation.setCPUThrottlingRate", {"rate": screen.slowed})
    page.wait_for_timeout(REST_MS)
    return page


def devtools(page: Any) -> Any:
    """What the browser tells of a page beside what the page can see."""
    return page.context.new_cdp_session(page)


def heap_mib(page: Any, *, swept: bool = False) -> float:
    """What the page's scripts keep, before or after what is kept no longer was swept away."""
    session = devtools(page)
    session.send("Performance.enable")
    if swept:
        session.send("HeapProfiler.collectGarbage")
    told = {each["name"]: each["value"] for each in session.send("Performance.getMetrics")["metrics"]}
    return round(float(told["JSHeapUsedSize"]) / KIB / KIB, 1)
