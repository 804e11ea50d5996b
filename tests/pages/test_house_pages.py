from __future__ import annotations

import re

from playwright.sync_api import expect

from engine.plans.fixtures import theatre
from gateway.exports.exporting import EXPORTS_MAX
from gateway.sections.figures import FRESH_MS
from tests.pages.test_board import small_sale
from tests.pages.test_event_states import chamber
from tests.pages.visit import LOOKS, Visit, Visits


def test_what_happened_to_a_seat(visit: Visit) -> None:
    """Who had it, and why they lost it; from each record there is a way to the house as it was then."""
    house = visit.house
    event = house.event(chamber(), "Quartet")
    hold = house.hold(event, seats=["HALL-A-2"]).json()["hold"]
    house.call("DELETE", f"/holds/{hold}", "bob").raise_for_status()
    house.tickets(event, ["HALL-A-2"])
    visit.open(house.way_in(f"/board/{event}/seats"))
    visit.see("Press a seat on the board's map")
    visit.shot("seats-start")
    visit.page.get_by_label("Seat").fill("HALL-A-2")
    visit.button("Show what happened").click()
    expect(visit.page.locator(".entry")).to_have_count(4)
    told = visit.page.locator(".entry-head strong").all_text_contents()
    assert ["Held", "Given back", "Held", "Sold"] == told
    visit.see("The whole hold was given back.")
    assert [] == visit.examined()
    visit.shot("seats", LOOKS)
    visit.page.get_by_role("link", name="The house after record").first.click()
    visit.see("HALL after record")
    expect(visit.page.locator('[data-figure="held"] .tile-value')).to_have_text("1")


def test_a_seat_without_a_story(visits: Visits) -> None:
    """One that nothing has happened to, and one that there is not: both are said, in German too."""
    visit = visits.one("dark", 390)
    event = visit.house.event(chamber(), "Quartett")
    visit.open(visit.house.way_in(f"/board/{event}/seats?lang=de&seat=HALL-Z-9"))
    visit.see("Das gibt es hier nicht.")
    assert [] == visit.examined()
    visit.shot("seats-unknown")
    visit.page.locator("#seat").fill("HALL-A-1")
    visit.button("Zeigen, was geschah").click()
    visit.see("Mit diesem Platz ist noch nichts geschehen.")
    assert [] == visit.examined()
    visit.shot("seats-untouched")


def test_reports_and_their_files(visit: Visit) -> None:
    """By category, by day and by order; what is saved is what is shown."""
    house = visit.house
    event = house.event(theatre(), "The Tempest")
    visit.open(house.way_in(f"/board/{event}/reports"))
    visit.see("Nobody has ordered yet.")
    assert [] == visit.examined()
    visit.shot("reports-empty")
    small_sale(house, event)
    house.count()
    house.later(FRESH_MS)
    visit.page.reload()
    expect(visit.page.locator('[data-figure="value"]')).to_have_text("€352.50")
    expect(visit.page.locator("tbody tr", has_text="b@example.org")).to_have_count(3)
    assert [] == visit.examined()
    visit.shot("reports", LOOKS)
    visit.page.get_by_label("By", exact=True).select_option("section")
    expect(visit.page.get_by_role("rowheader", name="STALLS", exact=True)).to_be_visible()
    with visit.page.expect_download() as saving:
        visit.button("Section as CSV").click()
    lines = saving.value.path().read_text().splitlines()
    assert "section,free,held,sold,blocked,total,value,currency" == lines[0]
    assert 4 == sum(int(line.split(",")[3]) for line in lines[1:])
    with visit.page.expect_download() as saving:
        visit.button("Orders as Parquet").click()
    assert b"PAR1" == saving.value.path().read_bytes()[:4]


def test_reports_that_are_large(visits: Visits) -> None:
    """Orders are shown page by page; a file that there is no room for just now is promised for later."""
    visit = visits.one()
    house = visit.house
    event = house.event(theatre(), "The Tempest")
    small_sale(house, event)
    house.count()
    pages = re.compile(r"/orders\?limit=50")
    visit.page.route(pages, lambda route: route.continue_(url=route.request.url.replace("=50", "=2")))
    visit.open(house.way_in(f"/board/{event}/reports"))
    visit.see("The first 2 are shown; a file has all of them.")
    assert [] == visit.examined()
    visit.shot("reports-part")
    visit.button("Show more").click()
    expect(visit.page.locator("tbody tr", has_text="b@example.org")).to_have_count(3)
    slots = house.world.app.state.exports
    taken = [slots.take() for _ in range(EXPORTS_MAX)]
    visit.button("Orders as CSV").click()
    visit.see("Too many exports are under way.")
    assert [] == visit.examined()
    visit.shot("reports-busy")
    for _ in filter(None, taken):
        slots.give_back()
    with visit.page.expect_download():
        visit.button("Orders as CSV").click()
