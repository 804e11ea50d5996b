from __future__ import annotations

import msgspec
from playwright.sync_api import expect

from engine.queue.terms import QueueTerms
from tests.pages.test_event_states import chamber
from tests.pages.visit import Visits


def test_a_presale_behind_a_waiting_room(visits: Visits) -> None:
    """An event with a waiting room is made, and told when it gathers and who need not wait."""
    visit = visits.one()
    house = visit.house
    plan = house.call("POST", "/plans", "olga", msgspec.to_builtins(chamber())).json()["plan"]
    visit.open(house.way_in(f"/board?plan={plan}"))
    visit.page.get_by_label("Name").fill("Dectet")
    visit.page.get_by_label("With a waiting room").check()
    visit.button("Make a draft").click()
    visit.see("Gathers people from")
    event = visit.page.url.split("/")[-2]
    visit.page.get_by_label("Gathers people from").fill("2027-05-01T09:00")
    visit.page.get_by_label("Opens", exact=True).fill("2027-05-01T10:00")
    visit.page.get_by_label("Do not wait: channels").fill("fans, press")
    visit.page.get_by_label("Minutes to buy in").fill("15")
    assert [] == visit.examined()
    visit.button("Save the waiting room").click()
    expect(visit.page.get_by_role("status").first).to_have_text("The waiting room is saved.")
    visit.page.get_by_role("heading", name="Waiting room").scroll_into_view_if_needed()
    visit.shot("sale-room")
    told = house.call("GET", f"/events/{event}/queue/room", "olga").json()["settings"]
    assert ("2027-05-01T07:00:00Z", "2027-05-01T08:00:00Z") == (told["gathers_at"], told["opens_at"])
    assert (["fans", "press"], 900_000) == (told["bypass_channels"], told["pass_ttl_ms"])


def test_an_event_that_is_announced_with_its_hour(visits: Visits) -> None:
    """A draft is given the hour at which its sale opens by itself, and announced; it is on no sale before."""
    visit = visits.one()
    house = visit.house
    event = house.event(chamber(), "Nonet", status="draft")
    visit.open(house.way_in(f"/board/{event}/sale"))
    visit.page.get_by_label("The sale opens by itself").fill("2027-05-01T10:00")
    visit.button("Save", exact=True).click()
    expect(visit.page.get_by_role("status").first).to_have_text("The announcement is saved.")
    visit.button("Announce the event").click()
    visit.page.get_by_role("dialog").get_by_role("button", name="Announce the event").click()
    expect(visit.page.get_by_role("status").first).to_have_text("The event is announced.")
    visit.see("Not on sale yet", exact=True)
    assert [] == visit.examined()
    visit.shot("sale-opens")
    told = house.call("GET", f"/events/{event}", "ann").json()
    assert ("published", "2027-05-01T08:00:00.000Z") == (told["status"], told["opens_at"])


def test_hours_that_make_no_sense(visits: Visits) -> None:
    """Who gathers people after the opening is told so in the page's language, and nothing is changed."""
    visit = visits.one("dark", 390)
    house = visit.house
    event = house.event(chamber(), "Oktett", queue=QueueTerms())
    visit.open(house.way_in(f"/board/{event}/sale?lang=de"))
    visit.page.get_by_label("Sammelt Leute ab").fill("2027-05-01T10:00")
    visit.page.get_by_label("Öffnet").fill("2027-05-01T09:00")
    visit.button("Warteraum sichern").click()
    visit.see("So geht das nicht.")
    visit.see("Gesammelt wird, bevor der Warteraum öffnet")
    expect(visit.page.get_by_text("people gather before the room opens")).to_have_count(0)
    assert [] == visit.examined()
    visit.shot("sale-refused")
    told = house.call("GET", f"/events/{event}/queue/room", "olga").json()["settings"]
    assert (None, None) == (told["gathers_at"], told["opens_at"])


def test_places_that_are_reserved(visits: Visits) -> None:
    """A row is named by one word; only its channel may take it then, until it is free again."""
    visit = visits.one()
    house = visit.house
    event = house.event(chamber(), "Septet")
    visit.open(house.way_in(f"/board/{event}/sale"))
    visit.page.get_by_label("Channel", exact=True).fill("fans")
    visit.page.get_by_label("Which places").fill("HALL-A, HALL-Z")
    visit.button("Reserve for a channel").click()
    visit.see("This house has nothing by these names:")
    visit.page.get_by_role("heading", name="Places").scroll_into_view_if_needed()
    assert [] == visit.examined()
    visit.shot("sale-places")
    visit.page.get_by_label("Which places").fill("HALL-A")
    visit.button("Reserve for a channel").click()
    dialog = visit.page.get_by_role("dialog")
    expect(dialog.get_by_role("heading")).to_have_text("Reserve for a channel: 8 places?")
    dialog.get_by_role("button", name="Reserve for a channel").click()
    expect(visit.page.get_by_role("status").first).to_have_text("Done for 8 places.")
    assert "channel_denied" == house.hold(event, seats=["HALL-A-2"]).json()["code"]
    visit.page.get_by_label("What is to be done").select_option("Free for everybody")
    visit.button("Free for everybody").click()
    with visit.page.expect_response("**/channels"):
        dialog.get_by_role("button", name="Free for everybody").click()
    assert 201 == house.hold(event, "eve", seats=["HALL-A-2"]).status_code
