from __future__ import annotations

from playwright.sync_api import expect

from tests.pages.test_event_states import chamber
from tests.pages.visit import LOOKS, Visit, Visits


def sold_out(visit: Visit) -> tuple[str, str]:
    """An event of which somebody holds every place; the event and the hold of its seats."""
    event = visit.house.event(chamber(rows="A", seats=4), "Quartet")
    held = visit.house.hold(event, seats=[f"HALL-A-{n}" for n in range(1, 5)]).raise_for_status()
    for number in range(4):
        visit.house.hold(event, f"bob-{number}", ga={"area": "FLOOR", "qty": 10}).raise_for_status()
    return event, str(held.json()["hold"])


def give_back(visit: Visit, hold: str, *seats: str) -> None:
    """Whoever holds them lets these seats go."""
    assert visit.house.call("DELETE", f"/holds/{hold}?seats={','.join(seats)}", "bob").is_success


def wait_for(visit: Visit, event: str) -> None:
    """Join the list for two front seats."""
    visit.enter(event)
    visit.see("Wait for seats")
    visit.page.get_by_label("Category wanted").select_option("front")
    visit.button("Join the waitlist").click()
    visit.see("You are on the waitlist")


def test_an_offer_comes_and_is_taken(visit: Visit) -> None:
    """Joined by party and price, told one's place, offered what came free, and held with one press."""
    event, hold = sold_out(visit)
    visit.enter(event)
    visit.see("Wait for seats")
    visit.page.get_by_label("At most, for one seat").fill("cheap")
    visit.see("This does not look like a price.")
    assert [] == visit.examined()
    visit.page.get_by_label("At most, for one seat").fill("50")
    visit.shot("waitlist", LOOKS)
    visit.button("Join the waitlist").click()
    visit.see("Place 1")
    visit.see("Nobody is ahead of you")
    assert [] == visit.examined()
    visit.shot("waiting")
    give_back(visit, hold, "HALL-A-2", "HALL-A-3")
    visit.see("These seats are kept for you")
    expect(visit.page.get_by_role("heading", name="These seats are kept")).to_be_focused()
    assert [] == visit.examined()
    visit.shot("offer")
    visit.button("Take them, €90.00").click()
    visit.held(2)
    visit.see("The seats are in your cart.")
    assert [] == visit.examined()


def test_what_one_declines_goes_to_the_next(visits: Visits) -> None:
    """The second in line sees their place, moves up, and is offered what the first did not want."""
    first, second = visits.one(), visits.one("dark", 390)
    event, hold = sold_out(first)
    wait_for(first, event)
    wait_for(second, event)
    second.see("Place 2")
    give_back(first, hold, "HALL-A-1", "HALL-A-2")
    first.see("These seats are kept for you")
    second.see("Place 1")
    first.button("No, thank you").click()
    first.see("You declined.")
    second.see("These seats are kept for you")


def test_a_place_is_there_after_a_cut_and_after_a_reload_and_can_be_left(visits: Visits) -> None:
    """What came meanwhile is asked for; whoever leaves waits no longer."""
    visit = visits.one()
    event, hold = sold_out(visit)
    wait_for(visit, event)
    visit.button("Wait no longer").click()
    visit.see("You wait no longer.")
    visit.button("Close").click()
    wait_for(visit, event)
    visit.page.reload()
    visit.see("You are on the waitlist")
    visit.wire.cut()
    give_back(visit, hold, "HALL-A-1", "HALL-A-2")
    visit.see("These seats are kept for you")
