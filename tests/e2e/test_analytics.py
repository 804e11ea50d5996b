"""The figures of a real server's sale, whose actors and workers are killed in the middle of it."""

from __future__ import annotations

import asyncio
import itertools
import json
from collections.abc import Callable
from typing import Any, Final

from websockets.asyncio.client import ClientConnection, connect

from engine.transitions import Phase
from engine.views import counts
from holdfast.projections_command import rebuild
from persistence.postgres.rebuilding import Rebuilt
from protocol.closing import JSON
from scripts.torture.processes import actors
from scripts.torture.waits import within
from tests.e2e.test_bus import buy, workers_of
from tests.e2e.world import UNBOUNDED, World, rows_of

PATIENCE_S: Final = 90.0


async def boards(world: World, event: str, wanted: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
    """The first board that is wanted, of those that are pushed to the event's organiser."""
    url = world.server.url.replace("http", "ws") + "/v1/ws"
    async with asyncio.timeout(PATIENCE_S), connect(url, subprotocols=[JSON], proxy=None) as socket:  # type: ignore[list-item]  # a subprotocol is a text to us
        hello = {"t": "hello", "id": 1, "d": {"token": world.token("organiser", "organiser")}}
        watch = {"t": "subscribe", "id": 2, "d": {"event": event, "board": True}}
        await socket.send(json.dumps([hello, watch]))
        return await _until(socket, wanted)


async def _until(socket: ClientConnection, wanted: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
    numbers = itertools.count(3)
    while True:
        frame = json.loads(await socket.recv())
        for message in frame if isinstance(frame, list) else [frame]:
            assert message.get("ok", True), message
            if message.get("t") == "stats.update":
                await socket.send(json.dumps({"t": "ping", "id": next(numbers)}))
            if message.get("t") == "stats.update" and wanted(message["d"]):
                told: dict[str, Any] = message["d"]
                return told


async def told(world: World, path: str) -> dict[str, Any]:
    """What the organiser is told over REST."""
    async with world.rest("organiser", "organiser") as rest:
        found: dict[str, Any] = (await rest.get(path)).raise_for_status().json()
        return found


async def counted_anew(world: World) -> Rebuilt:
    """All the server's sales from the first record on, in a moment in which both sets had counted as far."""
    async with world.database() as dsn, within(PATIENCE_S, "both sets of figures as far as each other"):
        while (found := await rebuild(dsn, lambda _total, _done: None, swap=False)).differences is None:
            pass  # holds of other tests ran out meanwhile
    return found


async def test_figures_are_what_the_journal_says_after_a_sale_with_crashes(world: World) -> None:
    """On the board, by the day, and in the funnel: to the seat and to the cent, and the same counted anew."""
    event = await world.put_on_sale(rows_of(20), limits=UNBOUNDED)
    orders = [await buy(world, event, "ann", f"S-1-{number}") for number in range(1, 6)]
    await boards(world, event, lambda board: board["funnel"][-1]["count"] >= 3)
    for process in (*actors(world.server), *workers_of(world)):
        process.kill()
    orders += [await buy(world, event, "ann", f"S-1-{number}") for number in range(6, 11)]
    async with world.client("ann") as ann:
        await ann.hold_create(event, ["S-1-20"])
        await ann.order_cancel(orders[0])
    board = await boards(world, event, lambda each: each["behind"] == 0 and each["held"] == 1)
    [books] = (await world.books(event)).values()
    booked = [each.amount for each in books.state.orders.values() if each.phase is Phase.BOOKED]
    daily = await told(world, f"/analytics/daily?event={event}")
    total = daily["total"]
    free, held, sold = counts(books.state)
    assert (free, held, sold) == (board["free"], board["held"], board["sold"]) == (10, 1, 9)
    assert (held, sold) == (total["places_held"] - total["sold"], total["sold"] - total["returned"])
    assert len(booked) == board["orders"] == total["orders"] - sum(day["cancelled"] for day in daily["days"])
    revenue, refunds = (float(total[each]["amount"]) for each in ("revenue", "refunds"))
    assert sum(booked) / 100 == float(board["revenue"]["amount"]) == revenue - refunds
    steps = [each["count"] for each in board["funnel"]]
    assert [0, 0, 11, 10, 10] == steps
    counted = await counted_anew(world)
    assert 0 == counted.differences
    assert counted.sold >= sold
