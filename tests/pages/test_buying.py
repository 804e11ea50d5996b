from __future__ import annotations

import pytest
from playwright.sync_api import Route, expect

from tests.pages.test_event_states import chamber
from tests.pages.visit import Visit, Visits

ARRIVES_MS = 60_000
"""So long a slow transfer is on its way by the house's clock, which only the test puts forward."""
NAME, EMAIL = "Ada Lovelace", "ada@example.org"


def to_checkout(visit: Visit) -> str:
    """A hold, taken to the till; the event."""
    event = visit.house.event(chamber(), "Quartet")
    visit.enter(event)
    visit.button("Hold best seats").click()
    visit.page.get_by_role("link", name="Check out").click()
    expect(visit.page.get_by_label("Name")).to_be_visible()
    return event


def pay(visit: Visit, method: str) -> None:
    """Fill in and pay by this method."""
    visit.page.get_by_label("Name").fill(NAME)
    visit.page.get_by_label("E-mail").fill(EMAIL)
    visit.page.get_by_label(method).check()
    visit.button("Pay €90.00").click()


def test_from_the_best_seats_to_tickets(visit: Visit) -> None:
    """Two seats are held, paid and shown with their codes."""
    to_checkout(visit)
    assert [] == visit.examined()
    visit.shot("checkout")
    pay(visit, "Card that is accepted")
    visit.see("Booked.")
    codes = visit.page.get_by_role("img", name="Code of the ticket for HALL")
    expect(codes).to_have_count(2)
    expect(codes.first).to_have_js_property("complete", True)
    with visit.page.expect_download() as saved:
        visit.button("All tickets as PDF").click()
    assert saved.value.path().read_bytes().startswith(b"%PDF")
    assert [] == visit.examined()
    visit.shot("tickets")


def test_what_is_missing_is_said_where_it_is_missing(visit: Visit) -> None:
    """The summary has the focus and leads to each field; what was typed stays."""
    to_checkout(visit)
    visit.page.get_by_label("E-mail").fill("nonsense")
    visit.button("Pay").click()
    visit.see("Please check what you entered")
    expect(visit.page.get_by_label("Name")).to_have_attribute("aria-invalid", "true")
    expect(visit.page.get_by_label("E-mail")).to_have_value("nonsense")
    assert [] == visit.examined()


def test_a_declined_card_leaves_the_seats(visits: Visits) -> None:
    """It is said until when they stay, and another card pays for the same."""
    visit = visits.one()
    to_checkout(visit)
    pay(visit, "Card that is declined")
    visit.see("The payment was declined.")
    expect(visit.page.get_by_label("Name")).to_have_value(NAME)
    assert [] == visit.examined()
    pay(visit, "Card that is accepted")
    visit.see("Booked.")


def test_a_second_step(visits: Visits) -> None:
    """The bank asks, the buyer confirms, and the tickets come by themselves."""
    visit = visits.one()
    to_checkout(visit)
    pay(visit, "Card that asks for a second step")
    expect(visit.page.get_by_role("heading", name="Your bank asks you")).to_be_focused()
    assert [] == visit.examined()
    visit.button("Confirm").click()
    visit.see("Booked.")


def test_a_second_step_that_is_declined(visits: Visits) -> None:
    """The order ends, and says why."""
    visit = visits.one()
    to_checkout(visit)
    pay(visit, "Card that asks for a second step")
    visit.button("Decline").click()
    visit.see("The payment was declined.")
    assert [] == visit.examined()


def test_money_that_takes_its_time(visits: Visits, monkeypatch: pytest.MonkeyPatch) -> None:
    """The page says that it waits, and goes on by itself."""
    monkeypatch.setattr("gateway.paying.sandbox_bank.SLOW_MS", ARRIVES_MS)
    visit = visits.one()
    to_checkout(visit)
    pay(visit, "Slow bank transfer")
    visit.see("Waiting for the payment")
    assert [] == visit.examined()
    visit.house.later(ARRIVES_MS)
    visit.see("Booked.")


def test_a_payment_whose_answer_was_lost_is_made_once(visits: Visits) -> None:
    """The page asks again under its key: one order, one payment."""
    visit = visits.one()
    to_checkout(visit)
    lost: list[str] = []

    def lose_the_first(route: Route) -> None:
        if lost:
            route.continue_()
            return
        lost.append(route.fetch().json()["order"])
        route.abort()

    visit.page.route("**/v1/orders", lose_the_first)
    pay(visit, "Card that is accepted")
    visit.see("Booked.")
    assert visit.page.url.endswith(lost[0])


def test_a_cancelled_order(visits: Visits) -> None:
    """Its page says that its tickets are void."""
    visit = visits.one()
    to_checkout(visit)
    pay(visit, "Card that is accepted")
    visit.see("Booked.")
    order = visit.page.url.rpartition("/")[2]
    assert visits.house.call("POST", f"/orders/{order}/cancel", "sam", {}, "cancel").is_success
    visit.page.reload()
    visit.see("This order was cancelled.")
    assert [] == visit.examined()


def test_other_peoples_things_are_not_there(visits: Visits) -> None:
    """Neither an order nor a hold of somebody else."""
    visit = visits.one()
    to_checkout(visit)
    pay(visit, "Card that is accepted")
    visit.see("Booked.")
    stranger = visits.one("dark", 390)
    stranger.open(visit.page.url.removeprefix(visits.house.url))
    stranger.see("There is no such order for you.")
    assert [] == stranger.examined()
    stranger.open("/checkout/hld_00000000000000000000000000000000")
    stranger.see("These seats are no longer held for you.")
    assert [] == stranger.examined()
