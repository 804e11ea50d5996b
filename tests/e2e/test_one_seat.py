"""A hundred people ask for one seat in the same instant."""

from __future__ import annotations

import asyncio
from base64 import b64decode
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from typing import Any, Final

import httpx
import pytest

from client import HoldfastClient, SeatTaken
from client.options import Encoding
from engine.views import packed_status
from protocol.replies import HoldReply
from tests.e2e.world import World, rows_of

CROWD: Final = 100
SEAT: Final = "S-1-5"
ENCODINGS: Final[tuple[Encoding, ...]] = ("msgpack", "json")
Outcome = tuple[str, tuple[str, ...], tuple[tuple[str, ...], ...]]
"""The code (or `held`), the seats that it is about, and the alternatives."""
Attempt = Callable[[], Awaitable[Outcome]]


async def _by_socket(client: HoldfastClient, event: str) -> Outcome:
    try:
        reply: HoldReply = await client.hold_create(event, [SEAT])
    except SeatTaken as taken:
        return taken.code, taken.objects, taken.alternatives
    return "held", tuple(item.seat for item in reply.items), ()


async def _by_rest(rest: httpx.AsyncClient, event: str) -> Outcome:
    body = {"event": event, "seats": [SEAT]}
    reply = await rest.post("/holds", json=body, headers={"Idempotency-Key": "once"})
    told: dict[str, Any] = reply.json()
    if reply.status_code == 201:
        return "held", tuple(item["seat"] for item in told["items"]), ()
    assert (409, "application/problem+json") == (reply.status_code, reply.headers["content-type"])
    return told["code"], tuple(told["objects"]), tuple(tuple(group) for group in told["alternatives"])


async def _attempt(stack: AsyncExitStack, world: World, event: str, way: str, number: int) -> Attempt:
    """A buyer of their own who is connected and has only to say it."""
    if way == "rest":
        rest = await stack.enter_async_context(world.rest(f"buyer-{number}"))
        return lambda: _by_rest(rest, event)
    client = world.client(f"buyer-{number}", "json" if way == "json" else "msgpack")
    await stack.enter_async_context(client)
    return lambda: _by_socket(client, event)


@pytest.mark.parametrize(
    "ways", [("msgpack",), ("msgpack", "json"), ("rest",), ("msgpack", "json", "rest")], ids="+".join
)
async def test_of_a_hundred_who_ask_for_one_seat_one_holds_it(world: World, ways: tuple[str, ...]) -> None:
    """The others are told `seat_taken`, which seat, and what could be had instead; all ways agree."""
    event = await world.put_on_sale(rows_of(10, 10))
    async with AsyncExitStack() as stack:
        attempts = [
            await _attempt(stack, world, event, ways[number % len(ways)], number) for number in range(CROWD)
        ]
        outcomes = await asyncio.gather(*(attempt() for attempt in attempts))
    assert Counter(held=1, seat_taken=CROWD - 1) == Counter(code for code, _, _ in outcomes)
    for code, objects, alternatives in outcomes:
        assert (SEAT,) == objects
        if code == "seat_taken":
            assert alternatives
            assert all(SEAT not in group and len(group) == 1 for group in alternatives)
    await _all_tell_the_same(world, event)


async def _all_tell_the_same(world: World, event: str) -> None:
    """REST, the snapshots of both subprotocols and the journal show one held seat: this one."""
    books = (await world.books(event))["S"]
    assert () == books.breaches
    async with world.rest() as rest:
        told = (await rest.get(f"/events/{event}/seats")).raise_for_status().json()["sections"]["S"]
    layout = await world.layout(event)
    expected = {label: "h" if label == SEAT else "f" for label in books.layout.labels}
    assert (19, 1, 0, books.state.seq) == (told["free"], told["held"], told["sold"], told["seq"])
    assert packed_status(books.state.public) == b64decode(told["status"])
    for encoding in ENCODINGS:
        async with world.client("onlooker", encoding) as client:
            seats = await client.subscribe(event, layout=layout)
            assert expected == {label: seats["S"][label] for label in expected}
