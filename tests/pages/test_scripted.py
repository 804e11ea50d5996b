"""What may happen between a press and its answer, in runs by chance: the page says what is so afterwards.

`HOLDFAST_CUTS=100` plays a hundred, a sixth of each kind; a run is played again by its number.
"""

from __future__ import annotations

import os
import random
from collections.abc import Callable
from functools import partial
from typing import Literal

import pytest
from playwright.sync_api import expect

from engine.terms import Limits
from tests.pages.house import House
from tests.pages.test_buying import EMAIL, NAME
from tests.pages.test_connection_states import SHORT_MS
from tests.pages.test_cuts import standing
from tests.pages.test_event_states import chamber
from tests.pages.visit import Visit, Visits

RUNS = int(os.environ.get("HOLDFAST_CUTS", "6"))
GIVEN_UP_MS = 21_000
"""After so long the page gives up to wait for a command's answer."""
Lost = Literal["dumb", "deaf"]
DRAINED = '{"t":"draining","d":{"reconnect_after_ms":100}}'


def at_row(visit: Visit, event: str, row: str) -> None:
    """Open an event and one of its rows."""
    visit.enter(event)
    visit.section("HALL").click()
    visit.row(row).click()


def cut(visit: Visit, event: str, row: str, seat: str, *, before: Lost) -> None:
    """The connection breaks before the server has heard (`dumb`), or before the page has (`deaf`)."""
    at_row(visit, event, row)
    setattr(visit.wire, before, True)
    visit.seat(seat).click()
    visit.wire.cut()
    setattr(visit.wire, before, False)
    visit.held(1)


def drain(visit: Visit, event: str, row: str, seat: str) -> None:
    """The server asks everybody to go elsewhere while the answer is on its way."""
    at_row(visit, event, row)
    visit.wire.keep()
    visit.seat(seat).click()
    expect(visit.seat(seat)).to_have_attribute("aria-disabled", "true")
    visit.wire.say(DRAINED)
    visit.wire.deliver()
    visit.held(1)


def expiry(visit: Visit, event: str, row: str, seat: str) -> None:
    """The hold's time runs out; the page says which seat went, and it can be had again."""
    at_row(visit, event, row)
    visit.seat(seat).click()
    visit.held(1)
    visit.house.later(SHORT_MS)
    # Whoever asks a section for anything has it look at its clock; asking in vain changes nothing else.
    assert 409 == visit.house.hold(event, "eve", seats=["HALL-D-8"]).status_code
    visit.see(f"These seats went back on sale: HALL, row {row}, seat {seat}.")
    visit.held(0)
    visit.button("Try the same seats").click()
    visit.held(1)


def unknown(visit: Visit, event: str, row: str, seat: str) -> None:
    """No answer comes in time, which the page says; once it can it asks, and has what it wished for."""
    visit.page.clock.install()
    at_row(visit, event, row)
    visit.wire.deaf = True
    visit.seat(seat).click()
    visit.page.clock.run_for(GIVEN_UP_MS)
    expect(visit.page.locator(".banner", has_text="We do not know yet whether that worked.")).to_be_visible()
    visit.shot("outcome-unknown")
    visit.wire.deaf = False
    visit.wire.cut()
    visit.held(1)
    expect(visit.page.locator(".banner", has_text="We do not know yet")).to_have_count(0)


def double_click(visit: Visit, event: str, row: str, seat: str) -> None:
    """A seat is pressed twice before there is an answer: it is held, and not given back."""
    at_row(visit, event, row)
    visit.wire.keep()
    visit.seat(seat).dblclick()
    visit.wire.deliver()
    visit.held(1)


Script = Callable[[Visit, str, str, str], None]
CUTS = (partial(cut, before="dumb"), partial(cut, before="deaf"))
SCRIPTS: tuple[Script, ...] = (*CUTS, drain, expiry, unknown, double_click)


@pytest.mark.parametrize("run", range(RUNS))
def test_the_page_says_what_is_so(visits: Visits, run: int) -> None:
    """Held once, neither lost nor doubled, and the cart names the very seat."""
    chance, script = random.Random(run), SCRIPTS[run % len(SCRIPTS)]
    visit, house = visits.one(), visits.house
    limits = Limits(hold_ttl_ms=SHORT_MS) if script is expiry else Limits()
    event = house.event(chamber(), "Quartet", limits=limits)
    row, seat = chance.choice("ABC"), str(chance.randint(1, 8))
    others(house, event)
    script(visit, event, row, seat)
    visit.see("Live", exact=True)
    assert [f"HALL, row {row}, seat {seat}"] == visit.cart()
    assert (1, 1) == standing(house, event)
    assert [] == visit.complaints


def others(house: House, event: str) -> None:
    """Somebody has bought the last seat of the last row."""
    hold = house.hold(event, seats=["HALL-D-8"]).raise_for_status().json()["hold"]
    body = {"hold": hold, "buyer": {"name": NAME, "email": EMAIL}}
    house.call("POST", "/orders", "bob", body, hold).raise_for_status()
