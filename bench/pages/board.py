"""What the board costs who leaves it open while a large sale goes on, and how old its figures are."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import msgspec

from bench.pages.figure import Figure, p95
from bench.pages.tabs import Tabs, tabs

LIVE_MAX_S: Final = 60.0
SETTLED_S: Final = 5.0
"""What a page does at its beginning is no part of what it costs."""
SEEN_SHARE: Final = 0.8
CPU_SEEN_MAX: Final = 20.0
CPU_HIDDEN_MAX: Final = 3.0
GROWTH_MAX_MIB: Final = 5.0
AGE_MAX_MS: Final = 1_000.0
LISTEN: Final = """(() => {
  const Plain = WebSocket;
  window.told_ = []; window.now_ = null;
  window.WebSocket = class extends Plain {
    constructor(...words) {
      super(...words);
      this.addEventListener("message", ({ data }) => {
        for (const each of [JSON.parse(data)].flat()) {
          if (each.t !== "stats.update") continue;
          const asOf = Date.parse(each.d.as_of);
          // How old the figures before were when these took their place, and how old these are once painted.
          if (window.now_) window.told_.push([Date.now() - window.now_.asOf, 0]);
          requestAnimationFrame(() => setTimeout(() => {
            const last = window.told_.at(-1);
            if (last) last[1] = Date.now() - asOf;
          }));
          window.now_ = { asOf, free: each.d.free, held: each.d.held, sold: each.d.sold };
        }
      });
    }
  };
})()"""


class NotLive(Exception):
    """A page did not come to what was to be measured."""


class Spent(msgspec.Struct, frozen=True):
    """Processor time in per cent of a core and what the heap grew by, over a while."""

    cpu: float
    grown_mib: float


class Watch:
    """A board in a tab of its own."""

    def __init__(self, browser: Tabs, address: str) -> None:
        self._browser = browser
        self._blank = browser.open("about:blank")
        self._tab = browser.open("about:blank")
        self._tab.ask("Page.enable")
        self._tab.ask("Page.addScriptToEvaluateOnNewDocument", source=LISTEN)
        self._tab.ask("Page.navigate", url=address)

    def live(self) -> bool:
        """Whether figures came in time."""
        return self._tab.wait("window.told_?.length > 0", LIVE_MAX_S)

    def watched(self, seconds: float) -> list[Figure]:
        """Leave it open for so long, four fifths of it seen."""
        seen = self._spent(seconds * SEEN_SHARE)
        ages: list[tuple[float, float]] = self._tab.value("window.told_.slice(1, -1)")
        self._browser.show(self._blank)
        hidden = self._spent(seconds * (1 - SEEN_SHARE))
        self._browser.show(self._tab)
        replaced, painted = zip(*ages, strict=True)
        return [
            Figure("board, seen: processor", seen.cpu, "% of a core", CPU_SEEN_MAX),
            Figure("board, hidden: processor", hidden.cpu, "% of a core", CPU_HIDDEN_MAX),
            Figure("board: heap grew by", seen.grown_mib, "MiB", GROWTH_MAX_MIB),
            Figure("board: age of figures when painted, 95 of 100", p95(painted), "ms", AGE_MAX_MS),
            Figure("board: age of figures when painted, the oldest", max(painted), "ms"),
            Figure("board: age of figures when others took their place, 95 of 100", p95(replaced), "ms"),
        ]

    def last(self, after_ms: float) -> dict[str, int]:
        """What is held and sold by figures that are as of later than this."""
        self._tab.wait(f"window.now_.asOf > {after_ms}", LIVE_MAX_S)
        told: dict[str, int] = self._tab.value("window.now_")
        return {name: told[name] for name in ("held", "sold")}

    def _spent(self, seconds: float) -> Spent:
        time.sleep(min(SETTLED_S, seconds))
        heap, cpu, begin_s = self._tab.heap_mib(), self._browser.cpu_s(), time.monotonic()
        time.sleep(seconds)
        spent = 100 * (self._browser.cpu_s() - cpu) / (time.monotonic() - begin_s)
        return Spent(round(spent, 1), round(self._tab.heap_mib() - heap, 2))


@contextmanager
def board(address: str) -> Iterator[Watch]:
    """A board that is open. Raises `NoBrowser`, and `NotLive` when it shows no figures."""
    with tabs() as browser:
        watch = Watch(browser, address)
        if not watch.live():
            raise NotLive("the board shows no figures")
        yield watch
