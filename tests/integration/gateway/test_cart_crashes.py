"""A gateway dies before or after each single thing that it asks for a hold over sections, or it is lost."""

from __future__ import annotations

from contextlib import suppress

import httpx
import msgspec
import pytest

from actors.answers import OUTCOME_UNKNOWN
from actors.wire import Answer
from engine.commands import AnyCommand, BookHold, CancelOrder, HoldSeats, ReleaseHold, Request
from engine.gathering import Ask
from engine.views import HoldView, OrderView
from gateway.access.auth import principal_id
from gateway.carts.carts import Carts
from gateway.carts.following import FollowingSections
from gateway.carts.routing import Wish
from tests.integration.gateway.mortal import HOWS, Died, How, Mortal, all_served
from tests.integration.gateway.test_carts import audit_at_rest, settle, statuses
from tests.integration.gateway.world import World

SEATS = ("FRONT-A-1", "BACK-A-1")
ANN = principal_id("ann")
STEPS_MAX = 80
LOOKS_MAX = 60
DEADLINE_MS = 5_000
ENDS = {
    "kept": ("ff",),
    "refused": ("hf", "ff"),  # the seat that another buyer has
    "released": ("ff",),
    "reduced": ("ff", "sf"),
    "sold": ("ff", "ss"),
    "cancelled": ("ff", "ss"),
}
WAYS = list(ENDS)


class Gateway:
    """What of a gateway gathers holds, from parts that may kill it."""

    def __init__(self, world: World, mortal: Mortal) -> None:
        sections = mortal(world.router, "ask")
        ledger = mortal(world.books.gatherings, "begin", "get", "advance", "among", "claim")
        self.carts = Carts(sections, ledger, world.clock.now_ms)
        self.sections = FollowingSections(sections, self.carts)


def wish_of(world: World) -> Wish:
    """A seat in each section; the first one's decides."""
    streams = {part.name: part.stream for part in world.event.sections}
    asks = [Ask(streams[label.split("-")[0]], label.split("-")[0], HoldSeats((label,))) for label in SEATS]
    asks.sort(key=lambda ask: ask.stream)
    return Wish(world.event.id, streams["FRONT"], tuple(asks))


async def gather(world: World, gateway: Gateway) -> Answer:
    """Wish for both seats, under the one key."""
    request = Request(ANN, HoldSeats(SEATS), "k", b"12345678")
    return await gateway.carts.gather(wish_of(world), request, DEADLINE_MS)


async def live(world: World, gateway: Gateway, way: str) -> Answer:
    """Gather a hold, and do with it what the way says."""
    held = await gather(world, gateway)
    if held.code is not None:
        return held
    home, hold = wish_of(world).home, msgspec.msgpack.decode(held.body, type=HoldView).hold

    async def ask(command: AnyCommand, key: str) -> Answer:
        answer = await gateway.sections.ask(home, Request(ANN, command, key), DEADLINE_MS)
        if answer is OUTCOME_UNKNOWN:
            answer = await gateway.sections.ask(home, Request(ANN, command, key), DEADLINE_MS)
        assert None is answer.code, answer
        return answer

    if way == "released":
        await ask(ReleaseHold(hold), "r")
    elif way == "reduced":
        await ask(ReleaseHold(hold, ("BACK-A-1",)), "r")
    if way in ("reduced", "sold", "cancelled"):
        sold = await ask(BookHold(hold), "b")
        if way == "cancelled":
            await ask(CancelOrder(msgspec.msgpack.decode(sold.body, type=OrderView).order), "c")
    return held


async def come_to_rest(world: World) -> None:
    """Let other gateways look after all that is due, until nothing is."""
    for _ in range(LOOKS_MAX):
        await settle(world, 20_000)
        rows = world.books.gatherings._rows.values()
        if all(row.due_ms is None for row in rows):
            return
    raise AssertionError("a gathering is stuck")


async def _taken_before(bob: httpx.AsyncClient, world: World, way: str) -> None:
    """Another buyer has one of the seats where the wish is to be refused."""
    if way == "refused":
        body = {"event": world.event.id, "seats": ["FRONT-A-1"]}
        await bob.post("/v1/holds", json=body, headers={"Idempotency-Key": "b"})


@pytest.mark.parametrize("how", HOWS)
@pytest.mark.parametrize("way", WAYS)
async def test_every_hold_comes_to_one_end(way: str, how: How) -> None:
    """All of it or nothing, whoever dies where; a retry is told what was told, and no seat is left behind."""
    for dies_at in range(1, STEPS_MAX):
        async with World() as world, world.http(sub="bob") as bob:
            await _taken_before(bob, world, way)
            mortal, told = Mortal(world, dies_at, how), list[Answer]()
            with suppress(Died):
                told.append(await live(world, Gateway(world, mortal), way))
            told.append(await gather(world, Gateway(world, Mortal(world, 0, how))))
            told = [answer for answer in told if answer is not OUTCOME_UNKNOWN]
            outcomes = {(answer.code, bytes(answer.body)) for answer in told}
            where = f"{how} call {dies_at}"
            assert 1 == len(outcomes), where
            assert {"refused": "seat_taken"}.get(way) == told[0].code, where
            await come_to_rest(world)
            await all_served(world)
            assert statuses(world, SEATS) in ENDS[way], where
            audit_at_rest(world)
        if mortal.calls < dies_at:
            return
    raise AssertionError("the walk is longer than was thought")


@pytest.mark.parametrize("how", HOWS)
@pytest.mark.parametrize("way", ["kept", "refused"])
async def test_what_nobody_asks_for_again_comes_to_its_end_too(way: str, how: How) -> None:
    """The buyer has gone with the gateway: others finish or undo what it began, and nothing stays lent."""
    for dies_at in range(1, STEPS_MAX):
        async with World() as world, world.http(sub="bob") as bob:
            await _taken_before(bob, world, way)
            mortal = Mortal(world, dies_at, how)
            with suppress(Died):
                await live(world, Gateway(world, mortal), way)
            await come_to_rest(world)
            await all_served(world)
            assert statuses(world, SEATS) in ENDS[way], f"{how} call {dies_at}"
            audit_at_rest(world)
        if mortal.calls < dies_at:
            return
    raise AssertionError("the walk is longer than was thought")
