"""A queued sale on a real server: gather, draw, check, be let in, buy."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from contextlib import AsyncExitStack, suppress
from pathlib import Path
from typing import Any

import altcha
import psutil
import pytest

from client import HoldfastClient, SoldOut, WaitingRoom
from client.errors import Conflict, Forbidden
from holdfast.verify import verify
from holdfast.verify_draw import judge_draw, read_draw, stored_draw
from protocol.queue import QueueUpdate
from tests.e2e.world import World, rows_of

CROWD = 40


def solve(challenge: dict[str, Any]) -> str:
    """What a browser does."""
    asked = altcha.Challenge.from_dict(challenge)
    solution = altcha.solve_challenge(asked)
    assert solution is not None
    return str(altcha.Payload(asked, solution).to_base64())


def note(positions: list[int]) -> Callable[[QueueUpdate], None]:
    """Keeps every position that is told; none is before the first."""

    def noted(update: QueueUpdate) -> None:
        positions.append(update.position or 10_000)

    return noted


async def staff(world: World, event: str, step: str, **body: Any) -> dict[str, Any]:
    """An organiser's call to the room."""
    async with world.rest("organiser", "organiser") as rest:
        reply = await rest.post(f"/events/{event}/queue/{step}", json=body or None)
        found: dict[str, Any] = reply.raise_for_status().json()
        return found


async def test_from_the_queue_to_the_seat(world: World, tmp_path: Path) -> None:
    """All join with their work done, the draw is what was published, and the house sells out."""
    queue = {"mode": "random", "rate_per_minute": 1_200, "draw_ms": 100, "challenge_cost": 2}
    event = await world.put_on_sale(rows_of(10, 10), queue=queue)
    await staff(world, event, "gather")
    async with AsyncExitStack() as stack:
        positions: dict[str, list[int]] = {}
        rooms: dict[str, tuple[HoldfastClient, WaitingRoom]] = {}
        for number in range(CROWD):
            name = f"waiting-{number}"
            client = await stack.enter_async_context(world.client(name, "json" if number % 2 else "msgpack"))
            room = WaitingRoom(client, event, note(positions.setdefault(name, [])))
            rooms[name] = client, await stack.enter_async_context(room)
        await asyncio.gather(*(room.join(solve) for _, room in rooms.values()))
        with pytest.raises(Forbidden, match="not_admitted"):
            await rooms["waiting-0"][0].hold_create(event, ["S-1-1"])
        await staff(world, event, "open")

        async def go(name: str) -> str:
            client, room = rooms[name]
            try:
                queue_pass = await room.admitted()
                hold = await client.hold_best(event, 1, queue_pass=queue_pass)
                order = await client.checkout(hold.hold, name, f"{name}@example.org")
            except (SoldOut, Conflict):
                return "too late"
            return order.status

        outcomes = await asyncio.gather(*(go(name) for name in rooms))
        assert 20 == outcomes.count("confirmed")
        assert CROWD - 20 == outcomes.count("too late")
    for seen in positions.values():
        assert sorted(seen, reverse=True) == seen
    async with world.rest() as rest:
        draw = tmp_path / "draw.json"
        draw.write_bytes((await rest.get(f"/events/{event}/queue/draw")).raise_for_status().content)
    assert (CROWD, ()) == (judge_draw(read_draw(draw)).positions, judge_draw(read_draw(draw)).breaches)
    assert CROWD == json.loads(draw.read_text())["size"]
    assert read_draw(draw) == await stored_draw(world.settings, event)
    async with world.database() as dsn:
        assert () == (await verify(dsn, lambda _streams, _records: None)).breaches


async def test_a_killed_owner_costs_nobody_their_place(world: World) -> None:
    """The actors are killed while people are let in: all get their passes, and nobody is moved back."""
    event = await world.put_on_sale(rows_of(10, 10, 10), queue={"mode": "fifo", "rate_per_minute": 1_200})
    await staff(world, event, "gather")
    async with AsyncExitStack() as stack:
        positions: list[list[int]] = [[] for _ in range(30)]
        rooms = []
        for number, seen in enumerate(positions):
            client = await stack.enter_async_context(world.client(f"patient-{number}"))
            room = await stack.enter_async_context(WaitingRoom(client, event, note(seen)))
            assert number + 1 == (await room.join()).position
            rooms.append(room)
        await staff(world, event, "open")
        await rooms[3].admitted()
        kill_actors(world)
        passes = await asyncio.gather(*(room.admitted() for room in rooms))
    assert len(rooms) == len(set(passes))
    for seen in positions:
        assert sorted(seen, reverse=True) == seen
    async with world.database() as dsn:
        assert () == (await verify(dsn, lambda _streams, _records: None)).breaches


def kill_actors(world: World) -> None:
    """As an operating system does that has run out of memory."""
    for process in psutil.Process(world.server.pid).children(recursive=True):
        with suppress(psutil.NoSuchProcess):
            if "SectionActor" in " ".join(process.cmdline()):
                process.kill()
