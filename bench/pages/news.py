"""From a seat that somebody takes to its picture on another screen, while many look on."""

from __future__ import annotations

import random
import time
from typing import Any, Final

import httpx

from bench.pages.browser import window
from bench.pages.figure import Figure, p95
from bench.pages.loading import visited

CHANGES: Final = 60
PAUSE_S: Final = 0.35
"""Between two changes, so that each has a picture of its own."""
PAINTED_MAX_MS: Final = 250
SEEN_MAX_MS: Final = 5_000
SEED: Final = 8
SHRUNK_PX: Final = 160
WATCH: Final = """size => {
  const map = document.querySelector("canvas");
  const small = Object.assign(document.createElement("canvas"), { width: size, height: size });
  const pen = small.getContext("2d", { willReadFrequently: true, alpha: false });
  let before = null;
  window.painted_ = null;
  const look = () => {
    pen.drawImage(map, 0, 0, size, size);
    const now = new Uint32Array(pen.getImageData(0, 0, size, size).data.buffer);
    const same = before === null || now.every((each, at) => each === before[at]);
    // Drawn by this frame, so it is on the screen when the next one begins.
    if (!same) requestAnimationFrame(() => (window.painted_ ??= Date.now()));
    before = now;
    requestAnimationFrame(look);
  };
  look();
}"""
REST_MS: Final = 2_500
LOOK_MS: Final = 10


def reached(browser: Any, address: str, section: str, taking: Taking) -> list[Figure]:
    """Seats are taken one by one; how long until each was painted, and how long from its acknowledgement."""
    page = window(browser)
    visited(page, address)
    page.locator(f'[data-way="section {section}"]').click()
    page.locator('[data-way^="row "]').first.wait_for()
    page.wait_for_timeout(REST_MS)
    page.evaluate(WATCH, SHRUNK_PX)
    asked: list[float] = []
    done: list[float] = []
    for _ in range(CHANGES):
        page.evaluate("() => (window.painted_ = null)")
        sent_ms, held_ms = taking.next()
        painted_ms = _painted_ms(page, held_ms + SEEN_MAX_MS)
        asked.append(painted_ms - sent_ms)
        done.append(painted_ms - held_ms)
        page.wait_for_timeout(1_000 * PAUSE_S)
    page.context.close()
    return [
        Figure(
            "from the acknowledged hold to its picture on another screen, 95 of 100",
            round(p95(done)),
            "ms",
            PAINTED_MAX_MS,
        ),
        Figure("from asking for the hold to that picture, 95 of 100", round(p95(asked)), "ms"),
        Figure("the slowest of these", round(max(asked)), "ms"),
    ]


def _painted_ms(page: Any, until_ms: float) -> float:
    """When the map changed; the end of the wait if it did not."""
    while time.time() * 1_000 < until_ms:
        painted_ms: float | None = page.evaluate("() => window.painted_")
        if painted_ms is not None:
            return painted_ms
        page.wait_for_timeout(LOOK_MS)
    return until_ms


class Taking:
    """Holds seats of one section over REST, one after the other in an order by chance."""

    def __init__(self, url: str, token: str, event: str, labels: tuple[str, ...]) -> None:
        self._http = httpx.Client(
            base_url=f"{url}/v1", trust_env=False, headers={"Authorization": f"Bearer {token}"}
        )
        self._event = event
        self._labels = random.Random(SEED).sample(labels, CHANGES)

    def next(self) -> tuple[float, float]:
        """Hold the next seat: when it was asked for, and when it was ours, in Unix milliseconds."""
        seat = self._labels.pop()
        body = {"event": self._event, "seats": [seat]}
        sent_ms = time.time() * 1_000
        reply = self._http.post("/holds", json=body, headers={"Idempotency-Key": f"taking-{seat}"})
        reply.raise_for_status()
        return sent_ms, time.time() * 1_000
