from __future__ import annotations

import json

from playwright.sync_api import expect

from engine.terms import Limits
from tests.pages.test_event_states import chamber
from tests.pages.visit import Visit, Visits

APART_MS = 300_000
"""So long one hold outlasts another."""


def test_of_two_holds_one_runs_out(visits: Visits) -> None:
    """What was lost is said above the cart, which goes on to show and to sell what is still held."""
    visit, house = visits.one(), visits.house
    event = house.event(chamber(), "Quartet", limits=Limits(hold_ttl_ms=2 * APART_MS))
    visit.enter(event)
    visit.pick("HALL", "B", "4")
    visit.held(1)
    first = held_ids(visit)
    # As another tab of this browser has it: the cart belongs to the tab, who holds to the browser.
    visit.page.evaluate("sessionStorage.clear()")
    visit.enter(event)
    house.later(APART_MS)
    visit.pick("HALL", "C", "4")
    visit.held(1)
    kept = json.dumps([*first, *held_ids(visit)])
    visit.page.evaluate(
        "([name, kept]) => sessionStorage.setItem(name, kept)", [f"holdfast.holds.{event}", kept]
    )
    visit.enter(event)
    visit.held(2)
    house.later(APART_MS)
    house.hold(event, "eve", seats=["HALL-A-2"]).raise_for_status()
    visit.see("These seats went back on sale: HALL, row B, seat 4.")
    visit.held(1)
    assert ["HALL, row C, seat 4"] == visit.cart()
    expect(visit.page.get_by_role("link", name="Check out")).to_be_visible()
    assert [] == visit.examined()
    visit.shot("expired-in-part")
    cart = visit.page.locator(".cart")
    cart.get_by_role("button", name="Close").click()
    expect(cart.get_by_role("heading", name="Time is over")).to_have_count(0)
    visit.held(1)


def held_ids(visit: Visit) -> list[str]:
    """The holds that the way to the till names."""
    way = visit.page.get_by_role("link", name="Check out").get_attribute("href") or ""
    return way.split("/checkout/")[1].split("?")[0].split(",")


def test_what_was_held_is_there_after_a_reload(visits: Visits) -> None:
    """The cart belongs to the tab, the identity to the browser."""
    visit = visits.one()
    event = visits.house.event(chamber(), "Quartet")
    visit.enter(event)
    visit.pick("HALL", "B", "4")
    visit.held(1)
    visit.enter(event)
    visit.held(1)


def test_seats_of_two_sections(visits: Visits) -> None:
    """Whether a sale keeps sections apart or not: both are held, and both are paid."""
    visit = visits.one()
    visit.enter(visits.house.event(chamber(), "Quartet"))
    visit.pick("HALL", "B", "4")
    visit.held(1)
    visit.button("Rows of HALL").click()
    visit.button("All sections").click()
    visit.section("FLOOR").click()
    visit.button("Hold 1 place").click()
    visit.held(2)
    visit.page.get_by_role("link", name="Check out").click()
    visit.page.get_by_label("Name").fill("Ada Lovelace")
    visit.page.get_by_label("E-mail").fill("ada@example.org")
    visit.button("Pay €60.00").click()
    visit.see("Booked.")
    expect(visit.page.locator(".ticket")).to_have_count(2)
