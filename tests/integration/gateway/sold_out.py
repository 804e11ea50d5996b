"""An event whose seats are all taken, before a real gateway, and people who wait."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
from fastapi import FastAPI

from engine.catalogue import EventInfo
from tests.integration.gateway.world import Socket, World

ROWS = ("FRONT-A", "FRONT-B", "BACK-A", "BACK-B")


class SoldOut:
    """A world whose organiser holds every seat, a row a hold, and gives back what a test wants free."""

    def __init__(self, world: World, event: EventInfo | None = None) -> None:
        """Of the world's own event, or of another one of its."""
        self.world = world
        self.event = event or world.event
        self.path = f"/v1/events/{self.event.id}/waitlist"
        self.rows: dict[str, str] = {}

    async def take_all(self) -> None:
        """Hold every seat."""
        async with self.world.http("organiser", "boss") as http:
            for row in ROWS:
                seats = [f"{row}-{number}" for number in range(1, 7)]
                body = {"event": self.event.id, "seats": seats}
                reply = await http.post("/v1/holds", json=body, headers={"Idempotency-Key": row})
                assert 201 == reply.status_code, reply.text
                self.rows[row] = reply.json()["hold"]

    async def free(self, row: str, *numbers: int) -> None:
        """Give back some seats of a row."""
        seats = ",".join(f"{row}-{number}" for number in numbers)
        async with self.world.http("organiser", "boss") as http:
            reply = await http.delete(f"/v1/holds/{self.rows[row]}", params={"seats": seats})
            assert 200 == reply.status_code, reply.text

    async def join(self, socket: Socket, qty: int, key: str = "j", **wish: Any) -> dict[str, Any]:
        """Wait for so many gold seats."""
        body = {"event": self.event.id, "qty": qty, "categories": ["gold"], **wish}
        return await socket.ask("waitlist.join", body, key)

    async def joined(self, socket: Socket, sub: str, qty: int) -> str:
        """Say hello and wait for so many gold seats; the entry."""
        await socket.hello(sub)
        reply = await self.join(socket, qty)
        assert reply["ok"], reply
        return str(reply["d"]["entry"])

    async def status(self, sub: str, app: FastAPI | None = None) -> dict[str, Any]:
        """How somebody's entry stands, over REST."""
        async with self.world.http(sub=sub, app=app) as http:
            reply = await http.get(self.path)
            found: dict[str, Any] = reply.json()
            return found

    async def staff(self, what: str = "", **body: Any) -> httpx.Response:
        """An organiser's call."""
        async with self.world.http("organiser", "boss") as http:
            if body:
                return await http.post(self.path + what, json=body)
            return await http.get(self.path + what)


@asynccontextmanager
async def sold_out(**settings: Any) -> AsyncIterator[SoldOut]:
    """A sold-out event."""
    async with World(**settings) as world:
        house = SoldOut(world)
        await house.take_all()
        yield house
