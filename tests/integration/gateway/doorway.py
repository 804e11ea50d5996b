"""People with orders and tickets, and the door; every reply is held against the published description."""

from __future__ import annotations

from typing import Any

import httpx

from gateway.access.auth import Role
from tests.integration.gateway.checked_http import Checked, document
from tests.integration.gateway.world import World, token

BOB = {"name": "Bob", "email": "bob@example.org"}


async def book(world: World, what: dict[str, Any], sub: str = "ann") -> dict[str, Any]:
    """An order, booked."""
    async with world.http(sub=sub) as http:
        body = {"event": world.event.id, **what}
        key = f"{sub} {what}"
        hold = await http.post("/v1/holds", json=body, headers={"Idempotency-Key": key})
        paying = {"hold": hold.json()["hold"], "buyer": {"name": "Ann Example", "email": "a@example.org"}}
        order = await http.post("/v1/orders", json=paying, headers={"Idempotency-Key": f"pay {key}"})
        assert (201, "confirmed") == (order.status_code, order.json()["status"])
        found: dict[str, Any] = order.json()
        return found


class Doorway:
    """Calls for tickets and the door, as different people."""

    def __init__(self, http: httpx.AsyncClient, described: dict[str, Any]) -> None:
        self._http = http
        self._described = described

    async def __call__(
        self, sub: str, method: str, path: str, body: Any = None, **rest: Any
    ) -> httpx.Response:
        role: Role = "staff" if sub == "sam" else "buyer"
        self._http.headers["Authorization"] = f"Bearer {token(role, sub)}"
        return await Checked(self._http, self._described)(method, path, body, **rest)

    async def tickets(self, order: dict[str, Any], sub: str = "ann") -> list[dict[str, Any]]:
        reply = await self(sub, "GET", "/v1/orders/{order}/tickets", order=order["order"])
        found: list[dict[str, Any]] = reply.json()["tickets"]
        return found

    async def scan(
        self, event: str, *codes: str | dict[str, Any], device: str = "d1", **body: Any
    ) -> list[dict[str, Any]]:
        scans = [code if isinstance(code, dict) else {"code": code} for code in codes]
        asked = {"event": event, "gate": f"gate {device}", "device": device, "scans": scans} | body
        reply = await self("sam", "POST", "/v1/checkins", asked)
        found: list[dict[str, Any]] = reply.json()["results"]
        return found

    async def transfer(self, sub: str, ticket: dict[str, Any], **body: Any) -> httpx.Response:
        asked = {"holder": BOB, "generation": ticket["generation"]} | body
        return await self(sub, "POST", "/v1/tickets/{ticket}/transfer", asked, ticket=ticket["ticket"])


async def doorway(world: World) -> Doorway:
    """Whoever is asked for."""
    http = world.http()
    return Doorway(http, await document(http))
