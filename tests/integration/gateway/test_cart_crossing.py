"""Two buyers who cross over two sections in opposite order, thousands of times, while somebody watches."""

from __future__ import annotations

import asyncio
from typing import Any

from tests.integration.gateway.test_carts import audit_at_rest, settle, statuses
from tests.integration.gateway.world import Socket, World

ROUNDS = 1_500
PATIENCE_S = 120
SEATS = ("FRONT-A-1", "BACK-A-1")


async def _try(socket: Socket, world: World, seats: tuple[str, ...], key: str) -> dict[str, Any] | None:
    """One attempt at both seats; the hold, if it came to one."""
    body = {"event": world.event.id, "seats": list(seats)}
    reply = await socket.ask("hold.create", body, key)
    if not reply["ok"]:
        assert "seat_taken" == reply["e"]["code"], reply
        return None
    hold: dict[str, Any] = reply["d"]
    assert set(SEATS) == {item["seat"] for item in hold["items"]}
    assert "hh" == statuses(world, SEATS), "half of a hold"
    return hold


async def test_crossing_buyers_never_block_each_other() -> None:
    """Every round ends with one hold of both seats and never with half of one, nor with none."""
    async with (
        World(message_burst=1e9, messages_per_second=1e9) as world,
        world.socket() as ann,
        world.socket() as bob,
    ):
        await ann.hello("ann")
        await bob.hello("bob")
        async with asyncio.timeout(PATIENCE_S):
            for number in range(ROUNDS):
                tries = _try(ann, world, SEATS, f"a{number}"), _try(bob, world, SEATS[::-1], f"b{number}")
                holds = await asyncio.gather(*tries)
                won = [(each, hold) for each, hold in zip((ann, bob), holds, strict=True) if hold is not None]
                assert 1 == len(won), f"round {number} has {len(won)} holds"
                for socket, hold in won:
                    assert (await socket.ask("hold.release", {"hold": hold["hold"]}))["ok"]
                assert "ff" == statuses(world, SEATS)
        await settle(world, 700_000)
        audit_at_rest(world)
