from __future__ import annotations

from playwright.sync_api import expect

from engine.queue.terms import QueueTerms
from tests.pages.house import House
from tests.pages.test_event_states import chamber
from tests.pages.visit import Visit, Visits

SLOW = QueueTerms(rate_per_minute=0, draw_ms=0)


def room(house: House, *steps: str, terms: QueueTerms = SLOW) -> str:
    """An event whose waiting room has taken these steps."""
    event = house.event(chamber(), "Quartet", queue=terms)
    for step in steps:
        house.call("POST", f"/events/{event}/queue/{step}", "sam", {}).raise_for_status()
    return event


def admit(house: House, event: str) -> None:
    """Let in whoever is first."""
    house.call("POST", f"/events/{event}/queue/admit", "sam", {"count": 1}).raise_for_status()


def test_a_room_that_is_not_open(visits: Visits) -> None:
    """Nobody joins yet, and is told so."""
    visit = visits.one()
    visit.open(f"/e/{room(visits.house)}/queue")
    visit.button("Take a place").click()
    visit.see("The waiting room is not open yet.")
    assert [] == visit.examined()


def test_before_the_draw(visit: Visit) -> None:
    """Whoever gathers is told that coming first is no advantage."""
    visit.open(f"/e/{room(visit.house, 'gather')}/queue")
    visit.button("Take a place").click()
    visit.see("You are here in time")
    assert [] == visit.examined()


def test_a_place_and_its_turn(visit: Visit) -> None:
    """The place is told, the turn has the focus, and its pass holds a seat."""
    house = visit.house
    event = room(house, "open")
    house.call("POST", f"/events/{event}/queue", "bob", {}).raise_for_status()
    visit.open(f"/e/{event}/queue")
    visit.button("Take a place").click()
    visit.see("Your place")
    visit.see("1 person", exact=True)
    assert [] == visit.examined()
    visit.shot("queue")
    admit(house, event)
    visit.see("Nobody", exact=True)
    admit(house, event)
    enter = visit.page.get_by_role("link", name="Choose seats")
    expect(enter).to_be_focused()
    assert [] == visit.examined()
    enter.click()
    visit.see("Live", exact=True)
    visit.button("Hold best seats").click()
    visit.held(2)


def test_a_task_that_keeps_machines_out(visits: Visits) -> None:
    """The browser solves it by itself, and the server takes the solution."""
    visit = visits.one()
    visit.open(
        f"/e/{room(visits.house, 'open', terms=QueueTerms(rate_per_minute=0, challenge_cost=20))}/queue"
    )
    visit.button("Take a place").click()
    visit.see("Your place")


def test_a_pause(visits: Visits) -> None:
    """Nobody is let in, and everybody keeps their place."""
    visit = visits.one()
    event = room(visits.house, "open")
    visit.open(f"/e/{event}/queue")
    visit.button("Take a place").click()
    visit.see("Your place")
    visits.house.call("POST", f"/events/{event}/queue/pause", "sam", {}).raise_for_status()
    visit.see("Nobody is let in at the moment.")
    assert [] == visit.examined()


def test_leaving(visits: Visits) -> None:
    """The place is given up."""
    visit = visits.one()
    visit.open(f"/e/{room(visits.house, 'open')}/queue")
    visit.button("Take a place").click()
    visit.button("Leave the queue").click()
    visit.see("You have left the queue")
    assert [] == visit.examined()


def test_a_place_is_there_after_a_cut_and_after_a_reload(visits: Visits) -> None:
    """It belongs to the buyer, not to a connection."""
    visit = visits.one()
    event = room(visits.house, "open")
    visit.open(f"/e/{event}/queue")
    visit.button("Take a place").click()
    visit.see("Your place")
    visit.wire.cut()
    visit.see("Live", exact=True)
    visit.see("Your place")
    visit.page.reload()
    visit.see("Your place")


def test_the_draw_can_be_checked(visits: Visits) -> None:
    """Seed, list and place are made again in the browser from what is published."""
    visit = visits.one()
    event = room(visits.house, "gather")
    for who in ("bob", "eve", "mal"):
        visits.house.call("POST", f"/events/{event}/queue", who, {}).raise_for_status()
    visit.open(f"/e/{event}/queue")
    visit.button("Take a place").click()
    visit.see("You are here in time")
    visits.house.call("POST", f"/events/{event}/queue/open", "sam", {}).raise_for_status()
    visit.see("Your place")
    visit.page.get_by_text("How the draw works").click()
    visit.button("Check it in this browser").click()
    visit.see("Checked: seed and list match their hashes")
    assert [] == visit.examined()
    visit.shot("draw")


def test_the_end_of_a_room(visits: Visits) -> None:
    """Whoever still waits is told at once that waiting is of no use."""
    visit = visits.one()
    event = room(visits.house, "open")
    visit.open(f"/e/{event}/queue")
    visit.button("Take a place").click()
    visit.see("Your place")
    visits.house.call("POST", f"/events/{event}/queue/end", "sam", {}).raise_for_status()
    expect(
        visit.page.get_by_role("heading", name="Sold out before your turn").or_(
            visit.page.get_by_role("heading", name="Your turn is over")
        )
    ).to_be_visible()
    assert [] == visit.examined()
