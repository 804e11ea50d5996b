from __future__ import annotations

from playwright.sync_api import expect

from actors.room import Room
from engine.queue.terms import QueueTerms
from engine.terms import Limits
from tests.pages.house import House
from tests.pages.test_event_states import chamber
from tests.pages.visit import LOOKS, Visit, Visits

DRAWING_MS = 600_000
"""So long a draw takes that nobody waits for in a test."""
PASS_MS = 60_000
CHANGES_S = 1.0
"""So long one look at a room waits for its news."""
COUNT_TONES = """
const start = OscillatorNode.prototype.start;
window.tones = [];
OscillatorNode.prototype.start = function (at) {
  tones.push(this.frequency.value);
  start.call(this, at);
};
"""
WHY = "The doors of the hall are checked once more."
SLOW = QueueTerms(rate_per_minute=0, draw_ms=0)


def room(house: House, *steps: str, terms: QueueTerms = SLOW) -> str:
    """An event whose waiting room has taken these steps."""
    event = house.event(chamber(), "Quartet", queue=terms)
    for step in steps:
        house.call("POST", f"/events/{event}/queue/{step}", "sam", {}).raise_for_status()
    return event


async def stock_of(house: House, event: str) -> None:
    """Wait until the room was told by the gateway how many seats are free."""
    info = await house.world.catalogue.event(event)
    assert info is not None
    assert info.queue is not None
    room = house.world.host.open(info.queue.stream).keeper
    assert isinstance(room, Room)
    while room.state.stock is None:
        await room.changes(room.seq, CHANGES_S)


def admit(house: House, event: str) -> None:
    """Let in whoever is first."""
    house.call("POST", f"/events/{event}/queue/admit", "sam", {"count": 1}).raise_for_status()


def take_place(visit: Visit, event: str, then: str = "Your place") -> None:
    """Come to an event's waiting room, and wait for what the page says of a place in it."""
    visit.open(f"/e/{event}/queue")
    visit.button("Take a place").click()
    visit.see(then)


def test_a_room_that_is_not_open(visits: Visits) -> None:
    """Nobody joins yet, and is told so."""
    visit = visits.one()
    take_place(visit, room(visits.house), "The waiting room is not open yet.")
    assert [] == visit.examined()
    visit.shot("queue-not-open")


def test_before_the_draw(visit: Visit) -> None:
    """Whoever gathers is told that coming first is no advantage."""
    take_place(visit, room(visit.house, "gather"), "You are here in time")
    assert [] == visit.examined()
    visit.shot("queue-before-the-draw")


def test_while_the_order_is_drawn(visits: Visits) -> None:
    """The list is closed, and everybody who is on it is told to wait for a moment."""
    visit = visits.one()
    terms = QueueTerms(rate_per_minute=0, draw_ms=DRAWING_MS)
    event = room(visits.house, "gather", terms=terms)
    take_place(visit, event, "You are here in time")
    visits.house.call("POST", f"/events/{event}/queue/open", "sam", {}).raise_for_status()
    visit.see("The order is being drawn")
    assert [] == visit.examined()
    visit.shot("queue-drawing")


def test_a_place_and_its_turn(visit: Visit) -> None:
    """The place is told, the turn has the focus, and its pass holds a seat."""
    house = visit.house
    event = room(house, "open")
    house.call("POST", f"/events/{event}/queue", "bob", {}).raise_for_status()
    house.run(stock_of(house, event))
    take_place(visit, event)
    visit.see("1 person", exact=True)
    expect(visit.page.locator(".facts div", has_text="Seats and places still free")).to_contain_text("72")
    expect(visit.page.locator(".left-by li")).to_have_text(["Front16 free", "Rear16 free", "Standing40 free"])
    assert [] == visit.examined()
    visit.shot("queue", LOOKS)
    admit(house, event)
    visit.see("Nobody", exact=True)
    admit(house, event)
    enter = visit.page.get_by_role("link", name="Choose seats")
    expect(enter).to_be_focused()
    assert [] == visit.examined()
    visit.shot("queue-turn")
    enter.click()
    visit.see("Live", exact=True)
    visit.button("Hold best seats").click()
    visit.held(2)


def test_what_is_left_by_category(visits: Visits) -> None:
    """It is live also for whoever does not move, what is gone is said in words, and so does a reload say."""
    visit, house = visits.one(), visits.house
    limits = Limits(seats_per_hold=50, seats_per_buyer=50)
    event = house.event(chamber(), "Quartet", limits=limits, queue=SLOW)
    house.call("POST", f"/events/{event}/queue/open", "sam", {}).raise_for_status()
    visit.open(f"/e/{event}/queue")
    visit.button("Take a place").click()
    left = visit.page.locator(".left-by li")
    expect(left).to_have_text(["Front16 free", "Rear16 free", "Standing40 free"])
    house.hold(event, "olga", seats=["HALL-A-2", "HALL-A-3"]).raise_for_status()
    house.hold(event, "olga", ga={"area": "FLOOR", "qty": 40}).raise_for_status()
    expected = ["Front14 free", "Rear16 free", "Standingnone free"]
    expect(left).to_have_text(expected)
    visit.see("Your place")
    visit.page.reload()
    expect(left).to_have_text(expected)
    expect(visit.page.locator(".facts div", has_text="Seats and places still free")).to_contain_text("30")


def test_a_sound_for_whoever_asked_for_it(visits: Visits) -> None:
    """The turn is sounded by two tones that no file is loaded for."""
    visit, house = visits.one(), visits.house
    visit.context.grant_permissions(["notifications"], origin=house.url)
    visit.page.add_init_script(COUNT_TONES)
    event = room(house, "open")
    take_place(visit, event)
    visit.button("Tell me when it is my turn").click()
    visit.see("with a sound too")
    assert [] == visit.page.evaluate("tones")
    admit(house, event)
    expect(visit.page.get_by_role("link", name="Choose seats")).to_be_focused()
    assert [660, 880] == visit.page.evaluate("tones")
    assert [] == visit.complaints


def test_a_task_that_keeps_machines_out(visits: Visits) -> None:
    """The browser solves it by itself, and the server takes the solution."""
    visit = visits.one()
    terms = QueueTerms(rate_per_minute=0, challenge_cost=20)
    take_place(visit, room(visits.house, "open", terms=terms))


def test_a_pause(visits: Visits) -> None:
    """Nobody is let in, it is said since when and why, and everybody keeps their place, also later."""
    visit = visits.one()
    event = room(visits.house, "open")
    take_place(visit, event)
    visits.house.call("POST", f"/events/{event}/queue/pause", "sam", {"reason": WHY}).raise_for_status()
    visit.see("Nobody is let in at the moment.")
    visit.see(f"The organiser says: {WHY}")
    since = visit.see("It has been so since").inner_text()
    assert [] == visit.examined()
    visit.shot("queue-paused")
    visit.page.reload()
    visit.see(since)
    visit.see(f"The organiser says: {WHY}")


def test_leaving(visits: Visits) -> None:
    """The place is given up."""
    visit = visits.one()
    take_place(visit, room(visits.house, "open"))
    visit.button("Leave the queue").click()
    visit.see("You have left the queue")
    assert [] == visit.examined()
    visit.shot("queue-left")


def test_a_place_is_there_after_a_cut_and_after_a_reload(visits: Visits) -> None:
    """It belongs to the buyer, not to a connection."""
    visit = visits.one()
    event = room(visits.house, "open")
    take_place(visit, event)
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
    take_place(visit, event, "You are here in time")
    visits.house.call("POST", f"/events/{event}/queue/open", "sam", {}).raise_for_status()
    visit.see("Your place")
    visit.page.get_by_text("How the draw works").click()
    visit.button("Check it in this browser").click()
    visit.see("Checked: seed and list match their hashes")
    assert [] == visit.examined()
    visit.shot("draw")


def test_the_end_of_a_room(visits: Visits) -> None:
    """Whoever still waits is told at once that nobody is let in any more."""
    visit = visits.one()
    event = room(visits.house, "open")
    take_place(visit, event)
    visits.house.call("POST", f"/events/{event}/queue/end", "sam", {}).raise_for_status()
    expect(visit.page.get_by_role("heading", name="The waiting room is over")).to_be_focused()
    assert [] == visit.examined()
    visit.shot("queue-over")


def test_sold_out_ahead(visits: Visits) -> None:
    """Whoever waits is told as soon as the last place is sold to somebody else."""
    visit, house = visits.one(), visits.house
    limits = Limits(seats_per_hold=50, seats_per_buyer=50)
    event = house.event(chamber(rows="A", seats=2), "Quartet", limits=limits, queue=SLOW)
    house.call("POST", f"/events/{event}/queue/open", "sam", {}).raise_for_status()
    take_place(visit, event)
    for what in ({"seats": ["HALL-A-1", "HALL-A-2"]}, {"ga": {"area": "FLOOR", "qty": 40}}):
        hold = house.hold(event, "olga", **what).raise_for_status().json()["hold"]
        body = {"hold": hold, "buyer": {"name": "Olga", "email": "olga@example.org"}}
        house.call("POST", "/orders", "olga", body, hold).raise_for_status()
    expect(visit.page.get_by_role("heading", name="Sold out before your turn")).to_be_focused()
    assert [] == visit.examined()
    visit.shot("queue-sold-out")


def test_a_turn_that_was_missed(visits: Visits) -> None:
    """The pass ends unused: it is said, and one may queue anew."""
    visit, house = visits.one(), visits.house
    event = room(house, "open", terms=QueueTerms(rate_per_minute=0, draw_ms=0, pass_ttl_ms=PASS_MS))
    take_place(visit, event)
    admit(house, event)
    visit.see("It is your turn")
    house.later(PASS_MS)
    # Whoever asks a room for anything has it look at its clock.
    house.call("POST", f"/events/{event}/queue", "bob", {}).raise_for_status()
    expect(visit.page.get_by_role("heading", name="Your turn is over")).to_be_focused()
    assert [] == visit.examined()
    visit.shot("queue-missed")
    visit.button("Take a place").click()
    visit.see("Your place")
