"""Holds over two sections on a real server: all or nothing, one outcome a key, and buyers who cross over."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any, Final

import httpx
import pytest

from client import HoldfastClient, SeatMap, SeatTaken
from client.calls import Happening, MapChanged
from engine.plan import Category, Plan, Row, Seat, Section
from holdfast.verify import verify
from tests.e2e.world import UNBOUNDED, World

PAIRS: Final = 10
"""So many pairs of seats, each of one seat in either section, and two buyers who cross over each."""
ROUNDS: Final = 10
"""For each pair; thousands in a row are in `tests/integration/gateway/test_cart_crossing.py`."""
SEEN_EVERY: Final = 5
"""So often a round waits until somebody who watches has seen the hold."""
PATIENCE_S: Final = 240
WAYS: Final = ("msgpack", "rest", "json", "rest", "msgpack")


def two_wings(seats: int) -> Plan:
    """A house of two sections, `L` and `R`, each with one row of so many seats."""
    row = Row("1", tuple(Seat(str(seat), float(seat), 1.0, "std") for seat in range(1, seats + 1)))
    wings = (Section("L", (row,)), Section("R", (row,)))
    return Plan("Two wings", (Category("std", "Standard", price="50.00"),), wings)


class Buyer:
    """Somebody who asks over the websocket or over REST."""

    def __init__(self, event: str, by: HoldfastClient | httpx.AsyncClient) -> None:
        self._event, self._by = event, by

    async def take(self, seats: tuple[str, ...], key: str) -> dict[str, Any] | None:
        """The hold; None when somebody else has one of these seats."""
        if isinstance(self._by, HoldfastClient):
            try:
                held = await self._by.hold_create(self._event, seats, key=key)
            except SeatTaken:
                return None
            return {"hold": held.hold, "seats": {item.seat for item in held.items}}
        body = {"event": self._event, "seats": list(seats)}
        reply = await self._by.post("/holds", json=body, headers={"Idempotency-Key": key})
        told = reply.json()
        if reply.status_code == 201:
            return {"hold": told["hold"], "seats": {item["seat"] for item in told["items"]}}
        assert "seat_taken" == told["code"], told
        return None

    async def release(self, hold: str) -> None:
        """Give it back."""
        if isinstance(self._by, HoldfastClient):
            await self._by.release(hold)
        else:
            (await self._by.delete(f"/holds/{hold}")).raise_for_status()


@asynccontextmanager
async def buyer(world: World, event: str, who: str, way: str) -> AsyncIterator[Buyer]:
    """Somebody who is there."""
    if way == "rest":
        async with world.rest(who) as rest:
            yield Buyer(event, rest)
    else:
        async with world.client(who, "json" if way == "json" else "msgpack") as client:
            yield Buyer(event, client)


class Witness:
    """Watches a map: once a hold of these seats was seen whole it is never seen otherwise while it lives."""

    def __init__(self, seats: SeatMap) -> None:
        self._seats = seats
        self._living: dict[tuple[str, ...], asyncio.Future[None]] = {}
        self.seen = 0
        self.halves: list[str] = []

    def heard(self, happening: Happening) -> None:
        """The map has moved on."""
        if isinstance(happening, MapChanged):
            for pair, whole in self._living.items():
                self._look(pair, whole)

    def _look(self, pair: tuple[str, ...], whole: asyncio.Future[None]) -> None:
        shown = "".join(self._seats.status(seat) for seat in pair)
        if shown == "hh" and not whole.done():
            self.seen += 1
            whole.set_result(None)
        elif shown != "hh" and whole.done():
            self.halves.append(f"{pair} {shown}")

    async def see(self, pair: tuple[str, ...]) -> None:
        """Wait until the whole hold is seen."""
        whole = self._living[pair] = asyncio.get_running_loop().create_future()
        self._look(pair, whole)
        async with asyncio.timeout(PATIENCE_S):
            await whole

    def forget(self, pair: tuple[str, ...]) -> None:
        """The hold is about to end."""
        self._living.pop(pair, None)


async def cross(buyers: tuple[Buyer, Buyer], pair: tuple[str, str], witness: Witness) -> None:
    """Both want both seats, in opposite order, again and again: one gets them each time."""
    for number in range(ROUNDS):
        wishes = [
            each.take(order, f"{pair[0]} {number}")
            for each, order in zip(buyers, (pair, pair[::-1]), strict=True)
        ]
        holds = await asyncio.gather(*wishes)
        won = [(each, hold) for each, hold in zip(buyers, holds, strict=True) if hold is not None]
        assert 1 == len(won), f"round {number} of {pair} has {len(won)} holds"
        ((winner, hold),) = won
        assert set(pair) == hold["seats"], "half of a hold"
        if number % SEEN_EVERY == 0:
            await witness.see(pair)
        witness.forget(pair)
        await winner.release(hold["hold"])


async def test_crossing_buyers_never_block_each_other(world: World) -> None:
    """Over websocket and REST: each round one hold of both seats, and no map ever shows half of it."""
    event = await world.put_on_sale(two_wings(PAIRS), limits=UNBOUNDED)
    layout = await world.layout(event)
    async with AsyncExitStack() as stack:
        viewer = await stack.enter_async_context(world.client("viewer"))
        seats = await viewer.subscribe(event, layout=layout)
        witness = Witness(seats)
        viewer.session.listeners.append(witness.heard)
        couples = []
        for number in range(PAIRS):
            names = [(f"left-{number}", WAYS[number % 5]), (f"right-{number}", WAYS[(number + 1) % 5])]
            left, right = [
                await stack.enter_async_context(buyer(world, event, who, way)) for who, way in names
            ]
            pair = (f"L-1-{number + 1}", f"R-1-{number + 1}")
            couples.append(cross((left, right), pair, witness))
        async with asyncio.timeout(PATIENCE_S):
            await asyncio.gather(*couples)
        assert [] == witness.halves
        assert PAIRS * ROUNDS // SEEN_EVERY == witness.seen
    for books in (await world.books(event)).values():
        assert (set(), ()) == (books.taken, books.breaches)
    async with world.database() as dsn:
        assert () == (await verify(dsn, lambda _streams, _records: None)).breaches


@pytest.mark.parametrize("way", ["msgpack", "rest"])
async def test_a_hold_of_two_sections_is_one_from_the_first_seat_to_the_refund(
    world: World, way: str
) -> None:
    """All or nothing; one key, one outcome, on either way; one order with all tickets; all given back."""
    event = await world.put_on_sale(two_wings(3), limits=UNBOUNDED)
    both = ("L-1-1", "R-1-1")
    async with (
        buyer(world, event, f"ann-{way}", way) as ann,
        buyer(world, event, f"bob-{way}", way) as bob,
        world.rest(f"ann-{way}") as rest,
    ):
        taken = await bob.take(("R-1-2",), "bob's")
        assert taken is not None
        assert await ann.take(("L-1-2", "R-1-2"), "in vain") is None
        await see(world, event, ("L-1-2", "R-1-2"), "fh")
        await bob.release(taken["hold"])
        assert await ann.take(("L-1-2", "R-1-2"), "in vain") is None, "a key has one outcome"
        first = await ann.take(both, "key")
        assert first is not None
        body = {"event": event, "seats": list(both)}
        again = await rest.post("/holds", json=body, headers={"Idempotency-Key": "key"})
        assert (201, first["hold"]) == (again.status_code, again.json()["hold"])
        await see(world, event, both, "hh")
        pay = {"hold": first["hold"], "buyer": {"name": "Ann", "email": "ann@example.org"}}
        order = (await rest.post("/orders", json=pay, headers={"Idempotency-Key": "pay"})).json()
        assert ("confirmed", "100.00") == (order["status"], order["amount"]["amount"])
        assert set(both) == {ticket["seat"] for ticket in order["tickets"]}
        await see(world, event, both, "ss")
        gone = await rest.post(f"/orders/{order['order']}/cancel", headers={"Idempotency-Key": "gone"})
        assert "cancelled" == gone.json()["status"]
        await see(world, event, both, "ff")


async def see(world: World, event: str, labels: tuple[str, ...], expected: str) -> None:
    """Watch until the seats are shown so, a letter each; a map follows a reply within moments."""
    shown = asyncio.Event()
    async with world.client("onlooker") as client, asyncio.timeout(PATIENCE_S):
        seats = await client.subscribe(event, layout=await world.layout(event))

        def look(_: Happening | None = None) -> None:
            if "".join(seats.status(label) for label in labels) == expected:
                shown.set()

        client.session.listeners.append(look)
        look()
        await shown.wait()
