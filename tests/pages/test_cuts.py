"""Connections that break in the middle of a hold and of a payment, each time elsewhere.

`HOLDFAST_CUTS=100` plays a hundred of each.
"""

from __future__ import annotations

import os
import random
from collections.abc import Callable

import pytest
from playwright.sync_api import Route, expect

from tests.pages.house import House
from tests.pages.test_buying import EMAIL, NAME
from tests.pages.test_event_states import chamber
from tests.pages.visit import Visit, Visits

CUTS = int(os.environ.get("HOLDFAST_CUTS", "3"))
CUTS_IN_A_ROW_MAX = 3


def standing(house: House, event: str) -> tuple[int, int]:
    """How many seats of the hall are held and how many sold, as the server has it."""
    hall = house.call("GET", f"/events/{event}/seats?section=HALL", "bob").json()["sections"]["HALL"]
    return hall["held"], hall["sold"]


def take(visit: Visit) -> None:
    """Press the seat in the list."""
    visit.seat("4").click()


def give_back(visit: Visit) -> None:
    """Press the cross beside the seat in the cart."""
    visit.button("Give back HALL, row B, seat 4").click()


PRESSES: tuple[tuple[Callable[[Visit], None], int], ...] = ((take, 1), (give_back, 0))
"""What is pressed, and how many lines the cart has then."""


@pytest.mark.parametrize("seed", range(CUTS))
def test_a_cut_during_a_hold_ends_in_the_truth(visits: Visits, seed: int) -> None:
    """What the page says is held is held, once; what it gives back is free."""
    rng = random.Random(seed)
    visit = visits.one()
    event = visits.house.event(chamber(), "Quartet")
    visit.enter(event)
    visit.section("HALL").click()
    visit.row("B").click()
    expect(visit.seat("4")).to_be_enabled()
    for press, held in PRESSES:
        # The server does not hear, the page does not, or neither.
        visit.wire.dumb, visit.wire.deaf = rng.choice(((True, False), (False, True), (True, True)))
        press(visit)
        visit.wire.cut()
        visit.wire.dumb = visit.wire.deaf = False
        visit.held(held)
        visit.see("Live", exact=True)
        assert (held, 0) == standing(visits.house, event)
    assert [] == visit.complaints


@pytest.mark.parametrize("seed", range(CUTS))
def test_a_cut_during_a_payment_ends_in_the_truth(visits: Visits, seed: int) -> None:
    """However often the question or its answer is lost: two tickets, one order, paid once."""
    rng = random.Random(seed)
    visit = visits.one()
    event = visits.house.event(chamber(), "Quartet")
    visit.enter(event)
    visit.button("Hold best seats").click()
    visit.page.get_by_role("link", name="Check out").click()
    visit.page.get_by_label("Name").fill(NAME)
    visit.page.get_by_label("E-mail").fill(EMAIL)
    cuts = [rng.random() < 0.5 for _ in range(rng.randint(1, CUTS_IN_A_ROW_MAX))]
    orders: set[str] = set()

    def lose(route: Route) -> None:
        heard = cuts.pop() if cuts else None
        if heard is None:
            route.continue_()
            return
        if heard:
            orders.add(route.fetch().json()["order"])
        route.abort()

    visit.page.route("**/v1/orders", lose)
    visit.button("Pay €90.00").click()
    visit.see("Booked.")
    expect(visit.page.locator(".ticket")).to_have_count(2)
    assert orders <= {visit.page.url.rpartition("/")[2]}
    assert (0, 2) == standing(visits.house, event)
    assert [] == visit.complaints
