"""How evenly a large house moves under the hand while its seats change."""

from __future__ import annotations

from typing import Any, Final

from bench.pages.browser import REST_MS, Screen, heap_mib, window
from bench.pages.figure import Figure, p95
from bench.pages.loading import visited

ZOOMS_BETWEEN: Final = 10
"""Steps of the wheel from the whole house to seats as squares."""
ZOOMS_CLOSE: Final = 5
"""And from there to seats with their numbers."""
SEATS_AT: Final = 0.14
"""Where in the map, as a share of its height, there are seats under the pointer."""
PANS: Final = 60
STEP_PX: Final = 6
PHASES: Final = ("overview", "zoom", "pan between", "pan close by")
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


def moved(browser: Any, address: str, screen: Screen) -> list[Figure]:
    """Frames of each phase, and what the page keeps at its end."""
    page = window(browser, screen)
    visited(page, address)
    figures = _phases(page, screen)
    figures.append(Figure(f"{screen.name}: heap", heap_mib(page), "MiB"))
    page.context.close()
    return figures


def _phases(page: Any, screen: Screen) -> list[Figure]:
    box = page.locator("canvas").first.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] * SEATS_AT
    page.mouse.move(x, y)
    figures: list[Figure] = []
    for phase in PHASES:
        page.evaluate(COUNT_FRAMES)
        _play(page, phase, x, y)
        frames: list[float] = page.evaluate(COUNTED)
        name = f"{screen.name}: {phase}"
        figures += [
            Figure(name, round(1_000 * len(frames) / sum(frames), 1), "frames/s", screen.fps, least=True),
            Figure(f"{name}, 95 of 100 frames", round(p95(frames), 1), "ms", screen.p95_ms),
            Figure(f"{name}, slowest frame", round(max(frames)), "ms", screen.slowest_ms),
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
