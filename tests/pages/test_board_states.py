from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest
from playwright.sync_api import expect

from tests.integration.gateway.people import PASSWORD, Person
from tests.integration.gateway.test_organisers import admin
from tests.pages.house import House
from tests.pages.test_account import code_of
from tests.pages.test_board import board, figure
from tests.pages.test_event_states import chamber
from tests.pages.visit import LOOKS, Visit, Visits


async def empty_house(house: House, email: str) -> Person:
    """Somebody's house without an event."""
    owner = await Person(house.world, email).register()
    body = {"name": "Her house", "owner": owner.tokens["account"]}
    await (await admin(house.world)).post("/organisers", **body)
    await owner.refresh()
    return owner


async def new_house(house: House, email: str) -> str:
    """Somebody's house with an event of its own; the event."""
    owner = await empty_house(house, email)
    plan = await owner.post("/plans", **msgspec.to_builtins(chamber()))
    event: dict[str, Any] = await owner.post("/events", name="Her night", plan=plan["plan"])
    return str(event["event"])


def test_signing_in(visit: Visit) -> None:
    """Whoever is nobody yet signs in with address and password, and is where they wanted to be."""
    email = f"ada-{visit.scheme}-{visit.width}@example.org"
    event = visit.house.run(new_house(visit.house, email))
    visit.open(f"/board/{event}")
    visit.page.get_by_label("E-mail").fill(email)
    visit.page.get_by_label("Password").fill("wrong")
    visit.button("Sign in").click()
    visit.see("Address and password do not fit together.")
    assert [] == visit.examined()
    visit.shot("house-sign-in", LOOKS)
    visit.page.get_by_label("Password").fill(PASSWORD)
    visit.button("Sign in").click()
    visit.see("No sale yet.")
    assert [] == visit.examined()
    visit.shot("board-no-sale")
    visit.page.reload()
    visit.see("Not announced yet")
    with visit.page.expect_navigation():
        visit.button("Sign out").click()
    expect(visit.button("Sign in")).to_be_visible()


def test_signing_in_with_a_code(visits: Visits) -> None:
    """Without a password a code comes by mail; a house that has no event yet says so."""
    visit = visits.one()
    email = "eva@example.org"
    visit.house.run(empty_house(visit.house, email))
    visit.open("/board")
    visit.page.get_by_label("E-mail").fill(email)
    visit.button("Sign in").click()
    visit.see("We have sent a code to this address.")
    assert [] == visit.examined()
    visit.shot("house-sign-in-code")
    visit.page.get_by_label("Code").fill(code_of(visit))
    visit.button("Sign in").click()
    visit.see("There are no events yet.")
    assert [] == visit.examined()
    visit.shot("events-empty")


def test_before_the_house_is_there(visits: Visits) -> None:
    """While the plan is on its way the page says so; where the server cannot be reached, what to do."""
    visit = visits.one()
    event = visit.house.event(chamber(), "Quartet")
    visit.page.route("**/plan?layout=columns", lambda _route: None)
    visit.open(visit.house.way_in(f"/board/{event}"))
    visit.see("One moment…")
    assert [] == visit.examined()
    visit.shot("board-connecting")
    visit.page.unroute("**/plan?layout=columns")
    visit.page.route(f"**/v1/events/{event}", lambda route: route.abort())
    visit.page.reload()
    visit.see("The server cannot be reached")
    assert [] == visit.examined()
    visit.shot("board-failed")
    visit.page.unroute(f"**/v1/events/{event}")
    visit.button("Load again").click()
    visit.see("Live", exact=True)


def test_what_others_may_not_see(visits: Visits) -> None:
    """An event that there is not, and figures for who only buys."""
    visit = visits.one()
    visit.open(visit.house.way_in("/board/evt_00000000000000000000000000000000"))
    visit.see("There is no event by this address.")
    assert [] == visit.examined()
    visit.shot("board-missing")
    visit = visits.one()
    event = visit.house.event(chamber(), "Quartet")
    visit.open(visit.house.way_in(f"/board/{event}", "bob"))
    visit.see("You may not do this here.")
    assert [] == visit.examined()
    visit.shot("board-refused")


def test_a_session_that_ended(visits: Visits) -> None:
    """A token that is not good leads to the sign-in, which says why."""
    visit = visits.one()
    event = visit.house.event(chamber(), "Quartet")
    visit.open(f"/board/{event}#token=nothing")
    visit.see("Your session has ended.")
    expect(visit.page.get_by_label("E-mail")).to_be_visible()
    assert [] == visit.examined()
    visit.shot("house-session-ended")


def test_a_cut_and_its_end(visits: Visits) -> None:
    """It comes back by itself and the map is right again; a server that goes away is left in silence."""
    visit = visits.one()
    event = visit.house.event(chamber(), "Quartet")
    board(visit, event)
    visit.wire.cut()
    assert 201 == visit.house.hold(event, seats=["HALL-B-7"]).status_code
    visit.see("Live", exact=True)
    expect(figure(visit, "held")).to_have_text("1")
    visit.wire.say('{"t":"draining","d":{"reconnect_after_ms":600000}}')
    visit.see("Moving to another server…")
    assert [] == visit.examined()
    visit.shot("board-draining")


def test_a_server_that_stays_away(visits: Visits) -> None:
    """The page says that it tries again, and marks what it shows as old; then it asks every few seconds."""
    visit = visits.one("dark", 390)
    board(visit, visit.house.event(chamber(), "Quartet"))
    # Without this it asks every few seconds as soon as three sockets were refused, which is soon.
    visit.page.route("**/v1/ticket-keys", lambda route: route.abort())
    visit.wire.refusing = 1013
    visit.wire.cut()
    visit.see("The connection was lost.")
    expect(visit.page.locator(".map.dim")).to_be_visible()
    visit.shot("board-reconnecting")
    assert [] == visit.examined()
    visit.page.unroute("**/v1/ticket-keys")
    visit.see("Every few seconds")
    visit.shot("board-polling")


@pytest.mark.parametrize(
    ("code", "text", "shot"),
    [
        (4401, "no longer valid", "board-stopped-4401"),
        (4406, "older than the server", "board-stopped-4406"),
    ],
)
def test_a_connection_that_ended_for_good(visits: Visits, code: int, text: str, shot: str) -> None:
    """The page says what to do."""
    visit = visits.one()
    board(visit, visit.house.event(chamber(), "Quartet"))
    visit.wire.close(code)
    visit.see(text)
    expect(visit.button("Load again")).to_be_visible()
    assert [] == visit.examined()
    visit.shot(shot)


def test_old_news_and_no_network(visits: Visits) -> None:
    """Silence is told as of when; being offline at once."""
    visit = visits.one()
    visit.page.clock.install()
    visit.open(visit.house.way_in(f"/board/{visit.house.event(chamber(), 'Quartet')}"))
    visit.see("Live", exact=True)
    visit.wire.deaf = True
    visit.silence()
    expect(visit.page.locator(".pill")).to_contain_text("As of ")
    visit.shot("board-stale")
    assert [] == visit.examined()
    visit.wire.deaf = False
    visit.context.set_offline(True)
    visit.see("You are offline.")
    assert [] == visit.examined()
    visit.shot("board-offline")
    visit.context.set_offline(False)


@pytest.mark.parametrize(
    ("report", "words", "shot"),
    [
        ({"ready": True, "obstacles": [], "degraded": ["broker"]}, "The sale goes on.", "board-degraded"),
        (
            {"ready": False, "obstacles": ["the database cannot be reached"], "degraded": []},
            "the database cannot be reached",
            "board-cannot-sell",
        ),
    ],
)
def test_a_part_that_is_not_well(visits: Visits, report: dict[str, Any], words: str, shot: str) -> None:
    """Which one, since when, and whether the sale goes on."""
    visit = visits.one()
    event = visit.house.event(chamber(), "Quartet")
    told, status = json.dumps(report), 200 if report["ready"] else 503
    visit.page.route("**/readyz", lambda route: route.fulfill(status=status, body=told))
    board(visit, event)
    visit.see(words)
    visit.see("since")
    assert [] == visit.examined()
    visit.shot(shot)


def test_a_rehearsal_looks_like_one(visits: Visits) -> None:
    """An event that is for trying out has a striped frame, and says so."""
    visit = visits.one()
    plan = visit.house.call("POST", "/plans", "olga", msgspec.to_builtins(chamber())).json()["plan"]
    body = {"name": "Rehearsal", "plan": plan, "mode": "test"}
    event = visit.house.call("POST", "/events", "olga", body).json()["event"]
    visit.house.call("POST", f"/events/{event}/open", "olga").raise_for_status()
    board(visit, event)
    visit.see("Rehearsal: nothing here is sold for money.")
    assert [] == visit.examined()
    visit.shot("board-rehearsal")


def test_german(visits: Visits) -> None:
    """The whole board, with its dialog."""
    visit = visits.one()
    visit.open(visit.house.way_in(f"/board/{visit.house.event(chamber(), 'Quartett')}?lang=de"))
    visit.see("Verkauf anhalten")
    visit.button("Verkauf anhalten").click()
    visit.see("Den Verkauf anhalten?")
    assert [] == visit.examined()
    visit.shot("board-german")
