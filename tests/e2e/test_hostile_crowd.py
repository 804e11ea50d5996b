"""Damaged frames by the thousand: nobody else notices, and memory stays flat."""

from __future__ import annotations

import asyncio
from typing import Final

import psutil

from bench.processes import parts
from protocol.closing import JSON, MSGPACK
from tests.e2e.vandals import GoodBuyer, Vandal
from tests.e2e.world import World, rows_of

DAMAGED_FRAMES: Final = 1_500
RSS_GROWTH_MAX: Final = 24 * 1024 * 1024


async def test_damage_reaches_nobody_else_and_memory_stays_flat(world: World) -> None:
    """Thousands of damaged frames over both codecs, while a good buyer never meets an error."""
    event = await world.put_on_sale(rows_of(10))
    (gateway,) = parts(world.server.pid, world.server.data_dir)["gateway"]
    over = asyncio.Event()
    async with world.client("good") as client:
        buyer = GoodBuyer(client, event)
        async with asyncio.TaskGroup() as group:
            group.create_task(buyer.shop(over))
            try:
                await _vandalise(world, event, 0)
                before = _rss(gateway)
                await _vandalise(world, event, 100)
                grown = _rss(gateway) - before
            finally:
                over.set()
        assert 1 == client.session.greetings
    assert buyer.rounds > 0
    assert grown < RSS_GROWTH_MAX
    books = (await world.books(event))["S"]
    assert ((), set()) == (books.breaches, books.taken)


async def _vandalise(world: World, event: str, seed: int) -> None:
    vandals = [
        Vandal(world, codec, event, seed + number)
        for number, codec in enumerate((MSGPACK, JSON, MSGPACK, JSON))
    ]
    await asyncio.gather(*(vandal.run(DAMAGED_FRAMES // 2) for vandal in vandals))
    assert all(vandal.said and vandal.closed for vandal in vandals)


def _rss(process: psutil.Process) -> int:
    return int(process.memory_info().rss)
