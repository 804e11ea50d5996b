"""Payments that take time on a real server, whose gateway is killed while they are under way."""

from __future__ import annotations

import asyncio
from contextlib import suppress

import httpx
import psutil

from holdfast.verify import verify
from scripts.torture.waits import within
from tests.e2e.world import UNBOUNDED, World, rows_of

METHODS = ("pinned-card", "pinned-slow-card", "pinned-second-step", "pinned-insufficient-funds")
BUYERS = 12
PATIENCE_S = 90.0
LOOK_EVERY_S = 0.05


def kill_gateway(world: World) -> None:
    """As an operating system does that has run out of memory."""
    for process in psutil.Process(world.server.pid).children(recursive=True):
        with suppress(psutil.NoSuchProcess):  # others of the server may just have ended
            if "holdfast.gateway_process" in " ".join(process.cmdline()):
                process.kill()


async def asked(http: httpx.AsyncClient, method: str, path: str, **more: object) -> httpx.Response:
    """A call that is repeated until a gateway answers it."""
    async with within(PATIENCE_S, f"an answer to {method} {path}"):
        while True:
            try:
                reply = await http.request(method, path, **more)  # type: ignore[arg-type]  # httpx's own keywords
            except httpx.TransportError:
                await asyncio.sleep(LOOK_EVERY_S)  # the next gateway is being started
                continue
            if reply.status_code < 500:
                return reply


async def settled(http: httpx.AsyncClient, order: str) -> None:
    """Wait until an order has come to its end: the keeper of some gateway goes on with it."""
    async with within(PATIENCE_S, f"the end of {order}"):
        while "pending" == (await asked(http, "GET", f"/orders/{order}")).json()["status"]:  # noqa: ASYNC110  # as said
            await asyncio.sleep(LOOK_EVERY_S)


async def test_a_killed_gateway_leaves_no_payment_behind(world: World) -> None:
    """Another one goes on: every order ends with seats and money or with neither, to the cent."""
    event = await world.put_on_sale(rows_of(20), limits=UNBOUNDED)
    orders: list[str] = []
    async with world.rest("ann") as http, world.rest("boss", "organiser") as staff:
        for number in range(1, BUYERS + 1):
            method, key = METHODS[number % len(METHODS)], {"Idempotency-Key": f"k-{number}"}
            body = {"event": event, "seats": [f"S-1-{number}"]}
            taken = await asked(http, "POST", "/holds", json=body, headers={"Idempotency-Key": f"h-{number}"})
            assert 201 == taken.status_code, taken.text
            held = taken.json()["hold"]
            buyer = {"name": "Ann", "email": "ann@example.org"}
            pay = {"hold": held, "buyer": buyer, "payment": {"method": method}}
            if number == BUYERS // 2:
                kill_gateway(world)
            reply = await asked(http, "POST", "/orders", json=pay, headers=key)
            if reply.status_code == 402:
                continue
            order = reply.json()
            assert 201 == reply.status_code, order
            orders.append(order["order"])
            if order["payment"]["status"] == "requires_action":
                step = {"client_secret": order["payment"]["client_secret"]}
                await asked(http, "POST", "/payments/sandbox/approve", json=step)
        kill_gateway(world)
        for order_id in orders:
            await settled(http, order_id)
        part = {"Idempotency-Key": "part"}
        refunded = await asked(
            staff, "POST", f"/orders/{orders[0]}/refund", json={"amount": "1.50"}, headers=part
        )
        assert "1.50" == refunded.json()["payment"]["refunded"]["amount"]
        gone = await asked(http, "POST", f"/orders/{orders[1]}/cancel", headers={"Idempotency-Key": "gone"})
        assert "refunded" == gone.json()["payment"]["status"]
    async with world.database() as dsn:
        verdict = await verify(dsn, lambda _streams, _records: None)
    assert () == verdict.breaches
    (takings,) = verdict.takings
    assert (BUYERS, "450.00", "51.50", "400.00", "1.50") == (
        *(takings.payments, takings.captured, takings.refunded),
        *(takings.booked, takings.partly),
    )
