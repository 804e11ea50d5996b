"""A page whose connection is cut, loses frames and hears others twice: how soon it is right again.

Meanwhile others take seats and give them back. The last frames of all are lost for certain, and nothing
changes after them, so that whatever the page shows afterwards it has found out by itself.
"""

from __future__ import annotations

import random
import time
from typing import Any, Final

import httpx

from bench.pages.browser import window
from bench.pages.figure import Figure, p95
from bench.pages.loading import visited
from engine.plan import Plan

FAULTS: Final = 200
RIGHT_MAX_S: Final = 30
LIVE_MAX_MS: Final = 1_000
CHANGES_A_FAULT: Final = 2
"""Seats that others take or give back between two faults."""
LAST_CHANGES: Final = 5
PAUSE_MS: Final = 40
LOOK_MS: Final = 20
CUT_CODE: Final = 4408
SEED: Final = 20
LISTEN: Final = """(() => {
  window.lives_ = []; window.cut_ = null;
  new MutationObserver(() => {
    const pill = document.querySelector(".pill")?.textContent;
    if (window.cut_ === null || !pill) return;
    if (pill !== "Live") window.left_ = true;
    else if (window.left_) { window.lives_.push(performance.now() - window.cut_); window.cut_ = null; }
  }).observe(document, { childList: true, subtree: true, characterData: true });
})()"""
CUT: Final = "() => { window.left_ = false; window.cut_ = performance.now(); }"
FREE: Final = """([section, row]) => {
  const press = (way) => document.querySelector(`[data-way="${way}"]`)?.click();
  const turn = () => new Promise((done) => setTimeout(done, 0));
  const numbers = () => [...document.querySelectorAll('.seat:not([aria-disabled="true"]) .seat-number')];
  return (async () => {
    while (document.querySelector(".back")) { document.querySelector(".back").click(); await turn(); }
    press(`section ${section}`); await turn();
    press(`row ${row}`); await turn();
    return document.querySelector(".seats") ? numbers().map((each) => each.lastChild.textContent) : [];
  })();
}"""


class Wire:
    """The page's websockets, whose frames are passed on, lost or doubled."""

    def __init__(self) -> None:
        self._routes: list[Any] = []
        self.lost = self.twice = False

    def open(self, route: Any) -> None:
        """Stand between the page and the server."""
        self._routes.append(route)
        route.connect_to_server().on_message(lambda frame: self._pass(route, frame))

    def _pass(self, route: Any, frame: str) -> None:
        if self.lost and "seats.delta" in frame:
            return
        for _ in range(2 if self.twice else 1):
            route.send(frame)

    def cut(self) -> None:
        """Lose the connection."""
        for route in self._routes:
            route.close(code=CUT_CODE)
        self._routes.clear()


class Others:
    """Take seats and give them back, one by one, and know which they have."""

    def __init__(self, url: str, token: str, event: str, plan: Plan) -> None:
        self._http = httpx.Client(
            base_url=f"{url}/v1", trust_env=False, headers={"Authorization": f"Bearer {token}"}
        )
        self._event, self._chance, self._number = event, random.Random(SEED), 0
        self.rows = {
            (section.name, row.label): [seat.label for seat in row.seats]
            for section in plan.sections
            for row in section.rows
        }
        self.held: dict[tuple[str, str, str], str] = {}

    def change(self) -> None:
        """Take a seat, or give back what was taken before."""
        place = self._chance.choice(list(self.rows))
        seat = (*place, self._chance.choice(self.rows[place]))
        if seat in self.held:
            self._http.delete(f"/holds/{self.held.pop(seat)}").raise_for_status()
            return
        self._number += 1
        body, key = {"event": self._event, "seats": ["-".join(seat)]}, {"Idempotency-Key": f"{self._number}"}
        self.held[seat] = self._http.post("/holds", json=body, headers=key).raise_for_status().json()["hold"]

    def free(self, place: tuple[str, str]) -> list[str]:
        """What is left of a row."""
        return [number for number in self.rows[place] if (*place, number) not in self.held]


def healed(browser: Any, address: str, others: Others) -> list[Figure]:
    """Play the faults, then wait until every seat is right."""
    page, wire, chance = window(browser), Wire(), random.Random(SEED)
    page.add_init_script(LISTEN)
    page.route_web_socket("**/v1/ws", wire.open)
    visited(page, address)
    for _ in range(FAULTS):
        _fault(page, wire, others, chance)
    wire.twice, wire.lost = False, True
    for _ in range(LAST_CHANGES):
        others.change()
    page.wait_for_timeout(PAUSE_MS)
    wire.lost = False
    wrong, took_s = _settled(page, others)
    lives = page.evaluate("() => window.lives_")
    page.context.close()
    return [
        Figure(f"seats wrong after {FAULTS} cuts, lost and doubled frames", wrong, "seats", 0),
        Figure("every seat was right after the last fault", round(took_s, 1), "s", RIGHT_MAX_S),
        Figure(f"live again after a cut, 95 of 100 of {len(lives)}", round(p95(lives)), "ms", LIVE_MAX_MS),
    ]


def _fault(page: Any, wire: Wire, others: Others, chance: random.Random) -> None:
    """Cut the connection, or have frames lost or heard twice while seats change."""
    kind = chance.choice(("cut", "lost", "twice"))
    wire.lost, wire.twice = kind == "lost", kind == "twice"
    for _ in range(CHANGES_A_FAULT):
        others.change()
    if kind == "cut":
        page.evaluate(CUT)
        wire.cut()
        while page.evaluate("() => window.cut_ !== null"):
            page.wait_for_timeout(LOOK_MS)
    else:
        page.wait_for_timeout(PAUSE_MS)


def _settled(page: Any, others: Others) -> tuple[int, float]:
    """How many seats are wrong at the end, and how long after the last fault none was, or it was given up."""
    since = time.monotonic()
    while True:
        wrong = sum(_wrong(page, others, place) for place in others.rows)
        took_s = time.monotonic() - since
        if not wrong or took_s > RIGHT_MAX_S:
            return wrong, took_s


def _wrong(page: Any, others: Others, place: tuple[str, str]) -> int:
    """How many seats of a row the page offers that are not free, or does not that are."""
    return len(set(page.evaluate(FREE, list(place))) ^ set(others.free(place)))
