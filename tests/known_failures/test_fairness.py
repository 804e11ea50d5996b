"""Elsewhere: a lock that everybody polls, so that who asked first may wait for ten seconds, or in vain."""

from __future__ import annotations

import asyncio

from engine.commands import HoldPlaces, Request
from tests.integration.gateway.world import World

CROWD, PLACES = 150, 100


async def test_places_go_to_who_asked_first() -> None:
    """Of 150 who ask for 100 places the first 100 have one, and all others know that they have none."""
    async with World() as world:
        stream = world.event.sections[0].stream
        wishes = [Request(f"usr_{n}", HoldPlaces("FIELD", 1), "key", b"f" * 8) for n in range(CROWD)]
        answers = await asyncio.gather(*(world.router.ask(stream, wish, 5_000) for wish in wishes))
    assert [None] * PLACES + ["sold_out"] * (CROWD - PLACES) == [answer.code for answer in answers]
