"""Those who are there beside the crowd: people in other situations, and what acts on their news."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Any, Final, Protocol

import httpx

from client import ClientOptions, HoldfastClient
from engine.plan import Category, Plan, Row, Seat, Section
from engine.plans.canonical import canonical_json
from gateway.access.auth import Role, issue_token
from scripts.torture.scene import Scene

TOKEN_TTL_S: Final = 86_400
PATIENCE_S: Final = 180.0
"""How long anybody waits for what must come by itself."""
AGAIN_S: Final = 0.05
A_DAY_MS: Final = 86_400_000
UNBOUNDED: Final = {
    "seats_per_buyer": 1_000_000,
    "holds_per_buyer": 1_000_000,
    "hold_ttl_ms": A_DAY_MS,
    "hold_life_max_ms": A_DAY_MS,
}
OPTIONS: Final = ClientOptions(deadline_ms=120_000, backoff_base_ms=25, backoff_cap_ms=400)


class Company(Protocol):
    """Takes part in the rounds of a trial; what it finds wrong goes to the trial's promises."""

    async def go(self, stopping: asyncio.Event) -> None:
        """Do what they do until told to stop, and bring what is under way to its end."""

    async def goes_on(self) -> None:
        """Come back once theirs goes on after a blow."""

    async def check(self) -> None:
        """Look at everything that was acknowledged."""

    async def audit(self, dsn: str) -> None:
        """Look at the books when all is over."""

    def told(self) -> Sequence[str]:
        """What is to be told of them in the end."""


def entered(scene: Scene, name: str) -> AbstractAsyncContextManager[HoldfastClient]:
    """A buyer's client at the server."""
    return HoldfastClient(scene.url, token(scene, name), OPTIONS)


def calling(scene: Scene, name: str, role: Role = "buyer") -> httpx.AsyncClient:
    """A caller over REST."""
    headers = {"Authorization": f"Bearer {token(scene, name, role)}"}
    return httpx.AsyncClient(base_url=f"{scene.url}/v1", headers=headers, timeout=30, trust_env=False)


def token(scene: Scene, name: str, role: Role = "buyer") -> str:
    """A token signed with the server's key."""
    return issue_token(scene.server.secret, name, role, TOKEN_TTL_S)


def rows_of(rows: int, seats: int) -> Plan:
    """A house of one section."""
    made = tuple(
        Row(str(row), tuple(Seat(str(seat), float(seat), float(row), "std") for seat in range(1, seats + 1)))
        for row in range(1, rows + 1)
    )
    return Plan("Beside it", (Category("std", "Standard", price="50.00"),), (Section("S", made),))


async def put_on_sale(scene: Scene, plan: Plan, **terms: Any) -> str:
    """Import a plan, create an event on it, open it, and return its id; nothing in it is limited."""
    async with calling(scene, "organiser", "organiser") as staff:
        stored = (await staff.post("/plans", content=canonical_json(plan))).raise_for_status().json()
        wanted = {"name": "Beside it", "plan": stored["plan"], "limits": UNBOUNDED, **terms}
        made = (await staff.post("/events", json=wanted)).raise_for_status().json()
        (await staff.post(f"/events/{made['event']}/open")).raise_for_status()
    return str(made["event"])


async def looking(http: httpx.AsyncClient, path: str) -> httpx.Response:
    """Ask for something until a gateway tells it. Raises `TimeoutError`."""
    return await _decided(lambda: http.get(path))


async def insisting(
    http: httpx.AsyncClient, path: str, body: object = None, key: str | None = None
) -> httpx.Response:
    """Post something until a gateway decides it. Raises `TimeoutError`."""
    headers = {} if key is None else {"Idempotency-Key": key}
    return await _decided(lambda: http.post(path, json=body, headers=headers))


async def _decided(ask: Callable[[], Awaitable[httpx.Response]]) -> httpx.Response:
    """An answer, however often a connection ends before it: also one that was kept open and idle for long."""
    async with asyncio.timeout(PATIENCE_S):
        while True:
            try:
                reply = await ask()
            except httpx.TransportError:
                await asyncio.sleep(AGAIN_S)
                continue
            if reply.status_code < httpx.codes.INTERNAL_SERVER_ERROR:
                return reply
            await asyncio.sleep(AGAIN_S)
