from __future__ import annotations

import pytest
from playwright.sync_api import Route, expect

from engine.payments.payment import Payment
from gateway.paying.ports import BankAway
from gateway.paying.sandbox_bank import SandboxBank
from tests.integration.gateway.tills import come_to_rest
from tests.pages.test_event_states import chamber
from tests.pages.visit import LOOKS, Visit, Visits

ARRIVES_MS = 60_000
"""So long a slow transfer is on its way by the house's clock, which only the test puts forward."""
TRIED_AGAIN_MS = 5_000
"""After so long by its clock a page tries again what had no answer."""
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
    visit.shot("checkout", LOOKS)
    pay(visit, "Card that is accepted")
    visit.see("Booked.")
    codes = visit.page.get_by_role("img", name="Code of the ticket for HALL")
    expect(codes).to_have_count(2)
    expect(codes.first).to_have_js_property("complete", True)
    with visit.page.expect_download() as saved:
        visit.button("All tickets as PDF").click()
    assert saved.value.path().read_bytes().startswith(b"%PDF")
    assert [] == visit.examined()
    visit.shot("tickets", LOOKS)


def test_what_is_missing_is_said_where_it_is_missing(visit: Visit) -> None:
    """The summary has the focus and leads to each field; what was typed stays."""
    to_checkout(visit)
    visit.page.get_by_label("E-mail").fill("nonsense")
    visit.button("Pay").click()
    visit.see("Please check what you entered")
    expect(visit.page.get_by_label("Name")).to_have_attribute("aria-invalid", "true")
    expect(visit.page.get_by_label("E-mail")).to_have_value("nonsense")
    assert [] == visit.examined()
    visit.shot("checkout-faults")


def test_a_declined_card_leaves_the_seats(visits: Visits) -> None:
    """It is said until when they stay, and another card pays for the same."""
    visit = visits.one()
    to_checkout(visit)
    pay(visit, "Card that is declined")
    visit.see("The payment was declined.")
    expect(visit.page.get_by_label("Name")).to_have_value(NAME)
    assert [] == visit.examined()
    visit.shot("declined")
    pay(visit, "Card that is accepted")
    visit.see("Booked.")


def test_a_second_step(visits: Visits) -> None:
    """The bank asks, the buyer confirms, and the tickets come by themselves."""
    visit = visits.one()
    to_checkout(visit)
    pay(visit, "Card that asks for a second step")
    expect(visit.page.get_by_role("heading", name="Your bank asks you")).to_be_focused()
    assert [] == visit.examined()
    visit.shot("second-step")
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
    visit.shot("second-step-declined")


def test_money_that_takes_its_time(visits: Visits, monkeypatch: pytest.MonkeyPatch) -> None:
    """The page says that it waits, and goes on by itself."""
    monkeypatch.setattr("gateway.paying.sandbox_bank.SLOW_MS", ARRIVES_MS)
    visit = visits.one()
    to_checkout(visit)
    pay(visit, "Slow bank transfer")
    visit.see("Waiting for the payment")
    assert [] == visit.examined()
    visit.shot("late-money")
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


def test_a_payment_that_is_on_its_way(visits: Visits) -> None:
    """The button says so; without an answer the page says what it does not know, and asks again."""
    visit = visits.one()
    visit.page.clock.install()
    event = to_checkout(visit)
    kept: list[Route] = []

    def keep_the_first(route: Route) -> None:
        if kept:
            route.abort()
        else:
            kept.append(route)

    visit.page.route("**/v1/orders", keep_the_first)
    pay(visit, "Card that is accepted")
    expect(visit.button("Paying…")).to_be_visible()
    assert [] == visit.examined()
    visit.shot("paying")
    kept[0].abort()
    unknown = visit.page.locator(".banner", has_text="We do not know yet whether that worked.")
    while not unknown.is_visible():
        visit.page.clock.run_for(TRIED_AGAIN_MS)
    assert [] == visit.examined()
    visit.shot("payment-unknown")
    visit.page.unroute("**/v1/orders")
    visit.button("Pay €90.00").click()
    visit.see("Booked.")
    taken = visit.house.call("GET", f"/events/{event}/seats?section=HALL", "bob").json()["sections"]["HALL"]
    assert 2 == taken["sold"]


def test_what_is_paid_already_is_shown_with_its_tickets(visits: Visits) -> None:
    """Whoever goes back to the till, or pays in a second tab, comes to what they have bought."""
    visit = visits.one()
    to_checkout(visit)
    till = visit.page.url.removeprefix(visits.house.url)
    second = visit.context.new_page()
    second.goto(visit.page.url)
    expect(second.get_by_label("Name")).to_be_visible()
    pay(visit, "Card that is accepted")
    visit.see("Booked.")
    order = visit.page.url
    second.get_by_label("Name").fill(NAME)
    second.get_by_label("E-mail").fill(EMAIL)
    second.get_by_role("button", name="Pay €90.00").click()
    expect(second).to_have_url(order)
    visit.open(till)
    expect(visit.page).to_have_url(order)
    visit.see("Booked.")
    visit.shot("already-booked")


def test_on_paper(visits: Visits) -> None:
    """What is printed are the tickets, and nothing that would be pressed."""
    visit = visits.one()
    to_checkout(visit)
    pay(visit, "Card that is accepted")
    visit.see("Booked.")
    expect(visit.page.get_by_role("img", name="Code of the ticket for HALL").first).to_be_visible()
    visit.page.emulate_media(media="print")
    expect(visit.button("Print")).to_be_hidden()
    expect(visit.page.locator(".ticket")).to_have_count(2)
    visit.looks = LOOKS[:1]
    visit.shot("printed")


def test_a_cancelled_order(visits: Visits) -> None:
    """Its page says that its tickets are void, and that the money is back."""
    visit = visits.one()
    to_checkout(visit)
    pay(visit, "Card that is accepted")
    visit.see("Booked.")
    order = visit.page.url.rpartition("/")[2]
    assert visits.house.call("POST", f"/orders/{order}/cancel", "sam", {}, "cancel").is_success
    visit.page.reload()
    visit.see("This order was cancelled.")
    visit.see("The money went back: €90.00.")
    assert [] == visit.examined()
    visit.shot("cancelled")


def test_money_on_its_way_back(visits: Visits, monkeypatch: pytest.MonkeyPatch) -> None:
    """While the bank is away the page says that it waits, and by itself that the money is back."""
    refund, away = SandboxBank.refund, [True]

    async def refund_later(bank: SandboxBank, payment: Payment, number: int) -> None:
        if away:
            raise BankAway("the bank is having a rest")
        await refund(bank, payment, number)

    monkeypatch.setattr(SandboxBank, "refund", refund_later)
    visit = visits.one()
    to_checkout(visit)
    pay(visit, "Card that asks for a second step")
    visit.button("Confirm").click()
    visit.see("Booked.")
    order = visit.page.url.rpartition("/")[2]
    assert visits.house.call("POST", f"/orders/{order}/cancel", "sam", {}, "cancel").is_success
    visit.page.reload()
    visit.see("The money is on its way back: €90.00.")
    assert [] == visit.examined()
    away.clear()
    visits.house.run(come_to_rest(visits.house.world))
    visit.see("The money went back: €90.00.")


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
    stranger.shot("no-tickets")
    stranger.open("/checkout/hld_00000000000000000000000000000000")
    stranger.see("These seats are no longer held for you.")
    assert [] == stranger.examined()
    stranger.shot("no-hold")
