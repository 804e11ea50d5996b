"""What an event's page says of a sale that is not open: before it begins, while it rests, when it is over."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from engine.views import rfc3339
from tests.integration.gateway.test_opening import opened
from tests.pages.test_event_states import chamber
from tests.pages.visit import Visits

HOURS_MS = 3 * 3_600_000


@pytest.mark.parametrize(
    ("step", "text", "picture"),
    [("pause", "The sale is paused.", "paused"), ("close", "The sale is over.", "closed")],
)
def test_a_sale_that_rests(visits: Visits, step: str, text: str, picture: str) -> None:
    """It says so, and that what is held stays."""
    visit = visits.one()
    event = visits.house.event(chamber(), "Quartet")
    assert visits.house.call("POST", f"/events/{event}/{step}", "sam").is_success
    visit.enter(event)
    visit.see(text)
    assert [] == visit.examined()
    visit.shot(picture)


def test_why_a_sale_rests(visits: Visits) -> None:
    """Whoever presses meanwhile is told since when and why; whoever comes back, that it goes on."""
    visit, house = visits.one(), visits.house
    event = house.event(chamber(), "Quartet")
    visit.enter(event)
    why = {"reason": "A price was wrong. We go on at noon."}
    house.call("POST", f"/events/{event}/pause", "sam", why).raise_for_status()
    visit.pick("HALL", "B", "4")
    visit.see("It has been so since")
    visit.see(f"The organiser says: {why['reason']}")
    assert [] == visit.examined()
    visit.shot("paused-why")
    house.call("POST", f"/events/{event}/resume", "sam").raise_for_status()
    visit.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(visit.page.get_by_text("The organiser says:")).to_have_count(0)
    visit.seat("5").click()
    visit.held(1)


def test_a_sale_that_has_not_begun(visits: Visits) -> None:
    """One may look around; a press is told why it does nothing."""
    visit = visits.one()
    visit.enter(visits.house.event(chamber(), "Quartet", status="published"))
    visit.see("Not on sale yet.")
    visit.pick("HALL", "B", "4")
    visit.see("The sale is not open yet.")
    assert [] == visit.examined()
    visit.shot("not-on-sale")


def test_a_sale_that_opens_by_itself(visits: Visits) -> None:
    """The hour and the time until then are told by the server's clock, with a reminder; then it is open."""
    visit, house = visits.one(), visits.house
    event = house.event(chamber(), "Quartet", status="published")
    at = rfc3339(house.world.clock.now_ms() + HOURS_MS)
    house.call("PATCH", f"/events/{event}", "olga", {"opens_at": at}).raise_for_status()
    visit.enter(event)
    visit.see("The sale opens by itself:")
    left = visit.page.get_by_role("timer", name="Time until the sale opens")
    expect(left).to_have_text(re.compile(r"^0[23]:[0-5][0-9]:[0-5][0-9]$"))
    assert [] == visit.examined()
    visit.shot("opens-by-itself")
    visit.pick("HALL", "B", "4")
    visit.see("The sale is not open yet.")
    reminder = visit.page.get_by_role("link", name="Remind me (calendar)").get_attribute("href")
    assert reminder is not None
    assert "Quartet: the sale opens" in visit.page.request.get(f"{house.url}{reminder}").text()
    house.later(HOURS_MS)
    house.run(opened(house.world))
    visit.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(visit.page.get_by_text("Not on sale yet")).to_have_count(0)
    visit.seat("5").click()
    visit.held(1)
