from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import expect

from engine.plan import Category, Plan, Point, Row, Seat, Section
from engine.terms import Limits
from tests.pages.test_event_states import chamber
from tests.pages.visit import LOOKS, Visit, Visits

PAINTED_MS = 1_000
"""After so long by its clock a page has been painted."""
SHORT_MS = 50_000
"""Less than a minute, so that the page warns at once; the house's clock ends it."""


def test_a_server_that_says_nothing(visits: Visits) -> None:
    """The page is there all the same and says that it connects, until it has."""
    visit = visits.one()
    visit.wire.silent = True
    # Its clock stands, so that no connection is given up while the page is looked at.
    visit.page.clock.install()
    visit.page.clock.pause_at(datetime.now(UTC) + timedelta(minutes=1))
    visit.open(f"/e/{visits.house.event(chamber(), 'Quartet')}")
    visit.see("Connecting…")
    visit.page.clock.run_for(PAINTED_MS)
    visit.looks = LOOKS[:1]
    visit.shot("connecting")
    visit.page.clock.resume()
    assert [] == visit.examined()
    visit.wire.silent = False
    visit.wire.cut()
    visit.see("Live", exact=True)


def test_a_server_that_goes_away_is_left_in_silence(visits: Visits) -> None:
    """The page says that it moves, and nothing else changes."""
    visit = visits.one()
    visit.enter(visits.house.event(chamber(), "Quartet"))
    visit.pick("HALL", "B", "4")
    visit.held(1)
    visit.wire.say('{"t":"draining","d":{"reconnect_after_ms":600000}}')
    visit.see("Moving to another server…")
    visit.held(1)
    expect(visit.page.locator(".hall-side .banner")).to_have_count(0)
    assert [] == visit.examined()
    visit.shot("draining")


def test_a_cut_is_mended_and_nothing_is_lost(visits: Visits) -> None:
    """Seats that changed meanwhile are right again, and what is held is still held."""
    visit = visits.one()
    event = visits.house.event(chamber(), "Quartet")
    visit.enter(event)
    visit.pick_known("HALL", "B", "4")
    visit.held(1)
    visit.wire.cut()
    assert 201 == visits.house.hold(event, seats=["HALL-B-7"]).status_code
    visit.see("Live", exact=True)
    expect(visit.seat("7")).to_have_attribute("aria-disabled", "true")
    visit.see("just taken")
    visit.held(1)
    assert [] == visit.examined()


def test_a_hold_whose_answer_was_lost_is_held_once(visits: Visits) -> None:
    """The same key is sent again after the cut, and gets the first outcome."""
    visit = visits.one()
    visit.enter(visits.house.event(chamber(), "Quartet"))
    visit.section("HALL").click()
    visit.row("B").click()
    visit.wire.deaf = True
    visit.seat("4").click()
    expect(visit.seat("4")).to_have_attribute("aria-disabled", "true")
    visit.wire.cut()
    visit.wire.deaf = False
    visit.held(1)
    assert ["HALL, row B, seat 4"] == visit.cart()


def test_old_news_are_called_old(visits: Visits) -> None:
    """After silence the page says as of when it is, and is live again at the first word."""
    visit = visits.one()
    visit.page.clock.install()
    visit.enter(visits.house.event(chamber(), "Quartet"))
    visit.see("72 places free")
    visit.section("HALL").click()
    expect(visit.row("B")).to_contain_text("8 free")  # from here on the page knows its seats
    visit.wire.deaf = True
    visit.silence()
    visit.see("As of ")
    expect(visit.page.locator(".map.dim")).to_be_visible()
    assert [] == visit.examined()
    visit.shot("stale")


@pytest.mark.parametrize(
    ("code", "text", "picture"),
    [
        (4401, "Your session is no longer valid", "stopped-4401"),
        (4403, "This page may not connect", "stopped-4403"),
        (4406, "older than the server", "stopped-4406"),
    ],
)
def test_a_connection_that_ended_for_good(visits: Visits, code: int, text: str, picture: str) -> None:
    """The page says what to do, and does not try again."""
    visit = visits.one()
    visit.enter(visits.house.event(chamber(), "Quartet"))
    visit.wire.close(code)
    visit.see(text)
    expect(visit.button("Load again")).to_be_visible()
    assert [] == visit.examined()
    visit.shot(picture)


def test_a_server_that_stays_away(visits: Visits) -> None:
    """The page says when it tries again, and that what is held is safe until its time."""
    visit = visits.one()
    visit.enter(visits.house.event(chamber(), "Quartet"))
    visit.pick("HALL", "B", "4")
    visit.held(1)
    visit.page.route("**/v1/ticket-keys", lambda route: route.abort())
    visit.wire.refusing = 1013
    visit.wire.cut()
    visit.see("Your seats are safe until")
    assert [] == visit.examined()
    visit.shot("reconnecting")


def test_a_network_without_websockets(visits: Visits) -> None:
    """The page says that it asks every few seconds; others' seats come, and holding works as ever."""
    visit = visits.one()
    visit.wire.refusing = 1006
    event = visits.house.event(chamber(), "Quartet")
    visit.open(f"/e/{event}")
    visit.see("Every few seconds")
    assert [] == visit.examined()
    visit.shot("polling")
    visit.pick_known("HALL", "B", "4")
    visit.held(1)
    assert 201 == visits.house.hold(event, seats=["HALL-B-7"]).status_code
    visit.see("just taken")
    assert 409 == visits.house.hold(event, seats=["HALL-B-4"]).status_code
    visit.button("Give back HALL, row B, seat 4").click()
    visit.held(0)


def test_offline_is_said_at_once(visits: Visits) -> None:
    """Before any connection has noticed."""
    visit = visits.one()
    visit.enter(visits.house.event(chamber(), "Quartet"))
    visit.section("HALL").click()
    expect(visit.row("B")).to_contain_text("8 free")
    visit.context.set_offline(True)
    visit.see("You are offline.")
    assert [] == visit.examined()
    visit.shot("offline")
    visit.context.set_offline(False)
    visit.see("Live", exact=True)


def test_time_that_runs_out(visit: Visit) -> None:
    """Towards the end the cart warns; at the end it says what was lost, and the same seats can be tried."""
    house = visit.house
    event = house.event(chamber(), "Quartet", limits=Limits(hold_ttl_ms=SHORT_MS))
    visit.enter(event)
    visit.pick("HALL", "B", "4")
    visit.held(1)
    visit.see("Your seats go back on sale in less than a minute.")
    assert [] == visit.examined()
    visit.shot("expiring")
    house.later(SHORT_MS)
    # Whoever asks a section for anything has it look at its clock.
    house.hold(event, "eve", seats=["HALL-A-2"]).raise_for_status()
    visit.see("These seats went back on sale: HALL, row B, seat 4.")
    assert [] == visit.examined()
    visit.shot("expired")
    visit.button("Try the same seats").click()
    visit.held(1)


def test_more_time(visits: Visits) -> None:
    """One press moves the deadline."""
    visit = visits.one()
    visit.enter(visits.house.event(chamber(), "Quartet"))
    visit.pick("HALL", "B", "4")
    visit.held(1)
    visit.button("More time").click()
    expect(visit.page.get_by_role("status").first).to_contain_text("You have time until")


def test_two_race_for_the_last_two_seats(visits: Visits) -> None:
    """One has them, the other is told so, and nobody has half of what they wanted."""
    one, other = visits.one(), visits.one("dark", 390)
    event = visits.house.event(chamber(rows="A", seats=2), "Quartet")
    for visit in (one, other):
        visit.enter(event)
        visit.section("HALL").click()
        visit.row("A").click()
        visit.wire.unheard.add("seats.delta")
    one.seat("1").click()
    one.held(1)
    other.seat("1").click()
    other.see("Somebody else took HALL, row A, seat 1 a moment ago")
    other.wire.unheard.clear()
    other.page.locator(".choice").first.click()
    expect(other.page.locator(".cart-item")).to_have_count(1)
    assert ["HALL, row A, seat 2"] == other.cart()


def test_whoever_lost_a_race_holds_a_seat_elsewhere_with_one_press(visits: Visits) -> None:
    """Nothing is left in the section of the seat that was lost: the card offers the best of another one."""
    rows = {"LEFT": 1, "RIGHT": 4}
    sections = tuple(
        Section(
            name,
            (Row("A", tuple(Seat(str(n), 20.0 * n, 40.0 + 60 * at, "gold") for n in range(1, seats + 1))),),
        )
        for at, (name, seats) in enumerate(rows.items())
    )
    plan = Plan("Two sides", (Category("gold", "Gold", price="45.00"),), sections, Point(40.0, 0.0))
    winner, loser = visits.one(), visits.one("dark", 390)
    event = visits.house.event(plan, "Duel")
    for visit in (winner, loser):
        visit.enter(event)
        visit.section("LEFT").click()
        visit.row("A").click()
        visit.wire.unheard.add("seats.delta")
    winner.seat("1").click()
    winner.held(1)
    loser.seat("1").click()
    loser.see("Somebody else took LEFT, row A, seat 1 a moment ago")
    assert [] == loser.examined()
    loser.shot("elsewhere")
    loser.button("Hold the best seat in RIGHT, €45.00 each").click()
    loser.held(1)
    assert loser.cart()[0].startswith("RIGHT, row A")
