"""An event with a waiting room, before a real gateway."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx

from engine.catalogue import EventInfo
from engine.queue.terms import QueueTerms
from gateway.access.auth import principal_id
from tests.integration.gateway.world import TERMS, Socket, World

FAST = QueueTerms(mode="fifo", rate_per_minute=60_000)
SLOW = QueueTerms(mode="fifo", rate_per_minute=0)


async def queued_event(world: World, terms: QueueTerms = FAST) -> EventInfo:
    """An event on sale, to those whom its room lets in."""
    now_ms = time.time_ns() // 1_000_000
    return await world.catalogue.create_event("Premiere", world.event.plan, TERMS, now_ms, terms)


class Foyer:
    """A queued event of a world."""

    def __init__(self, world: World, event: EventInfo) -> None:
        self.world = world
        self.event = event
        self.path = f"/v1/events/{event.id}/queue"

    async def staff(self, step: str, **body: Any) -> dict[str, Any]:
        """An organiser's call, which must go well."""
        async with self.world.http("organiser", "boss") as http:
            reply = await http.post(f"{self.path}/{step}", json=body or None)
            assert 200 == reply.status_code, reply.text
            found: dict[str, Any] = reply.json()
            return found

    async def get(self, what: str = "", sub: str = "ann") -> httpx.Response:
        """A member's or anybody's look."""
        async with self.world.http(sub=sub) as http:
            return await http.get(f"{self.path}{what}")

    async def ask(self, socket: Socket, kind: str, idem: str | None = None, **body: Any) -> dict[str, Any]:
        """A request about this event's room."""
        return await socket.ask(f"queue.{kind}", {"event": self.event.id, **body}, idem)

    async def hold(self, socket: Socket, seat: str, key: str, pass_: str | None) -> dict[str, Any]:
        """A hold of one seat of this event."""
        body = {"event": self.event.id, "seats": [seat]}
        return await socket.ask("hold.create", body if pass_ is None else body | {"pass": pass_}, key)

    async def admitted(self, socket: Socket, sub: str = "ann") -> str:
        """Join an open room and wait for the pass."""
        await socket.hello(sub)
        joined = await self.ask(socket, "join")
        assert joined["ok"], joined
        push = await socket.push("queue.admitted")
        return str(push["d"]["pass"])


@asynccontextmanager
async def foyer(terms: QueueTerms = FAST, **settings: Any) -> AsyncIterator[Foyer]:
    """A world with a queued event."""
    async with World(**settings) as world:
        yield Foyer(world, await queued_event(world, terms))


ANN = principal_id("ann")
