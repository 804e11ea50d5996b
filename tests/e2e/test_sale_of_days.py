"""An on-sale of four days on a real server in test mode, played in seconds."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from bench.server_process import ServerProcess
from gateway.access.auth import Role, issue_token
from holdfast.verify import verify
from scripts.torture.waits import within
from tests.databases import temporary_directory
from tests.e2e.world import World, random_port, rows_of

HOUR_MS = 3_600_000
DAY_S = 86_400
PATIENCE_S = 90.0


class Calendar:
    """The organiser's hand on the clock, and callers whose tokens are good for days."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.organiser = self.caller("organiser", "organiser", 30)

    def caller(self, who: str, role: Role = "buyer", days: int = 3) -> httpx.AsyncClient:
        token = issue_token(self.world.server.secret, who, role, days * DAY_S)
        headers = {"Authorization": f"Bearer {token}"}
        return httpx.AsyncClient(base_url=f"{self.world.server.url}/v1", headers=headers, timeout=60)

    async def advance(self, hours: float) -> None:
        body = {"by_ms": round(hours * HOUR_MS)}
        (await self.organiser.post("/test/clock/advance", json=body)).raise_for_status()


async def seen(http: httpx.AsyncClient, path: str, good: Callable[[dict[str, Any]], object]) -> Any:
    """What a call says once it is as it is to be."""
    async with within(PATIENCE_S, f"{path} to be as it is to be"):
        while not good(said := (await http.get(path)).json()):  # noqa: ASYNC110  # due once a second
            await asyncio.sleep(0.05)
        return said


async def held(http: httpx.AsyncClient, event: str, seat: str, queue_pass: str, key: str) -> httpx.Response:
    """Ask for a seat."""
    body = {"event": event, "seats": [seat], "pass": queue_pass}
    return await http.post("/holds", json=body, headers={"Idempotency-Key": key})


async def paid(http: httpx.AsyncClient, hold: str, method: str, key: str) -> Any:
    """Begin checkout."""
    buyer = {"name": "Ann", "email": "ann@example.org"}
    body = {"hold": hold, "buyer": buyer, "payment": {"provider": "sandbox", "method": method}}
    return (await http.post("/orders", json=body, headers={"Idempotency-Key": key})).json()


async def play(world: World) -> None:
    """The evening before, the opening, and three days after it."""
    calendar = Calendar(world)
    opens_at = datetime.now(UTC) + timedelta(hours=19.9)
    queue = {
        "mode": "random",
        "opens_at": opens_at.isoformat(),
        "grace_ms": 24 * HOUR_MS,
        "draw_ms": 1_000,
        "pass_ttl_ms": 12 * HOUR_MS,
    }
    event = await world.put_on_sale(
        rows_of(4), queue=queue, limits={"hold_ttl_ms": 6 * HOUR_MS, "hold_life_max_ms": 6 * HOUR_MS}
    )
    place = f"/events/{event}/queue"
    (await calendar.organiser.post(f"{place}/gather")).raise_for_status()
    ann, bob = calendar.caller("ann"), calendar.caller("bob")
    for who in (ann, bob):
        (await who.post(place, json={})).raise_for_status()
    assert "pre-queue" == (await ann.get(place)).json()["phase"]
    await calendar.advance(20)  # less than a place is kept without a sign of life
    passes = [(await seen(who, place, lambda said: said.get("pass")))["pass"] for who in (ann, bob)]
    hold = (await held(ann, event, "S-1-1", passes[0], "h1")).json()["hold"]
    assert 409 == (await held(bob, event, "S-1-1", passes[1], "h1")).status_code
    await calendar.advance(6.1)  # the hold's time is over, the pass is good for six hours more
    second = (await held(bob, event, "S-1-1", passes[1], "h2")).json()["hold"]
    assert "hold_expired" == (await ann.get(f"/holds/{hold}")).json()["code"]
    order = await paid(bob, second, "pinned-second-step", "o1")
    assert "requires_action" == order["payment"]["status"]
    await calendar.advance(1)  # longer than there is to pay
    await seen(bob, f"/orders/{order['order']}", lambda said: said["status"] == "cancelled")
    third = (await held(ann, event, "S-1-2", passes[0], "h3")).json()["hold"]
    sold = await paid(ann, third, "pinned-slow-card", "o2")
    await calendar.advance(0.1)
    await seen(ann, f"/orders/{sold['order']}", lambda said: said["status"] == "confirmed")
    await calendar.advance(6)
    assert "not_admitted" == (await held(ann, event, "S-1-3", passes[0], "h4")).json()["code"]
    await calendar.advance(60)
    assert "token_expired" == (await ann.get(f"/orders/{sold['order']}")).json()["code"]
    for http in (ann, bob, calendar.organiser):
        await http.aclose()
    async with world.database() as dsn:
        verdict = await verify(dsn, lambda _streams, _records: None)
    assert () == verdict.breaches
    assert [("50.00", "50.00")] == [(each.captured, each.booked) for each in verdict.takings]


def test_a_sale_of_days() -> None:
    """Gathering, draw, passes, holds, payments and tokens live by the clock that is put forward."""
    environment = {"HOLDFAST_TEST_MODE": "true"}
    with (
        temporary_directory() as directory,
        ServerProcess(directory / "data", random_port(), environment) as server,
    ):
        asyncio.run(play(World(server)))
