"""How the event's page of a large house fares: how much it weighs, until it shows, and while it moves.

Measured in Chromium without a graphics processor, wide, wide and twice as fine, and narrow with the
processor slowed. A window is open and at rest before it goes to the page, its cache is empty, and of several
such visits the median counts. Nobody buys meanwhile. Bars are those that the pages were built to; see
docs/PAGES.md.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Sequence
from statistics import median
from typing import Any, Final

import httpx
import msgspec

KIB: Final = 1024
FLAGS: Final = ("--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking")
VISITS: Final = 3
"""How often a page is loaded anew; the median is told."""
ZOOMS_BETWEEN: Final = 10
"""Steps of the wheel from the whole house to seats as squares."""
ZOOMS_CLOSE: Final = 5
"""And from there to seats with their numbers."""
SEATS_AT: Final = 0.14
"""Where in the map, as a share of its height, there are seats under the pointer."""
PANS: Final = 60
STEP_PX: Final = 6
REST_MS: Final = 2_000
LIVE_MAX_MS: Final = 60_000
PHASES: Final = ("overview", "zoom", "pan between", "pan close by")


class Figure(msgspec.Struct, frozen=True):
    """One figure and its bar; without a bar it is told and not judged. `least` bars are met from above."""

    what: str
    value: float
    unit: str
    bar: float | None = None
    least: bool = False

    @property
    def met(self) -> bool:
        """Whether the figure is within its bar."""
        if self.bar is None:
            return True
        return self.value >= self.bar if self.least else self.value <= self.bar


class Screen(msgspec.Struct, frozen=True):
    """A browser's window, how many times its processor is slowed, and its bars."""

    name: str
    width: int
    height: int
    slowed: int
    live_ms: float
    fps: float
    slowest_ms: float
    fineness: float = 1


WIDE: Final = Screen("1280 x 800", 1280, 800, 1, live_ms=500, fps=58, slowest_ms=50)
SCREENS: Final = (
    WIDE,
    Screen("1280 x 800, twice as fine", 1280, 800, 1, live_ms=500, fps=58, slowest_ms=50, fineness=2),
    Screen("390 x 844, slowed four times", 390, 844, 4, live_ms=1_500, fps=50, slowest_ms=80),
)
LARGER: Final = msgspec.structs.replace(WIDE, name="200,000 seats", live_ms=1_950)
"""The same window before a house two and a half times as large."""
COUNT_FRAMES: Final = """() => {
  window.frames_ = []; let before = performance.now();
  const tick = now => {
    window.frames_.push(now - before);
    before = now;
    window.counting_ = requestAnimationFrame(tick);
  };
  window.counting_ = requestAnimationFrame(tick);
}"""
COUNTED: Final = "() => { cancelAnimationFrame(window.counting_); return window.frames_.slice(1); }"


class NoBrowser(Exception):
    """There is no Chromium on the search path."""


def sizes(url: str, event: str) -> list[Figure]:
    """What a browser has to load, compressed with gzip."""
    with httpx.Client(base_url=url, trust_env=False, timeout=60, headers={"Accept-Encoding": "gzip"}) as http:
        page = http.get(f"/e/{event}").raise_for_status().text
        weights = {
            name: _weight(http, f"/assets/{name}") for name in set(re.findall(r"/assets/([\w.-]+)", page))
        }
        plan = _weight(http, f"/v1/events/{event}/plan?layout=columns")
    scripts = sum(weight for name, weight in weights.items() if name.endswith(".js"))
    styles = sum(weight for name, weight in weights.items() if name.endswith(".css"))
    return [
        Figure("scripts of the event's page", round(scripts / KIB, 1), "KiB", 45),
        Figure("styles", round(styles / KIB, 1), "KiB"),
        Figure("plan", round(plan / KIB, 1), "KiB", 120),
    ]


def _weight(http: httpx.Client, path: str) -> int:
    with http.stream("GET", path) as reply:
        reply.raise_for_status()
        return sum(len(chunk) for chunk in reply.iter_raw())


def in_a_browser(url: str, event: str, screens: Sequence[Screen] = SCREENS) -> list[Figure]:
    """First paint, live map, frames and heap. Raises `NoBrowser`."""
    from playwright.sync_api import sync_playwright

    chromium = shutil.which("chromium")
    if chromium is None:
        raise NoBrowser("there is no chromium on the search path")
    figures: list[Figure] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=list(FLAGS))
        page = _window(browser, screens[0])
        first = _visit(page, f"{url}/e/{event}?lang=en")
        figures.append(
            Figure(f"{screens[0].name}: live map, the first visitor of a server", first.live, "ms")
        )
        page.context.close()
        for screen in screens:
            figures += _looked_at(browser, f"{url}/e/{event}?lang=en", screen)
        browser.close()
    return figures


def _looked_at(browser: Any, address: str, screen: Screen) -> list[Figure]:
    visits: list[Visit] = []
    for _ in range(VISITS - 1):
        page = _window(browser, screen)
        visits.append(_visit(page, address))
        page.context.close()
    page = _window(browser, screen)
    visits.append(_visit(page, address))
    live, paint = (median(each) for each in zip(*((one.live, one.paint) for one in visits), strict=True))
    figures = [
        Figure(f"{screen.name}: first paint", paint, "ms"),
        Figure(f"{screen.name}: live map", live, "ms", screen.live_ms),
        *_moved(page, screen),
        Figure(f"{screen.name}: heap", _heap_mib(page), "MiB"),
    ]
    page.context.close()
    return figures


def _window(browser: Any, screen: Screen) -> Any:
    """A window of its own with nothing in its cache, which has come to rest: its own parts load too."""
    size = {"width": screen.width, "height": screen.height}
    page = browser.new_context(viewport=size, device_scale_factor=screen.fineness).new_page()
    page.set_default_timeout(LIVE_MAX_MS)
    page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": screen.slowed})
    page.wait_for_timeout(REST_MS)
    return page


class Visit(msgspec.Struct, frozen=True):
    """When a page was painted first, and when its map was live, in milliseconds from the address."""

    paint: int
    live: int


def _visit(page: Any, address: str) -> Visit:
    page.goto(address)
    page.get_by_text("Live", exact=True).wait_for()
    live_ms = page.evaluate("() => performance.now()")
    paint_ms = page.evaluate("() => performance.getEntriesByName('first-contentful-paint')[0].startTime")
    return Visit(round(paint_ms), round(live_ms))


def _heap_mib(page: Any) -> float:
    devtools = page.context.new_cdp_session(page)
    devtools.send("Performance.enable")
    told = {each["name"]: each["value"] for each in devtools.send("Performance.getMetrics")["metrics"]}
    return round(float(told["JSHeapUsedSize"]) / KIB / KIB, 1)


def _moved(page: Any, screen: Screen) -> list[Figure]:
    box = page.locator("canvas").first.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] * SEATS_AT
    page.mouse.move(x, y)
    figures: list[Figure] = []
    for phase in PHASES:
        page.evaluate(COUNT_FRAMES)
        _play(page, phase, x, y)
        frames: list[float] = page.evaluate(COUNTED)
        fps = round(1_000 * len(frames) / sum(frames), 1)
        figures += [
            Figure(f"{screen.name}: {phase}", fps, "frames/s", screen.fps, least=True),
            Figure(f"{screen.name}: {phase}, slowest frame", round(max(frames)), "ms", screen.slowest_ms),
        ]
    return figures


def _play(page: Any, phase: str, x: float, y: float) -> None:
    if phase == "overview":
        page.wait_for_timeout(REST_MS)
    elif phase == "zoom":
        _zoom(page, ZOOMS_BETWEEN)
    else:
        if phase == "pan close by":
            _zoom(page, ZOOMS_CLOSE)
        page.mouse.down()
        for step in range(PANS):
            page.mouse.move(x + STEP_PX * (step if step < PANS / 2 else PANS - step), y)
        page.mouse.up()


def _zoom(page: Any, times: int) -> None:
    for _ in range(times):
        page.mouse.wheel(0, -120)
        page.wait_for_timeout(60)
