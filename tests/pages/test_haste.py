"""Hands are faster than answers, and answers overtake each other: nothing is done twice, lost or undone."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest
from playwright.sync_api import Locator, Route, expect

from tests.pages.test_board import board
from tests.pages.test_buying import ARRIVES_MS, pay, to_checkout
from tests.pages.test_cart import held_ids
from tests.pages.test_door import at_door, scan, verdict
from tests.pages.test_event_states import chamber
from tests.pages.test_waiting_room import admit, room, take_place
from tests.pages.test_waitlist import give_back, sold_out, wait_for
from tests.pages.visit import Visit, Visits


def kept_by(routes: list[Route], route: Route) -> None:
    """Let a call wait for the test. A function, because Playwright takes no method of a list."""
    routes.append(route)


def twice(pressed: Locator) -> None:
    """Press something, and once more whatever it says by then: a hand is faster than a look."""
    expect(pressed).to_be_enabled()
    pressed.dispatch_event("click")
    pressed.dispatch_event("click")


@pytest.mark.parametrize(("section", "button"), [(None, ".best [type=submit]"), ("FLOOR", ".area .primary")])
def test_two_presses_take_once(visits: Visits, section: str | None, button: str) -> None:
    """Best available, and places without numbers: the second press comes before the first was answered."""
    visit = visits.one()
    visit.enter(visit.house.event(chamber(), "Quartet"))
    if section:
        visit.section(section).click()
    visit.wire.slow.add("hold.create")
    twice(visit.page.locator(button))
    visit.until(lambda: bool(visit.wire.late))
    visit.wire.deliver()
    expect(visit.page.locator(".cart-item").first).to_be_visible()
    assert 1 == len(visit.wire.keys["hold.create"])


def test_two_seats_in_a_row_are_one_order(visits: Visits) -> None:
    """The second is pressed while the first is on its way: it goes onto the same hold."""
    visit = visits.one()
    visit.enter(visit.house.event(chamber(), "Quartet"))
    visit.wire.slow.add("hold.create")
    visit.pick("HALL", "B", "4")
    visit.seat("5").click()
    visit.until(lambda: bool(visit.wire.late))
    visit.wire.deliver()
    visit.held(2)
    assert 1 == len(held_ids(visit))


def test_what_is_given_back_takes_nothing_else_along(visits: Visits) -> None:
    """All there is is given back, twice pressed, while another seat is on its way onto the same hold."""
    visit = visits.one()
    visit.enter(visit.house.event(chamber(), "Quartet"))
    visit.pick("HALL", "B", "4")
    visit.held(1)
    visit.wire.slow |= {"hold.create", "hold.release"}
    visit.seat("5").click()
    twice(visit.page.locator(".cart-item").get_by_role("button"))
    visit.until(lambda: len(visit.wire.late) >= 2)
    visit.wire.deliver()
    expect(visit.page.locator(".cart-item .line-title")).to_have_text(["HALL, row B, seat 5"])
    assert 1 == len(visit.wire.keys["hold.release"])


def test_more_time_is_taken_once(visits: Visits) -> None:
    """A hold may be renewed so and so often: two presses in a row use up one of them."""
    visit = visits.one()
    visit.enter(visit.house.event(chamber(), "Quartet"))
    visit.button("Hold best seats").click()
    visit.held(2)
    visit.wire.slow.add("hold.extend")
    twice(visit.button("More time"))
    visit.until(lambda: bool(visit.wire.late))
    assert 1 == len(visit.wire.keys["hold.extend"])


def test_what_was_held_outlasts_a_reload_without_a_network(visits: Visits) -> None:
    """Whoever could not be asked is asked again as soon as the page is live again."""
    visit = visits.one()
    event = visit.house.event(chamber(), "Quartet")
    visit.enter(event)
    visit.button("Hold best seats").click()
    visit.held(2)
    visit.page.route("**/v1/holds/*", lambda route: route.abort())
    with visit.page.expect_event("requestfailed"):
        visit.enter(event)
    visit.held(0)
    visit.page.unroute("**/v1/holds/*")
    visit.wire.cut()
    visit.held(2)
    assert [] == visit.complaints


def test_of_two_answers_about_the_sale_the_newer_stays(visits: Visits) -> None:
    """What was asked for first may be told last; then it is old."""
    visit = visits.one()
    event = visit.house.event(chamber(), "Quartet")
    visit.enter(event)
    first: list[tuple[Route, Any]] = []
    visit.page.route(
        f"**/v1/events/{event}", lambda route: first.append((route, route.fetch().json())), times=1
    )
    visit.wire.cut()
    visit.until(lambda: bool(first))
    visit.house.call("POST", f"/events/{event}/pause", "olga", {}).raise_for_status()
    visit.wire.cut()
    visit.see("The sale is paused")
    [(route, told)] = first
    assert "open" == told["status"]
    with visit.page.expect_event("requestfinished"):
        route.fulfill(json=told)
    visit.settle()
    expect(visit.page.get_by_text("The sale is paused").first).to_be_visible()


def test_a_payment_is_waited_for_over_a_network_that_fails(
    visits: Visits, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A question without an answer is asked again, until the money is there."""
    monkeypatch.setattr("gateway.paying.sandbox_bank.SLOW_MS", ARRIVES_MS)
    visit = visits.one()
    to_checkout(visit)
    pay(visit, "Slow bank transfer")
    visit.see("Waiting for the payment")
    visit.page.route("**/v1/orders/*", lambda route: route.abort())
    visit.page.wait_for_event("requestfailed")
    visit.page.unroute("**/v1/orders/*")
    visit.house.later(ARRIVES_MS)
    visit.see("Booked.")
    assert [] == visit.complaints


def test_a_place_in_the_queue_outlasts_a_call_that_fails(visits: Visits) -> None:
    """That the sale could not be asked for after a cut takes nobody's place from the screen."""
    visit = visits.one()
    event = room(visits.house, "open")
    take_place(visit, event)
    visit.page.route(f"**/v1/events/{event}", lambda route: route.abort())
    with visit.page.expect_event("requestfailed"):
        visit.wire.cut()
    visit.settle()
    visit.see("Live", exact=True)
    visit.see("Your place")


def test_old_news_of_a_place_undoes_nothing(visits: Visits) -> None:
    """Neither the turn that it became nor that one has left."""
    visit = visits.one()
    event = room(visits.house, "open")
    place = {"event": event, "ticket": "t", "phase": "open", "position": 1, "as_of": "2026-01-01T00:00:00Z"}
    old = json.dumps({"t": "queue.update", "d": place})
    take_place(visit, event)
    admit(visits.house, event)
    visit.see("It is your turn")
    visit.wire.say(old)
    visit.settle()
    visit.see("It is your turn")
    visit.button("Leave the queue").evaluate("(it) => { it.click(); it.click(); }")
    visit.see("You have left the queue")
    visit.wire.say(old)
    visit.settle()
    visit.see("You have left the queue")
    expect(visit.page.locator(".banner.bad")).to_have_count(0)
    assert [] == visit.complaints


def test_an_offer_outlasts_an_older_answer(visit: Visit) -> None:
    """How one's wish stood before the offer may be told after it."""
    event, hold = sold_out(visit)
    wait_for(visit, event)
    visit.wire.slow.add("waitlist.status")
    visit.wire.cut()
    visit.until(lambda: bool(visit.wire.late))
    give_back(visit, hold, "HALL-A-1", "HALL-A-2")
    visit.see("These seats are kept for you")
    visit.wire.deliver()
    visit.settle()
    visit.see("These seats are kept for you")


def test_of_two_reports_the_one_that_was_wished_last_is_shown(visits: Visits) -> None:
    """The answer to an earlier wish comes after that to a later one."""
    visit = visits.one()
    visit.open(visit.house.way_in(f"/board/{visit.house.event(chamber(), 'Quartet')}/reports"))
    visit.see("Nobody has ordered yet.")
    first: list[Route] = []
    visit.page.route("**/report?by=section", lambda route: kept_by(first, route))
    by = visit.page.get_by_label("By", exact=True)
    by.select_option("section")
    visit.until(lambda: bool(first))
    by.select_option("status")
    rows = visit.page.get_by_role("rowheader")
    expect(rows.filter(has_text="Free")).to_have_count(1)
    with visit.page.expect_event("requestfinished"):
        first[0].continue_()
    visit.settle()
    expect(rows.filter(has_text="FLOOR")).to_have_count(0)


def test_a_rate_that_is_typed_while_another_is_sent(visits: Visits) -> None:
    """What somebody types stays theirs until it is sent."""
    visit = visits.one()
    event = room(visits.house, "open")
    board(visit, event)
    sent: list[Route] = []
    visit.page.route("**/queue/settings", lambda route: kept_by(sent, route))
    rate = visit.page.get_by_role("spinbutton", name="Let in a minute, at most")
    rate.fill("100")
    visit.button("Set the rate").click()
    visit.until(lambda: bool(sent))
    rate.fill("200")
    sent[0].continue_()
    expect(visit.page.get_by_role("status").first).to_have_text("100 a minute are let in at most.")
    for _ in range(2):  # a look that was under way, and one that knows of the new rate
        visit.page.wait_for_event("requestfinished", lambda each: each.url.endswith("/queue/room"))
    visit.settle()
    expect(rate).to_have_value("200")


def test_one_event_is_made_however_long_its_page_takes(visits: Visits) -> None:
    """The form is not pressed again while the next page is on its way."""
    visit = visits.one()
    plan = visit.house.call("POST", "/plans", "olga", msgspec.to_builtins(chamber())).json()["plan"]
    visit.open(visit.house.way_in(f"/board?plan={plan}"))
    visit.page.get_by_label("Name").fill("Dectet")
    # An answer without content leaves the page before where it is, as one does that takes its time.
    visit.page.route("**/board/*/sale", lambda route: route.fulfill(status=204))
    with visit.page.expect_response("**/board/*/sale"):
        visit.button("Make a draft").click()
    visit.settle()
    expect(visit.button("Make a draft")).to_be_disabled()


def test_a_door_judges_while_the_server_lets_it_wait(visits: Visits) -> None:
    """Loaded anew, it proves a ticket before anything was answered."""
    visit = visits.one()
    event = visit.house.event(chamber(), "Quartet")
    ticket = visit.house.tickets(event, ["HALL-A-2"])[0]
    at_door(visit, event)
    visit.see("Kept by this browser")
    visit.page.route(f"**/v1/events/{event}", lambda _route: None)
    visit.page.route("**/v1/checkins", lambda route: route.abort())
    visit.page.reload()
    scan(visit, ticket["code"])
    verdict(visit, "admitted", f"seat {ticket['place']}", "the server is told later")
