"""A seat that somebody else was faster to take: how soon others are offered, and whether they can be had.

While a herd takes the best seats of a section, a buyer presses the one that the herd took last, before their
page knows of it. They read the offers for up to three seconds, and press one of them.
"""

from __future__ import annotations

import random
from typing import Any, Final

import httpx

from bench.pages.browser import window
from bench.pages.figure import Figure, p95
from bench.pages.loading import visited

ROUNDS: Final = 30
READ_MAX_MS: Final = 3_000
SHOWN_MAX_MS: Final = 300
FREE_MIN: Final = 95.0
ANSWER_MAX_MS: Final = 10_000
SEED: Final = 9
LISTEN: Final = """(() => {
  const Plain = WebSocket;
  let kept = [];
  window.late_ = false; window.refused_ = null; window.shown_ = null;
  window.WebSocket = class extends Plain {
    set onmessage(act) {
      super.onmessage = event => {
        const told = [JSON.parse(event.data)].flat();
        const refused = told.some(each => each.ok === false && each.e?.code === "seat_taken");
        if (window.late_ && !refused && told.every(each => each.t?.startsWith("se"))) return kept.push(event);
        if (refused) { window.refused_ = performance.now(); window.late_ = false; }
        act(event);
        if (refused) for (const each of kept.splice(0)) act(each);
      };
    }
  };
  new MutationObserver(() => {
    const offered = document.querySelector(".conflict .choice");
    if (!offered || window.shown_ !== null || window.refused_ === null) return;
    // Laid out and painted by the frame after the next.
    requestAnimationFrame(() => requestAnimationFrame(() => (window.shown_ ??= performance.now())));
  }).observe(document, { childList: true, subtree: true });
})()"""


class Rival:
    """Takes the best seat that a section has, before somebody else can."""

    def __init__(self, url: str, token: str, event: str, section: str) -> None:
        self._http = httpx.Client(
            base_url=f"{url}/v1", trust_env=False, headers={"Authorization": f"Bearer {token}"}
        )
        self._event = event
        self._section = section
        self._number = 0

    def take(self) -> tuple[str, str]:
        """Row and number of the seat that was taken."""
        self._number += 1
        body = {"event": self._event, "best": {"qty": 1, "sections": [self._section]}}
        reply = self._http.post("/holds", json=body, headers={"Idempotency-Key": f"rival-{self._number}"})
        label: str = reply.raise_for_status().json()["items"][0]["seat"]
        _, row, seat = label.rsplit("-", 2)
        return row, seat


def beaten(browser: Any, address: str, section: str, rival: Rival) -> list[Figure]:
    """Lose seats and press what is offered instead."""
    page = window(browser)
    page.add_init_script(LISTEN)
    visited(page, address)
    chance, shown, had = random.Random(SEED), list[float](), 0
    for _ in range(ROUNDS):
        shown.append(_lose(page, section, rival))
        page.wait_for_timeout(chance.uniform(0, READ_MAX_MS))
        had += _press(page, chance)
    page.context.close()
    return [
        Figure(
            "from a refusal to what may help on the screen, 95 of 100", round(p95(shown)), "ms", SHOWN_MAX_MS
        ),
        Figure(
            "what was offered and pressed was held", round(100 * had / ROUNDS, 1), "%", FREE_MIN, least=True
        ),
    ]


def _lose(page: Any, section: str, rival: Rival) -> float:
    """Press a seat that is taken already; how long after the refusal the offers were painted."""
    page.goto(page.url)
    page.get_by_text("Live", exact=True).wait_for()
    page.locator(f'[data-way="section {section}"]').click()
    page.locator('[data-way^="row "]').first.wait_for()
    page.evaluate("() => { window.late_ = true; }")
    row, seat = rival.take()
    page.locator(f'[data-way="row {row}"]').click()
    page.get_by_text(f"Seat {seat}", exact=True).first.click()
    page.locator(".conflict .choice").first.wait_for()
    while (
        found := page.evaluate("() => window.shown_ === null ? null : window.shown_ - window.refused_")
    ) is None:
        page.wait_for_timeout(10)
    return float(found)


def _press(page: Any, chance: random.Random) -> bool:
    """Press one of the offers; whether it was had."""
    before = page.locator(".cart-item").count()
    choices = page.locator(".conflict .choice")
    title = page.locator("#conflict-title").inner_text()
    choices.nth(chance.randrange(choices.count())).click()
    for _ in range(ANSWER_MAX_MS // 20):
        if page.locator(".cart-item").count() > before:
            return True
        other = page.locator("#conflict-title")
        if other.count() and other.inner_text() != title:
            return False
        page.wait_for_timeout(20)
    return False
