from __future__ import annotations

from playwright.sync_api import expect

from tests.pages.test_event_states import chamber
from tests.pages.visit import LOOKS, Visit, Visits


def test_what_is_on_sale_is_found(visit: Visit) -> None:
    """By a word; each leads to its page, and what does not fit is said."""
    house = visit.house
    event = house.event(chamber(), "The Kreutzer sonata")
    journey = house.event(chamber(), "Winter journey")
    for each, day in ((event, 12), (journey, 19)):
        when = {"starts_at": f"2027-02-{day}T19:30:00+01:00", "zone": "Europe/Berlin"}
        house.call("PATCH", f"/events/{each}", "olga", when).raise_for_status()
    house.event(chamber(), "Not announced", status="draft")
    visit.open("/")
    expect(visit.page.get_by_role("link", name="Winter journey").first).to_be_visible()
    expect(visit.page.get_by_role("link", name="Not announced")).to_have_count(0)
    assert [] == visit.examined()
    visit.shot("home", LOOKS)
    visit.page.get_by_label("What are you looking for?").fill("kreutz")
    expect(visit.page.get_by_role("link", name="Winter journey")).to_have_count(0)
    visit.page.get_by_label("What are you looking for?").fill("zzz")
    visit.see("Nothing fits.")
    assert [] == visit.examined()
    visit.shot("nothing-found")
    visit.page.get_by_label("What are you looking for?").fill("kreutz")
    visit.page.get_by_role("link", name="The Kreutzer sonata").first.click()
    visit.see("Live", exact=True)
    assert visit.page.url.startswith(f"{house.url}/e/")
    assert event


def test_a_server_that_does_not_answer(visits: Visits) -> None:
    """The page says so; once it answers what is looked for is found."""
    visit = visits.one()
    visits.house.event(chamber(), "Winter journey")
    visit.page.route("**/v1/events?**", lambda route: route.abort())
    visit.open("/")
    visit.see("The server cannot be reached")
    assert [] == visit.examined()
    visit.shot("home-unreachable")
    visit.page.unroute("**/v1/events?**")
    visit.page.get_by_label("What are you looking for?").fill("winter")
    expect(visit.page.get_by_role("link", name="Winter journey").first).to_be_visible()
