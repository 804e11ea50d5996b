"""A card at the checkout, against a server that stands in for Stripe and for its script."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from threading import Thread
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, Route, expect

from gateway.paying.stripe_bank import StripeBank
from gateway.stripe_page import StripePage
from tests.integration.gateway.test_stripe import KEY, SECOND_STEP, SECRET, free_port
from tests.pages.house import House
from tests.pages.test_buying import EMAIL, NAME, to_checkout
from tests.pages.visit import Visit, Visits

pytestmark = pytest.mark.filterwarnings("ignore:Use 'content:DeprecationWarning")
MISSING = """
const make = Stripe;
window.Stripe = key => ({...make(key), createPaymentMethod: async ({card, billing_details}) =>
  ({paymentMethod: {id: await window.methodOf(card.value.card, billing_details)}})});
"""
"""The one call that the script of the stand-in lacks; what was typed into its fields is what is paid with."""


@pytest.fixture(scope="module")
def stripe(browser: Browser) -> Iterator[httpx.Client]:
    """The stand-in, from scratch; a client that speaks to it as the house does."""
    port = free_port()
    command = (sys.executable, "-m", "localstripe", "--port", str(port), "--from-scratch")
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    assert process.stdout is not None
    for line in process.stdout:
        if b"Running on" in line:
            break
    rest = Thread(target=process.stdout.read)
    rest.start()
    url, own = f"http://127.0.0.1:{port}", {"Authorization": f"Bearer {KEY}"}
    with httpx.Client(base_url=url, headers=own, trust_env=False) as client:
        yield client
    process.kill()
    process.wait()
    rest.join()
    process.stdout.close()


@pytest.fixture(scope="module")
def house(stripe: httpx.Client) -> Iterator[House]:
    """A gateway that takes cards."""
    url = str(stripe.base_url).rstrip("/")
    bank = StripeBank(KEY, SECRET, url)
    with House(banks=(bank,), stripe=StripePage("pk_test_of_this_test", url)) as running:
        yield running
        running.run(bank.close())


def ready(visit: Visit, stripe: httpx.Client) -> None:
    """Have the script know its missing call, and go to the till."""

    def method_of(card: dict[str, Any], billing: dict[str, Any]) -> str:
        assert {"name": NAME, "email": EMAIL} == billing
        fields = {"type": "card"} | {f"card[{name}]": value for name, value in card.items()}
        made: str = stripe.post("/v1/payment_methods", data=fields).raise_for_status().json()["id"]
        return made

    def whole(route: Route) -> None:
        script = route.fetch()
        route.fulfill(response=script, body=script.text() + MISSING)

    visit.page.expose_function("methodOf", method_of)
    visit.page.route("**/js.stripe.com/v3/", whole)
    to_checkout(visit)


def pay(visit: Visit, number: str) -> None:
    """Type a card and pay by it."""
    visit.page.get_by_label("Name").fill(NAME)
    visit.page.get_by_label("E-mail").fill(EMAIL)
    card = {"number": number, "exp_month": "12", "exp_year": "40", "cvc": "123", "postal_code": "8010"}
    for name, value in card.items():
        visit.page.get_by_placeholder(name, exact=True).fill(value)
    visit.button("Pay €90.00").click()


def test_a_card_is_paid_by(visits: Visits, stripe: httpx.Client) -> None:
    """The number goes to Stripe, the money comes, and the tickets are there."""
    visit = visits.one()
    ready(visit, stripe)
    pay(visit, "4242424242424242")
    visit.see("Booked.")
    charges = stripe.get("/v1/charges").json()["data"]
    assert [9_000] == [each["amount"] for each in charges if each["status"] == "succeeded"]
    assert [] == visit.examined()


def test_the_bank_asks(visits: Visits, stripe: httpx.Client) -> None:
    """Stripe's script asks on the page of the tickets, and the order goes on by itself."""
    visit = visits.one()
    ready(visit, stripe)
    pay(visit, SECOND_STEP)
    expect(visit.page.get_by_role("heading", name="Your bank asks you")).to_be_focused()
    assert [] == visit.examined()
    visit.shot("stripe-asks")
    visit.button("Confirm", exact=True).click()
    visit.button("Complete authentication").click()
    visit.see("Booked.")


def test_a_card_that_is_declined(visits: Visits, stripe: httpx.Client) -> None:
    """The seats stay, and another card pays for them."""
    visit = visits.one()
    ready(visit, stripe)
    pay(visit, "4000000000000341")
    visit.see("The payment was declined.")
    pay(visit, "4242424242424242")
    visit.see("Booked.")


def test_stripe_is_away(visits: Visits, stripe: httpx.Client) -> None:
    """The page says so, and that the seats stay."""
    visit = visits.one()
    visit.page.route("**/js.stripe.com/v3/", lambda route: route.abort())
    to_checkout(visit)
    visit.see("The form for cards could not be loaded.")
    assert [] == visit.examined()
    visit.shot("stripe-away")
