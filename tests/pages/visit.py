"""A buyer before a browser: opens pages, waits for what they say, and has them examined."""

from __future__ import annotations

import io
import os
from collections.abc import Callable
from pathlib import Path
from time import monotonic
from typing import Any, Literal

from PIL import Image
from playwright.sync_api import Browser, Locator, Page, expect

from tests.pages.house import House
from tests.pages.judged import unjudged
from tests.pages.wire import Wire

Scheme = Literal["light", "dark"]
Look = tuple[Scheme, int]
ROOT = Path(__file__).parents[2]
AXE = ROOT / "web" / "node_modules" / "axe-core" / "axe.min.js"
AXE_TEXT = AXE.read_text("utf-8") if AXE.is_file() else ""
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
HEIGHTS = {1280: 800, 390: 844}
LOOKS: tuple[Look, ...] = (("light", 1280), ("dark", 1280), ("light", 390), ("dark", 390))
"""Every scheme at every width; each state is examined in all of them."""
SHOT_COLOURS = 128
SHOWN: tuple[Look, ...] = (("light", 1280), ("dark", 390))
"""The looks in which a state is shown in the docs; pages are shown in all."""
SILENT_MS = 6_000
WAIT_MS = 30_000
"""So long a page has for a step, on a machine that does much else."""
expect.set_options(timeout=WAIT_MS)


class Visit:
    """One buyer's page. `complaints` are errors that the browser has told of.

    `looks` are the schemes and widths that the page's states are examined in.
    """

    def __init__(
        self, browser: Browser, house: House, scheme: Scheme, width: int, scripts: bool = True
    ) -> None:
        self.house = house
        self.scheme = scheme
        self.width = width
        self.looks = LOOKS
        self.context = browser.new_context(
            viewport={"width": width, "height": HEIGHTS[width]},
            color_scheme=scheme,
            locale="en-GB",
            timezone_id="Europe/Berlin",
            reduced_motion="reduce",
            has_touch=width < 1000,
            java_script_enabled=scripts,
        )
        self.context.set_default_timeout(WAIT_MS)
        self.page: Page = self.context.new_page()
        self.complaints: list[str] = []
        self.wire = Wire()
        self.page.route_web_socket("**/v1/ws", self.wire.open)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def open(self, path: str) -> None:
        self.page.goto(f"{self.house.url}{path}")

    def enter(self, event: str) -> None:
        """Open an event and wait until it is live."""
        self.open(f"/e/{event}")
        self.see("Live", exact=True)

    def silence(self) -> None:
        """Put the page's clock, which is installed, forward until news are old; no connection is given up."""
        self.page.clock.run_for(SILENT_MS)

    def see(self, text: str, exact: bool = False) -> Locator:
        found = self.page.get_by_text(text, exact=exact).first
        expect(found).to_be_visible()
        return found

    def button(self, name: str, exact: bool = False) -> Locator:
        return self.page.get_by_role("button", name=name, exact=exact)

    def until(self, so: Callable[[], bool]) -> None:
        """Let the page go on until something is so that no page shows, such as of its wire."""
        deadline_s = monotonic() + WAIT_MS / 1000
        while not so():
            assert monotonic() < deadline_s, "it did not become so in time"
            self.settle()

    def settle(self) -> None:
        """Let the page take up what it was told by now."""
        self.page.evaluate("new Promise((drawn) => requestAnimationFrame(() => setTimeout(drawn)))")

    def section(self, name: str) -> Locator:
        """A line of the list."""
        return self.page.locator(f'[data-way="section {name}"]')

    def row(self, name: str) -> Locator:
        return self.page.locator(f'[data-way="row {name}"]')

    def pick(self, section: str, row: str, seat: str) -> None:
        """Take a seat by the list, from its beginning."""
        self.section(section).click()
        self.row(row).click()
        self.seat(seat).click()

    def pick_known(self, section: str, row: str, seat: str) -> None:
        """The same, once the page was told which seats are free."""
        self.section(section).click()
        expect(self.row(row)).to_contain_text("free")
        self.row(row).click()
        self.seat(seat).click()

    def seat(self, number: str) -> Locator:
        return (
            self.page.get_by_role("button", name=f"Seat {number} ", exact=False)
            .or_(self.page.get_by_role("button", name=f"Seat {number}", exact=True))
            .first
        )

    def held(self, count: int) -> None:
        """Wait until so many lines are in the cart."""
        expect(self.page.locator(".cart-item")).to_have_count(count)

    def cart(self) -> list[str]:
        return self.page.locator(".cart-item .line-title").all_text_contents()

    def examined(self) -> list[str]:
        """What axe finds wrong with the page as it stands in each of its looks, and what no page may do."""
        self.page.evaluate(AXE_TEXT)
        found = [
            f"{scheme} {width}: {fault}" for scheme, width in self.looks for fault in self._as(scheme, width)
        ]
        self._look(self.scheme, self.width)
        return [*found, *self.complaints]

    def _as(self, scheme: Scheme, width: int) -> list[str]:
        self._look(scheme, width)
        report: dict[str, Any] = self.page.evaluate("rules => axe.run({runOnly: rules})", RULES)
        found = [
            f"{each['id']}: {each['help']} at {[node['target'] for node in each['nodes']][:3]}"
            for each in report["violations"]
        ]
        found += [f"nobody has judged {each}" for each in unjudged(report)]
        wide = self.page.evaluate("document.documentElement.scrollWidth > innerWidth")
        return [*found, *(["it scrolls sideways"] if wide else [])]

    def _look(self, scheme: Scheme, width: int) -> None:
        self.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        self.page.set_viewport_size({"width": width, "height": HEIGHTS[width]})

    def shot(self, name: str, looks: tuple[Look, ...] = SHOWN) -> None:
        """Small pictures for the docs, when they are asked for: in these looks, as far as there are such."""
        folder = os.environ.get("HOLDFAST_SHOTS")
        for scheme, width in self.looks if folder else ():
            if (scheme, width) in looks:
                self._look(scheme, width)
                self._picture(Path(folder or "") / f"{name}-{scheme}-{width}.png")
        self._look(self.scheme, self.width)

    def _picture(self, path: Path) -> None:
        picture = Image.open(io.BytesIO(self.page.screenshot(animations="disabled")))
        path.parent.mkdir(parents=True, exist_ok=True)
        picture.convert("RGB").quantize(SHOT_COLOURS, dither=Image.Dither.NONE).save(path, optimize=True)

    def close(self) -> None:
        self.context.close()


class Visits:
    """Makes visits and ends them."""

    def __init__(self, browser: Browser, house: House) -> None:
        self._browser = browser
        self.house = house
        self._made: list[Visit] = []

    def one(self, scheme: Scheme = "light", width: int = 1280, scripts: bool = True) -> Visit:
        visit = Visit(self._browser, self.house, scheme, width, scripts)
        self._made.append(visit)
        return visit

    def close(self) -> None:
        for visit in self._made:
            visit.close()
