"""What somebody is told who cannot have what they pressed, and what they can do then."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import expect

from engine.terms import Limits
from protocol.errors import ErrorCode
from tests.pages.test_event_states import chamber
from tests.pages.visit import LOOKS, Visit, Visits

SOON_MS = 1_000
"""So much time by its clock is given at once to a page that tries again."""


def problem(code: ErrorCode, **more: Any) -> dict[str, Any]:
    """What the server would say."""
    return {
        "type": "about:blank",
        "title": code.title,
        "status": code.status,
        "code": code.value,
        "retryable": code.retryable,
    } | more


def at_row(visit: Visit, event: str, row: str = "B") -> None:
    """Open an event and one of its rows."""
    visit.enter(event)
    visit.section("HALL").click()
    visit.row(row).click()


def test_somebody_was_faster(visit: Visit) -> None:
    """The card says who is free close by, has the focus, and one press holds them."""
    house = visit.house
    event = house.event(chamber(), "Quartet")
    visit.enter(event)
    visit.section("HALL").click()
    visit.row("B").click()
    visit.wire.unheard.add("seats.delta")
    assert 201 == house.hold(event, seats=["HALL-B-4"]).status_code
    visit.seat("4").click()
    heading = visit.page.get_by_role("heading", name="Somebody else took HALL, row B, seat 4")
    expect(heading).to_be_focused()
    assert [] == visit.examined()
    visit.shot("conflict", LOOKS)
    visit.wire.unheard.clear()
    visit.page.locator(".choice").first.click()
    visit.held(1)
    expect(heading).to_have_count(0)


def test_what_is_offered_may_go_as_well(visits: Visits) -> None:
    """The first offer is taken while the card is read: it is offered no more, and the next one is held."""
    visit, house = visits.one(), visits.house
    event = house.event(chamber(), "Quartet")
    visit.enter(event)
    visit.section("HALL").click()
    visit.row("B").click()
    visit.wire.unheard.add("seats.delta")
    assert 201 == house.hold(event, seats=["HALL-B-4"]).status_code
    visit.seat("4").click()
    offers = visit.page.locator(".choice")
    expect(offers.first).to_be_visible()
    first, second = offers.all_text_contents()[:2]
    visit.wire.unheard.clear()
    row, seat = first.removeprefix("Hold HALL, row ").split(",")[0], first.split("seat ")[1].split(",")[0]
    assert 201 == house.hold(event, "eve", seats=[f"HALL-{row}-{seat}"]).status_code
    expect(offers.filter(has_text=first)).to_have_count(0)
    offers.filter(has_text=second).click()
    visit.held(1)


def test_a_limit_of_the_sale(visits: Visits) -> None:
    """What one may not have is refused in words."""
    visit = visits.one()
    visit.enter(visits.house.event(chamber(), "Quartet", limits=Limits(seats_per_buyer=1)))
    visit.pick("HALL", "B", "4")
    visit.held(1)
    visit.seat("5").click()
    visit.see("That is more than one buyer may take.")
    assert [] == visit.examined()
    visit.shot("limit")


def test_a_seat_that_would_leave_another_alone(visit: Visit) -> None:
    """Which one is said, and both ways out are one press away: to take it too, or others."""
    at_row(visit, visit.house.event(chamber(), "Quartet", orphan_rule="strict"))
    visit.seat("2").click()
    heading = visit.page.get_by_role("heading", name="HALL, row B, seat 1 would be left alone")
    expect(heading).to_be_focused()
    expect(visit.page.locator(".choice")).to_have_count(2)
    assert [] == visit.examined()
    visit.shot("left-alone")
    visit.button("Hold HALL, row B, seats 1, 2").click()
    visit.held(2)
    expect(heading).to_have_count(0)


def test_a_seat_that_is_kept_for_others(visits: Visits) -> None:
    """It is said, and the cart stays as it was."""
    visit = visits.one()
    event = visits.house.event(chamber(), "Quartet")
    body = {"objects": ["HALL-B-4"], "channel": "members"}
    visits.house.call("POST", f"/events/{event}/channels", "olga", body, "channel").raise_for_status()
    at_row(visit, event)
    visit.seat("5").click()
    visit.held(1)
    visit.seat("4").click()
    visit.see("This seat is reserved for others.")
    visit.held(1)
    assert [] == visit.examined()
    visit.shot("kept-for-others")


def test_a_section_that_comes_back(visits: Visits) -> None:
    """It is said at once; the page tries again under the same key until it has the seat."""
    visit = visits.one()
    at_row(visit, visits.house.event(chamber(), "Quartet"))
    visit.wire.answers["hold.create"] = problem(ErrorCode.SECTION_RECOVERING)
    visit.seat("4").click()
    visit.see("This section is coming back after a fault.")
    visit.see("What you pressed is tried again by itself.")
    visit.looks = LOOKS[:1]  # it is tried for a while only
    assert [] == visit.examined()
    visit.shot("section-recovering")
    visit.wire.answers.clear()
    visit.held(1)
    expect(visit.page.get_by_text("is tried again by itself")).to_have_count(0)


def test_a_fault_of_the_server(visits: Visits) -> None:
    """Once the page has tried for long enough it says so, with a reference, and one press tries again."""
    visit = visits.one()
    visit.page.clock.install()
    at_row(visit, visits.house.event(chamber(), "Quartet"))
    visit.wire.answers["hold.create"] = problem(ErrorCode.INTERNAL, request_id="req_5e1f_12")
    visit.seat("4").click()
    reference = visit.page.get_by_text("req_5e1f_12")
    while not reference.is_visible():
        visit.page.clock.run_for(SOON_MS)
    visit.see("Something went wrong on our side.")
    assert [] == visit.examined()
    visit.shot("error")
    visit.wire.answers.clear()
    visit.button("Try again").click()
    visit.held(1)
    expect(reference).to_have_count(0)


def test_a_server_that_cannot_be_asked(visits: Visits) -> None:
    """The page says so; loading it again is one press, and helps as soon as the server is there."""
    visit = visits.one()
    event = visits.house.event(chamber(), "Quartet")
    visit.page.route("**/v1/events/**", lambda route: route.abort())
    visit.open(f"/e/{event}")
    visit.see("The server cannot be reached")
    assert [] == visit.examined()
    visit.shot("unreachable")
    visit.page.unroute("**/v1/events/**")
    visit.button("Load again").click()
    visit.see("Live", exact=True)
