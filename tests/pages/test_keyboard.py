from __future__ import annotations

import re

from playwright.sync_api import expect

from engine.terms import Limits
from tests.pages.test_buying import EMAIL, NAME
from tests.pages.test_event_states import chamber
from tests.pages.test_waiting_room import admit, room
from tests.pages.visit import ROOT, Visit, Visits

KEYS_TO_A_SEAT_MAX = 12
KEYS_TO_TICKETS_MAX = 40
HELD_MS = 300_000
OWN_DOING = {"command"}
"""What a page does by itself, and nobody presses."""
PATIENCE_KEYS = 60
"""So often Tab is pressed before there is no way to something."""


class Keyboard:
    """All that somebody has who uses no pointer; `pressed` counts keys, typed text aside."""

    def __init__(self, visit: Visit) -> None:
        self._page = visit.page
        self.pressed = 0

    def press(self, key: str) -> None:
        """Press a key; focus is on something afterwards."""
        self.pressed += 1
        self._page.keyboard.press(key)
        assert "BODY" != self._page.evaluate("document.activeElement.tagName")

    def tab_to(self, selector: str, key: str = "Tab") -> None:
        """Press Tab until this has the focus, once it is there."""
        expect(self._page.locator(selector).first).to_be_visible()
        for _ in range(PATIENCE_KEYS):
            if self._page.evaluate("selector => document.activeElement.matches(selector)", selector):
                return
            self.press(key)
        raise AssertionError(f"no way to {selector}")

    def enter(self, selector: str, key: str = "Tab") -> None:
        """Go there and press it."""
        self.tab_to(selector, key)
        self.press("Enter")

    def kept(self) -> None:
        """What was pressed may be gone: something has the focus all the same."""
        expect(self._page.locator(":focus")).to_have_count(1)

    def leave_by(self, selector: str) -> None:
        """Follow a link or send a form: another page comes."""
        self.tab_to(selector)
        self.pressed += 1
        self._page.keyboard.press("Enter")

    def pay(self) -> None:
        """Fill in the checkout and send it from its last field."""
        expect(self._page.get_by_label("Name")).to_be_visible()
        self._page.keyboard.press("Tab")
        self.tab_to("#name")
        self._page.keyboard.type(NAME)
        self.press("Tab")
        self._page.keyboard.type(EMAIL)
        self._page.keyboard.press("Enter")


def test_by_keyboard_alone(visits: Visits) -> None:
    """From load to a held seat, and on to tickets, without a pointer; focus is never lost."""
    visit = visits.one()
    visit.enter(visits.house.event(chamber(), "Quartet"))
    keys = Keyboard(visit)
    keys.press("Tab")
    expect(visit.page.get_by_role("link", name="Choose seats from a list")).to_be_focused()
    keys.press("Enter")
    expect(visit.page.locator("#list")).to_be_focused()
    for way in ('[data-way="section HALL"]', '[data-way="row A"]', ".seat"):
        keys.tab_to(way)
        keys.press("Enter")
    visit.held(1)
    assert keys.pressed <= KEYS_TO_A_SEAT_MAX
    expect(visit.page.get_by_role("status").first).to_contain_text("held for you. Total €45.00.")
    keys.leave_by('.cart a[href^="/checkout/"]')
    keys.pay()
    visit.see("Booked.")
    assert keys.pressed <= KEYS_TO_TICKETS_MAX


def test_from_the_queue_to_a_ticket_by_keyboard_alone(visits: Visits) -> None:
    """A place, the turn, the best seats, paid: Tab and Enter reach everything."""
    visit = visits.one()
    event = room(visits.house, "open")
    visit.open(f"/e/{event}/queue")
    expect(visit.button("Take a place")).to_be_enabled()
    keys = Keyboard(visit)
    keys.press("Tab")
    keys.tab_to(".button.primary")
    keys.leave_by(".button.primary")
    visit.see("Your place")
    assert "BODY" != visit.page.evaluate("document.activeElement.tagName")
    admit(visits.house, event)
    expect(visit.page.get_by_role("link", name="Choose seats")).to_be_focused()
    visit.page.keyboard.press("Enter")
    # The page before is live, too.
    expect(visit.button("Hold best seats")).to_be_visible()
    visit.see("Live", exact=True)
    keys.press("Tab")
    keys.leave_by(".best .button.primary")
    visit.held(2)
    keys.leave_by('.cart a[href^="/checkout/"]')
    keys.pay()
    visit.see("Booked.")
    assert keys.pressed <= KEYS_TO_TICKETS_MAX


def test_every_act_has_its_keys(visits: Visits) -> None:
    """Whatever the map can do can be done from list, best available and cart, with Tab and Enter."""
    visit, house = visits.one(), visits.house
    event = house.event(chamber(), "Quartet", limits=Limits(hold_ttl_ms=HELD_MS))
    visit.enter(event)
    keys, done = Keyboard(visit), set[str]()
    keys.press("Tab")
    keys.press("Enter")
    for way in ('[data-way="section HALL"]', '[data-way="row A"]', ".seat"):
        keys.enter(way)
    visit.held(1)
    done.add("holdSeats")
    expect(visit.seat("1")).to_have_attribute("aria-disabled", "false")
    keys.press("Enter")
    visit.held(0)
    done.add("releaseSeat")
    for way in (".back", ".back"):
        keys.enter(way, "Shift+Tab")
    for way in ('[data-way="section FLOOR"]', ".area .button.primary"):
        keys.enter(way)
    visit.held(1)
    done.add("holdPlaces")
    keys.enter(".best .button.primary", "Shift+Tab")
    visit.held(3)
    done.add("holdBest")
    before = visit.cart()
    keys.enter(".best .row .button:not(.primary)")
    expect(visit.page.locator(".cart-item .line-title")).not_to_have_text(before)
    visit.held(3)
    done.add("othersInstead")
    keys.enter(".cart-actions button")
    expect(visit.page.get_by_role("status").first).to_contain_text("You have time until")
    done.add("extend")
    keys.enter(".cart-item button", "Shift+Tab")
    visit.held(2)
    keys.kept()
    house.later(2 * HELD_MS)
    # Whoever asks a section for anything has it look at its clock.
    house.hold(event, "eve", seats=["HALL-D-8"]).raise_for_status()
    house.hold(event, "mal", ga={"area": "FLOOR", "qty": 1}).raise_for_status()
    for section in ("HALL", "FLOOR"):
        expect(visit.page.locator(".cart.lost")).to_contain_text(section)
    keys.enter(".cart.lost .button.primary")
    visit.held(2)
    keys.kept()
    done.add("tryAgain")
    store = (ROOT / "web" / "buyer" / "cart.ts").read_text("utf-8")
    assert set(re.findall(r"^export async function (\w+)", store, re.MULTILINE)) - OWN_DOING == done
    assert [] == visit.complaints
