from __future__ import annotations

from typing import Any

import msgspec
import pytest
from playwright.sync_api import expect

from tests.integration.gateway.people import PASSWORD, Person
from tests.integration.gateway.test_organisers import admin
from tests.pages.house import House
from tests.pages.test_board import board, figure
from tests.pages.test_event_states import chamber
from tests.pages.visit import Visit, Visits


async def new_house(house: House, email: str) -> str:
    """Somebody's house with an event of its own; the event."""
    owner = await Person(house.world, email).register()
    body = {"name": "Her house", "owner": owner.tokens["account"]}
    await (await admin(house.world)).post("/organisers", **body)
    await owner.refresh()
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
    visit.shot("house-sign-in")
    visit.page.get_by_label("Password").fill(PASSWORD)
    visit.button("Sign in").click()
    visit.see("No sale yet.")
    assert [] == visit.examined()
    visit.page.reload()
    visit.see("Not announced yet")
    with visit.page.expect_navigation():
        visit.button("Sign out").click()
    expect(visit.button("Sign in")).to_be_visible()


def test_what_others_may_not_see(visits: Visits) -> None:
    """An event that there is not, and figures for who only buys."""
    visit = visits.one()
    visit.open(visit.house.way_in("/board/evt_00000000000000000000000000000000"))
    visit.see("There is no event by this address.")
    assert [] == visit.examined()
    visit = visits.one()
    event = visit.house.event(chamber(), "Quartet")
    visit.open(visit.house.way_in(f"/board/{event}", "bob"))
    visit.see("You may not do this here.")
    assert [] == visit.examined()


def test_a_session_that_ended(visits: Visits) -> None:
    """A token that is not good leads to the sign-in, which says why."""
    visit = visits.one()
    event = visit.house.event(chamber(), "Quartet")
    visit.open(f"/board/{event}#token=nothing")
    visit.see("Your session has ended.")
    expect(visit.page.get_by_label("E-mail")).to_be_visible()
    assert [] == visit.examined()


def test_a_cut_and_its_end(visits: Visits) -> None:
    """The connection comes back by itself, and the map is right again."""
    visit = visits.one()
    event = visit.house.event(chamber(), "Quartet")
    board(visit, event)
    visit.wire.cut()
    assert 201 == visit.house.hold(event, seats=["HALL-B-7"]).status_code
    visit.see("Live", exact=True)
    expect(figure(visit, "held")).to_have_text("1")


def test_a_server_that_stays_away(visits: Visits) -> None:
    """The page says that it tries again, and marks what it shows as old."""
    visit = visits.one("dark", 390)
    board(visit, visit.house.event(chamber(), "Quartet"))
    visit.wire.refusing = 1013
    visit.wire.cut()
    visit.see("The connection was lost.")
    expect(visit.page.locator(".map.dim")).to_be_visible()
    assert [] == visit.examined()
    visit.shot("board-reconnecting")


@pytest.mark.parametrize(("code", "text"), [(4401, "no longer valid"), (4406, "older than the server")])
def test_a_connection_that_ended_for_good(visits: Visits, code: int, text: str) -> None:
    """The page says what to do."""
    visit = visits.one()
    board(visit, visit.house.event(chamber(), "Quartet"))
    visit.wire.close(code)
    visit.see(text)
    expect(visit.button("Load again")).to_be_visible()
    assert [] == visit.examined()


def test_old_news_and_no_network(visits: Visits) -> None:
    """Silence is told as of when; being offline at once."""
    visit = visits.one()
    visit.page.clock.install()
    visit.open(visit.house.way_in(f"/board/{visit.house.event(chamber(), 'Quartet')}"))
    visit.see("Live", exact=True)
    visit.wire.deaf = True
    visit.silence()
    expect(visit.page.locator(".pill")).to_contain_text("As of ")
    assert [] == visit.examined()
    visit.wire.deaf = False
    visit.context.set_offline(True)
    visit.see("You are offline.")
    assert [] == visit.examined()
    visit.context.set_offline(False)


def test_a_part_that_is_not_well(visits: Visits) -> None:
    """Which one and since when; the sale goes on."""
    visit = visits.one()
    event = visit.house.event(chamber(), "Quartet")
    report = '{"ready": true, "obstacles": [], "degraded": ["redis"], "parts": {"redis": "away"}}'
    visit.page.route("**/readyz", lambda route: route.fulfill(body=report, content_type="application/json"))
    board(visit, event)
    visit.see("Not well since")
    visit.see("redis")
    assert [] == visit.examined()


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
