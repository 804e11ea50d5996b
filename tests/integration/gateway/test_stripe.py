"""The way of real money, against a server that stands in for Stripe and remembers."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest

from gateway.paying.stripe_bank import StripeBank
from scripts.services.common import free_ports
from tests.integration.gateway.tills import all_payments, come_to_rest, hold, look
from tests.integration.gateway.world import World
from tests.known_failures.calls import BUYER, shares

# Stripe's library hands bodies to httpx in a way that httpx would like to be another.
pytestmark = pytest.mark.filterwarnings("ignore:Use 'content:DeprecationWarning")
KEY, SECRET = "sk_test_of_this_test", "whsec_of_this_test"
SECOND_STEP = "4000002500003155"
PRICE = 8_900


def free_port() -> int:
    """A port below those that the system hands out, at random: tests in another lane look for one, too."""
    (port,) = free_ports(1)
    return port


@asynccontextmanager
async def stand_in() -> AsyncIterator[httpx.AsyncClient]:
    """The server, from scratch; a client that speaks to it as Stripe's would."""
    port = free_port()
    command = (sys.executable, "-m", "localstripe", "--port", str(port), "--from-scratch")
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(*command, stdout=pipe, stderr=asyncio.subprocess.STDOUT)
    assert process.stdout is not None
    try:
        while b"Running on" not in (line := await process.stdout.readline()):
            assert line, "the server did not start"
        reading = asyncio.ensure_future(process.stdout.read())
        auth = {"Authorization": f"Bearer {KEY}"}
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", headers=auth) as client:
            yield client
    finally:
        process.kill()
        await process.wait()
        await reading


class Inbox:
    """Where the server delivers its webhooks."""

    def __init__(self) -> None:
        self.news: asyncio.Queue[tuple[dict[str, str], bytes]] = asyncio.Queue()

    async def take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")[1:-2]
        headers = {name.lower(): value for name, value in (line.split(": ", 1) for line in head)}
        body = await reader.readexactly(int(headers["content-length"]))
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        await writer.drain()
        writer.close()
        await self.news.put(({"stripe-signature": headers["stripe-signature"]}, body))


@asynccontextmanager
async def house() -> AsyncIterator[tuple[World, httpx.AsyncClient, httpx.AsyncClient, Inbox]]:
    """A gateway that takes money through the server, a buyer, the server and its webhooks."""
    async with stand_in() as server:
        bank, inbox = StripeBank(KEY, SECRET, str(server.base_url).rstrip("/")), Inbox()
        listener = await asyncio.start_server(inbox.take, "127.0.0.1", 0)
        url = f"http://127.0.0.1:{listener.sockets[0].getsockname()[1]}/"
        hook = {"url": url, "secret": SECRET}
        assert 200 == (await server.post("/_config/webhooks/ours", data=hook)).status_code
        try:
            async with World(banks=(bank,)) as world, world.http() as http:
                yield world, http, server, inbox
        finally:
            listener.close()
            await listener.wait_closed()
            await bank.close()


async def pay(http: Any, held: str, method: str, key: str = "pay") -> Any:
    """Begin checkout with Stripe."""
    body = {"hold": held, "buyer": BUYER, "payment": {"provider": "stripe", "method": method}}
    return await http.post("/v1/orders", json=body, headers={"Idempotency-Key": key})


async def money(server: httpx.AsyncClient) -> tuple[int, int]:
    """What the server took, and what it gave back."""
    charges = (await server.get("/v1/charges")).json()["data"]
    refunds = (await server.get("/v1/refunds")).json()["data"]
    taken = sum(charge["amount"] for charge in charges if charge["status"] == "succeeded")
    return taken, sum(refund["amount"] for refund in refunds)


async def test_stripe_from_a_card_to_a_refund() -> None:
    """Approved, and again; refunded in part, and whole with the cancellation: each once at Stripe."""
    async with house() as (world, http, server, _), world.http("organiser", "org") as staff:
        held = await hold(http, world, ["FRONT-A-1"])
        for _ in range(2):
            order = (await pay(http, held, "pm_card_visa")).json()
            assert ("confirmed", "approved") == (order["status"], order["payment"]["status"])
        assert (PRICE, 0) == await money(server)
        for _ in range(2):
            headers = {"Idempotency-Key": "part"}
            path = f"/v1/orders/{order['order']}/refund"
            assert 200 == (await staff.post(path, json={"amount": "9.00"}, headers=headers)).status_code
        assert (PRICE, 900) == await money(server)
        (payment,) = await all_payments(world)
        await world.books.paying.banks[1].refund(payment, 0)
        assert (PRICE, 900) == await money(server)
        path = f"/v1/orders/{order['order']}/cancel"
        gone = (await http.post(path, headers={"Idempotency-Key": "gone"})).json()
        assert ("cancelled", "refunded") == (gone["status"], gone["payment"]["status"])
        assert (PRICE, PRICE) == await money(server)
        assert (12, 0, 0) == shares(world, "FRONT")


async def test_stripe_declines() -> None:
    """The buyer is told, the intent can never be paid any more, and the hold lives on."""
    async with house() as (world, http, server, _):
        held = await hold(http, world, ["FRONT-A-1"])
        refused = await pay(http, held, "pm_card_chargeCustomerFail")
        assert (402, "payment_declined") == (refused.status_code, refused.json()["code"])
        (payment,) = await all_payments(world)
        assert ("released", "card_declined") == (payment.state.value, payment.failure)
        intent = (await server.get(f"/v1/payment_intents/{payment.intent}")).json()
        assert "canceled" == intent["status"]
        assert 201 == (await pay(http, held, "pm_card_visa", "pay-2")).status_code
        assert (PRICE, 0) == await money(server)


async def test_stripe_asks_for_a_second_step_and_tells_of_it() -> None:
    """The news count once, however often and in which order they come, and not with a bad signature."""
    async with house() as (world, http, server, inbox):
        card = {"number": SECOND_STEP, "exp_month": "12", "exp_year": "2040", "cvc": "123"}
        fields = {"type": "card", **{f"card[{name}]": value for name, value in card.items()}}
        method = (await server.post("/v1/payment_methods", data=fields)).json()["id"]
        held = await hold(http, world, ["FRONT-A-1"])
        begun = (await pay(http, held, method)).json()
        assert ("pending", "requires_action") == (begun["status"], begun["payment"]["status"])
        assert {"type": "use_stripe_sdk"} == begun["payment"]["next_action"]
        reference, secret = begun["payment"]["reference"], begun["payment"]["client_secret"]
        step = {"client_secret": secret, "success": "true"}
        done = await server.post(f"/v1/payment_intents/{reference}/_authenticate", data=step)
        assert "succeeded" == done.json()["status"]
        while True:
            headers, body = await inbox.news.get()
            if b"payment_intent.succeeded" in body:
                break
        path = "/v1/payments/stripe/webhook"
        for bad in ({}, {"stripe-signature": "t=1,v1=0"}):
            assert 401 == (await http.post(path, content=body, headers=bad)).status_code
        assert 401 == (await http.post(path, content=body + b" ", headers=headers)).status_code
        for _ in range(3):
            assert 200 == (await http.post(path, content=body, headers=headers)).status_code
        path_of_order = f"/v1/orders/{begun['order']}"
        order = (await http.get(path_of_order)).json()
        assert ("confirmed", "approved") == (order["status"], order["payment"]["status"])
        assert (PRICE, 0) == await money(server)
        gone = await http.post(f"{path_of_order}/cancel", headers={"Idempotency-Key": "gone"})
        assert "refunded" == gone.json()["payment"]["status"]
        for _ in range(2):  # that it was paid is old news by now
            assert 200 == (await http.post(path, content=body, headers=headers)).status_code
        after = (await http.get(path_of_order)).json()
        assert ("cancelled", "refunded") == (after["status"], after["payment"]["status"])
        assert (PRICE, PRICE) == await money(server)


async def test_stripe_is_told_to_stop_when_time_is_up() -> None:
    """A second step that nobody takes: the intent is cancelled before the order ends."""
    async with house() as (world, http, server, _):
        held = await hold(http, world, ["FRONT-A-1"])
        begun = (await pay(http, held, "card")).json()
        assert {"type": "confirm_payment"} == begun["payment"]["next_action"]
        (payment,) = await all_payments(world)
        await look(world, payment.give_up_ms - world.clock.now_ms())
        await come_to_rest(world, 1_000)
        intent = (await server.get(f"/v1/payment_intents/{payment.intent}")).json()
        assert "canceled" == intent["status"]
        assert (0, 0) == await money(server)


@pytest.mark.parametrize("method", ["pm_card_visa", "card"])
async def test_stripe_is_away(method: str) -> None:
    """Nobody listens: the order is pending, and it ends in time without money or seats."""
    bank = StripeBank(KEY, SECRET, "http://127.0.0.1:1")
    async with World(banks=(bank,)) as world, world.http() as http:
        held = await hold(http, world, ["FRONT-A-1"])
        begun = (await pay(http, held, method)).json()
        assert ("pending", "pending") == (begun["status"], begun["payment"]["status"])
        (payment,) = await all_payments(world)
        await look(world, payment.give_up_ms - world.clock.now_ms())
        (payment,) = await all_payments(world)
        assert ("released", 0) == (payment.state.value, payment.captured)
    await bank.close()
