from __future__ import annotations

from typing import Any

import msgspec
from playwright.sync_api import FilePayload, expect

from engine.plan import Plan
from engine.plans.canonical import canonical_json
from tests.pages.test_event_states import chamber
from tests.pages.visit import LOOKS, Visit, Visits
from tests.unit.plan_documents import drawing, numbered, row


def document(plan: Plan) -> FilePayload:
    """A plan as a file that somebody chooses."""
    return {"name": "hall.json", "mimeType": "application/json", "buffer": canonical_json(plan)}


def loose_chart() -> dict[str, Any]:
    """A drawing of seats.io with what a plan has no place for."""
    return drawing(
        rows=[row("A", numbered(5)), row("B", numbered(5, 30.0))],
        backgroundImage={"url": "https://example.org/hall.png"},
    )


def test_a_plan_is_looked_at_before_it_is_imported(visit: Visit) -> None:
    """Figures, drawing and what changes; a sold seat that would be lost keeps it from being imported."""
    house = visit.house
    event = house.event(chamber(), f"Quartet No. {1 if visit.width > 390 else 2}")
    house.tickets(event, ["HALL-D-1"])
    visit.open(house.way_in("/plans"))
    visit.see("From seats.io, pretix")
    assert [] == visit.examined()
    visit.shot("plans-start")
    visit.page.route("**/plans/preview*", lambda _route: None)
    visit.page.get_by_label("A plan as a file").set_input_files(document(chamber()))
    visit.see("Reading…")
    visit.shot("plans-reading")
    visit.page.unroute("**/plans/preview*")
    visit.page.get_by_label("A plan as a file").set_input_files(document(chamber(rows="ABC", seats=9)))
    visit.see("Nothing of the document is lost")
    visit.page.get_by_label("Compared with the plan of").select_option(event)
    visit.see("1 seat is held or sold and is not in the new plan:")
    expect(visit.button("Import this plan")).to_be_disabled()
    expect(visit.page.get_by_role("heading", name="New 3")).to_be_visible()
    expect(visit.page.get_by_role("heading", name="Gone 8")).to_be_visible()
    assert [] == visit.examined()
    visit.shot("plans", LOOKS)
    visit.page.get_by_label("Compared with the plan of").select_option("")
    visit.button("Import this plan").click()
    visit.see("Chamber hall is imported.")
    visit.shot("plans-imported")


def test_a_document_that_is_wrong(visits: Visits) -> None:
    """Each fault is told with its place, and nothing can be imported; in German too."""
    visit = visits.one("dark", 390)
    visit.open(visit.house.way_in("/plans?lang=de"))
    plan = document(chamber())
    wrong: FilePayload = {**plan, "buffer": plan["buffer"].replace(b'"rear"', b'"nowhere"', 1)}
    visit.page.get_by_label("Ein Plan als Datei").set_input_files(wrong)
    visit.see("So geht das nicht.")
    expect(visit.page.locator(".objects li").first).to_be_visible()
    expect(visit.button("Diesen Plan einspielen")).to_have_count(0)
    assert [] == visit.examined()
    visit.shot("plans-wrong")


def test_what_of_a_plan_is_lost_and_called_otherwise(visits: Visits) -> None:
    """What a plan has no place for, and seats that stand where they stood by another name."""
    visit = visits.one()
    house = visit.house
    event = house.event(chamber(), "Sextet")
    house.tickets(event, ["HALL-B-1"])
    visit.open(house.way_in("/plans"))
    visit.page.get_by_label("A plan as a file").set_input_files(
        {"name": "chart.json", "mimeType": "application/json", "buffer": msgspec.json.encode(loose_chart())}
    )
    visit.see("2 things of the document are lost")
    visit.see("background images are left out: 1")
    visit.button("Show MAIN in the drawing").focus()
    visit.page.keyboard.press("Enter")
    expect(visit.page.locator(".drawing")).to_be_focused()
    expect(visit.page.get_by_role("status").first).to_have_text("MAIN is marked in the drawing.")
    assert [] == visit.examined()
    visit.shot("plans-warning-shown")
    visit.shot("plans-warnings")
    visit.page.get_by_label("A plan as a file").set_input_files(document(chamber(rows="AXCD")))
    visit.page.get_by_label("Compared with the plan of").select_option(event)
    expect(visit.page.get_by_role("heading", name="Another name 8")).to_be_visible()
    visit.see("Sextet as it is")
    visit.see("The new plan")
    visit.see("HALL-B-1")
    expect(visit.button("Import this plan")).to_be_disabled()
    assert [] == visit.examined()
    visit.page.get_by_role("heading", name="Another name 8").scroll_into_view_if_needed()
    visit.shot("plans-renamed")


def test_from_a_plan_to_a_sale(visit: Visit) -> None:
    """Imported, made an event, announced, priced and opened; buyers pay the new price."""
    house = visit.house
    name = f"Nonet No. {1 if visit.width > 390 else 2}"
    plan = house.call("POST", "/plans", "olga", msgspec.to_builtins(chamber())).json()["plan"]
    visit.open(house.way_in(f"/board?plan={plan}"))
    visit.page.get_by_label("Name").fill(name)
    visit.see("Chamber hall, 72 places")
    assert [] == visit.examined()
    visit.shot("events-new")
    visit.button("Make a draft").click()
    visit.see("How it is announced")
    visit.shot("sale-draft")
    event = visit.page.url.split("/")[-2]
    visit.page.get_by_label("Begins").fill("2027-05-01T20:00")
    visit.button("Save").click()
    expect(visit.page.get_by_role("status").first).to_have_text("The announcement is saved.")
    visit.button("Open the sale").click()
    visit.page.get_by_role("dialog").get_by_role("button", name="Open the sale").click()
    visit.see("On sale", exact=True)
    visit.page.get_by_label("New price of Front, standard").fill("50.00")
    visit.button("Set the price of Front, standard").click()
    visit.see("Front, standard for €50.00?")
    visit.shot("sale-price")
    visit.page.get_by_role("dialog").get_by_role("button", name="Set the price").click()
    visit.see("set to €50.00")
    assert [] == visit.examined()
    visit.page.evaluate("scrollTo(0, 0)")
    visit.shot("sale", LOOKS)
    hold = house.hold(event, f"bob {name}", seats=["HALL-A-2"]).json()
    assert "50.00" == hold["total"]["amount"]
    told = house.call("GET", f"/events/{event}", "bob").json()
    assert (name, "2027-05-01T18:00:00.000Z") == (told["name"], told["starts_at"])
    visit.page.get_by_role("link", name="All events").click()
    expect(visit.page.get_by_role("link", name=name)).to_be_visible()
    assert [] == visit.examined()
    visit.shot("events", LOOKS)
