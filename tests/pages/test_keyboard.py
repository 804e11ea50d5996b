from __future__ import annotations

from playwright.sync_api import expect

from tests.pages.test_buying import EMAIL, NAME
from tests.pages.test_event_states import chamber
from tests.pages.test_waiting_room import admit, room
from tests.pages.visit import Visit, Visits

KEYS_TO_A_SEAT_MAX = 12
KEYS_TO_TICKETS_MAX = 40
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

    def tab_to(self, selector: str) -> None:
        """Press Tab until this has the focus, once it is there."""
        expect(self._page.locator(selector).first).to_be_visible()
        for _ in range(PATIENCE_KEYS):
            if self._page.evaluate("selector => document.activeElement.matches(selector)", selector):
                return
            self.press("Tab")
        raise AssertionError(f"no way to {selector}")

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
    visit.see("Live", exact=True)
    keys.press("Tab")
    keys.leave_by(".best .button.primary")
    visit.held(2)
    keys.leave_by('.cart a[href^="/checkout/"]')
    keys.pay()
    visit.see("Booked.")
    assert keys.pressed <= KEYS_TO_TICKETS_MAX
