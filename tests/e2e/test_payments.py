"""Payments that take time on a real server, whose gateway is killed while they are under way."""

from __future__ import annotations

import asyncio
import os
import signal

import httpx
import psutil

from holdfast.verify import verify
from tests.e2e.world import UNBOUNDED, World, rows_of

METHODS = ("pinned-card", "pinned-slow-card", "pinned-second-step", "pinned-insufficient-funds")
BUYERS = 12
TRIES_MAX = 600


def kill_gateway(world: World) -> None:
    """As an operating system does that has run out of memory."""
    for process in psutil.Process(world.server.pid).children(recursive=True):
        if "holdfast.gateway_process" in " ".join(process.cmdline()):
            os.kill(process.pid, signal.SIGKILL)


async def asked(http: httpx.AsyncClient, method: str, path: str, **more: object) -> httpx.Response:
    """A call that is repeated until a gateway answers it."""
    for _ in range(TRIES_MAX):
        try:
            reply = await http.request(method, path, **more)  # type: ignore[arg-type]  # httpx's own keywords
        except httpx.TransportError:
            await asyncio.sleep(0.05)  # the next gateway is being started
            continue
        if reply.status_code < 500:
            return reply
    raise AssertionError("no gateway answers")


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
            for _ in range(TRIES_MAX):
                if "pending" != (await asked(http, "GET", f"/orders/{order_id}")).json()["status"]:
                    break
                await asyncio.sleep(0.05)  # the keeper of the next gateway is not done
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
