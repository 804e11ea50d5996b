from __future__ import annotations

import json

from playwright.sync_api import expect

from tests.pages.test_event_states import chamber
from tests.pages.visit import LOOKS, Visit, Visits

CAMERA = """
    window.BarcodeDetector = class { async detect() { return [{ rawValue: %s }]; } };
    navigator.mediaDevices.getUserMedia = async () => {
      const canvas = document.createElement("canvas");
      Object.assign(canvas, { width: 640, height: 360 });
      const brush = canvas.getContext("2d");
      for (const [colour, ...box] of [
        ["#3a3f4b", 0, 0, 640, 360], ["#eeeae2", 200, 60, 240, 240], ["#1b1a18", 220, 80, 70, 70],
        ["#1b1a18", 350, 80, 70, 70], ["#1b1a18", 220, 210, 70, 70], ["#1b1a18", 310, 170, 50, 50],
      ]) {
        brush.fillStyle = colour;
        brush.fillRect(...box);
      }
      return canvas.captureStream(5);
    };
"""


BLIND = """
    navigator.mediaDevices.getUserMedia = async () => { throw new DOMException("no", "NotAllowedError"); };
"""
PATIENT = """
    const timeout = AbortSignal.timeout.bind(AbortSignal);
    AbortSignal.timeout = (ms) => timeout(10 * ms);
"""
"""On a slow machine the server gets longer to answer before the door judges by itself."""


def at_door(visit: Visit, event: str) -> None:
    """Open the door and give it a name."""
    visit.page.add_init_script(PATIENT)
    visit.open(visit.house.way_in(f"/board/{event}/door"))
    visit.page.get_by_label("Gate").fill("North")
    visit.button("Ready").click()
    expect(visit.page.get_by_label("Code of the ticket")).to_be_focused()


def scan(visit: Visit, code: str) -> None:
    """As a scanner does it that types: the code and Enter, wherever the focus is."""
    expect(visit.page.locator("#code")).to_be_visible()
    visit.page.keyboard.type(code)
    visit.page.keyboard.press("Enter")


def verdict(visit: Visit, result: str, *words: str) -> None:
    """Wait for what the page says is to be done."""
    shown = visit.page.locator(f'[data-verdict="{result}"]')
    expect(shown).to_be_visible()
    for each in words:
        expect(shown).to_contain_text(each)


def test_a_ticket_lets_in_once(visit: Visit) -> None:
    """Let in, then told when and where it was used; what is no ticket, or another event's, is refused."""
    house = visit.house
    event, other = (house.event(chamber(), name) for name in ("Quartet", "Trio"))
    ticket, foreign = house.tickets(event, ["HALL-A-2"])[0], house.tickets(other, ["HALL-A-3"])[0]
    at_door(visit, event)
    assert [] == visit.examined()
    visit.shot("door-ready")
    scan(visit, ticket["code"])
    verdict(visit, "admitted", "Let them in", "HALL, row A, seat 2", "ann")
    assert [] == visit.examined()
    visit.shot("door-admitted")
    scan(visit, ticket["code"])
    verdict(visit, "used", "Already used", "North")
    assert [] == visit.examined()
    visit.shot("door", LOOKS)
    scan(visit, foreign["code"])
    verdict(visit, "refused", "This ticket is for another event.")
    scan(visit, "HF1:NOTHING")
    verdict(visit, "refused", "This is no ticket of ours.")
    assert [] == visit.examined()
    visit.shot("door-refused")
    seen = house.call("GET", f"/tickets/{ticket['ticket']}/checkins", "sam").json()["checkins"]
    assert [True, False] == [each["admitted"] for each in seen]


def test_without_a_network(visits: Visits) -> None:
    """Tickets are proven here and told later, in a batch; who was let in twice is named."""
    visit = visits.one("dark", 390)
    house = visit.house
    event = house.event(chamber(), "Quartet")
    tickets = house.tickets(event, ["HALL-A-2", "HALL-A-3"])
    at_door(visit, event)
    # Said once the keys of the tickets are there: they are fetched before.
    visit.see("Kept by this browser")
    visit.context.set_offline(True)
    for ticket in tickets:
        scan(visit, ticket["code"])
        verdict(visit, "admitted", f"seat {ticket['place']}", "the server is told later")
    scan(visit, tickets[0]["code"])
    verdict(visit, "used", "North")
    scan(visit, tickets[0]["code"].replace("HF1:", "HF1:A"))
    verdict(visit, "refused", "This is no ticket of ours.")
    expect(visit.page.locator('[data-figure="waiting"]')).to_have_text("2")
    assert [] == visit.examined()
    visit.shot("door-offline")
    elsewhere = {"event": event, "gate": "South", "device": "d2", "scans": [{"code": tickets[1]["code"]}]}
    house.later(-60_000)
    assert "admitted" == house.call("POST", "/checkins", "sam", elsewhere).json()["results"][0]["result"]
    house.later(60_000)
    visit.context.set_offline(False)
    expect(visit.page.locator('[data-figure="waiting"]')).to_have_text("0")
    visit.see("1 ticket was let in here and ought not to have been")
    assert [] == visit.examined()
    visit.shot("door-told")
    seen = house.call("GET", f"/tickets/{tickets[0]['ticket']}/checkins", "sam").json()["checkins"]
    assert [("North", True)] == [(each["gate"], each["admitted"]) for each in seen]


def test_loaded_without_a_network(visits: Visits) -> None:
    """The browser keeps the page: loaded anew it knows its name and its event, and judges on."""
    visit = visits.one()
    event = visits.house.event(chamber(), "Quartet")
    ticket, other = visits.house.tickets(event, ["HALL-A-2", "HALL-A-3"])
    at_door(visit, event)
    visit.see("Kept by this browser")
    visit.context.set_offline(True)
    visit.page.reload()
    visit.see("Without network")
    visit.see("Quartet")
    scan(visit, ticket["code"])
    verdict(visit, "admitted", f"seat {ticket['place']}", "the server is told later")
    assert [] == visit.examined()
    visit.context.set_offline(False)
    expect(visit.page.locator('[data-figure="waiting"]')).to_have_text("0")
    scan(visit, other["code"])
    verdict(visit, "admitted", f"seat {other['place']}")
    visit.see("With the server")
    assert [] == visit.complaints


def test_with_the_camera(visits: Visits) -> None:
    """Where the browser reads codes, what it sees is judged once."""
    visit = visits.one()
    event = visit.house.event(chamber(), "Quartet")
    ticket = visit.house.tickets(event, ["HALL-A-2"])[0]
    visit.page.add_init_script(CAMERA % json.dumps(ticket["code"]))
    at_door(visit, event)
    visit.button("Use the camera").click()
    verdict(visit, "admitted", "HALL, row A, seat 2")
    assert [] == visit.examined()
    visit.shot("door-camera")
    visit.button("Stop the camera").click()
    expect(visit.page.locator("video")).to_have_count(0)


def test_a_camera_that_may_not_be_used(visits: Visits) -> None:
    """Before it is named the door asks for that; a camera that is refused is told of."""
    visit = visits.one("dark", 390)
    event = visit.house.event(chamber(), "Quartet")
    visit.page.add_init_script(CAMERA % '"x"')
    visit.page.add_init_script(BLIND)
    visit.open(visit.house.way_in(f"/board/{event}/door"))
    visit.see("Name this door")
    assert [] == visit.examined()
    visit.shot("door-name")
    at_door(visit, event)
    visit.button("Use the camera").click()
    visit.see("The camera cannot be used.")
    assert [] == visit.examined()
    visit.shot("door-blind")


def test_a_scanner_types_wherever_the_focus_is(visits: Visits) -> None:
    """On a button, or on nothing: the code is read whole; what is typed into another field stays there."""
    visit = visits.one()
    event = visit.house.event(chamber(), "Quartet")
    first, second = visit.house.tickets(event, ["HALL-A-2", "HALL-A-3"])
    at_door(visit, event)
    visit.button("Check", exact=True).focus()
    scan(visit, first["code"])
    verdict(visit, "admitted", f"seat {first['place']}")
    visit.page.evaluate("document.activeElement.blur()")
    scan(visit, second["code"])
    verdict(visit, "admitted", f"seat {second['place']}")
    visit.page.locator("summary").click()
    gate = visit.page.get_by_label("Gate")
    gate.fill("")
    visit.page.keyboard.type("South")
    expect(gate).to_have_value("South")


def test_german(visits: Visits) -> None:
    """The whole door."""
    visit = visits.one("dark")
    visit.open(visit.house.way_in(f"/board/{visit.house.event(chamber(), 'Quartett')}/door?lang=de"))
    visit.page.get_by_label("Eingang").fill("Nord")
    visit.button("Bereit").click()
    scan(visit, "HF1:X")
    verdict(visit, "refused", "Nicht einlassen", "Das ist kein Ticket von uns.")
    assert [] == visit.examined()
