"""A house of 8,897 seats goes in pairs: nobody is refused while two adjacent seats are free."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Final

from client import HoldfastClient
from client.errors import Refused
from engine.events import HoldPlaced, Record
from engine.events import Refused as RefusedEvent
from engine.plans.canonical import canonical_json
from engine.plans.fixtures import racetrack
from engine.state import FREE
from gateway.sections.search import ENDED
from protocol.replies import HoldReply
from scripts.torture.books import Books
from tests.e2e.world import UNBOUNDED, World

CROWD: Final = 200
SEATS: Final = 8_897
DRAWING: Final = "../shared/data/seatsio/sampleChartWithZones.json"


def _house() -> bytes:
    """A racetrack as its organiser drew it, when the drawing is there, else one made by rule."""
    drawing = Path(__file__).parents[2] / DRAWING
    return drawing.read_bytes() if drawing.exists() else canonical_json(racetrack())


async def _buy_until_refused(client: HoldfastClient, event: str) -> tuple[list[HoldReply], str]:
    """All pairs that a buyer gets, and why there are no more."""
    held = []
    while True:
        try:
            held.append(await client.hold_best(event, 2))
        except Refused as refusal:
            return held, refusal.code


def _adjacent_free(books: Books) -> Iterator[tuple[str, str]]:
    """Neighbours that are both free at the end."""
    layout, state = books.layout, books.state
    for run in layout.runs:
        for seat in range(run.first, run.stop - 1):
            if state.public[seat] == state.public[seat + 1] == FREE:
                yield layout.labels[seat], layout.labels[seat + 1]


def _records(books: dict[str, Books]) -> Iterator[Record]:
    return (record for section in books.values() for _, _, record in section.records)


def _is_final_refusal(record: Record) -> bool:
    """Whether a search noted here that it had gone through every section in vain."""
    return isinstance(record.event, RefusedEvent) and record.event.refusal.detail == ENDED


async def test_nobody_is_refused_while_two_adjacent_seats_are_free(world: World) -> None:
    """200 buyers ask for the best two until refused, and nobody gives anything back.

    What is free only shrinks, so a pair that was granted after a refusal was free when that
    refusal was made. The journals show none: at the first refusal no pair was left.
    """
    event = await world.put_on_sale(_house(), limits=UNBOUNDED)
    async with AsyncExitStack() as stack:
        buyers = [
            await stack.enter_async_context(
                world.client(f"pair-{number}", "json" if number % 2 else "msgpack")
            )
            for number in range(CROWD)
        ]
        got = await asyncio.gather(*(_buy_until_refused(buyer, event) for buyer in buyers))
    books = await world.books(event)
    assert SEATS == sum(section.layout.seat_count for section in books.values())
    assert [] == [breach for section in books.values() for breach in section.breaches]
    assert {code for _, code in got} <= {"best_available_not_found", "sold_out"}
    _holds_are_pairs([hold for holds, _ in got for hold in holds], books)
    assert [] == [pair for section in books.values() for pair in _adjacent_free(section)]
    refusals_ms = [record.at_ms for record in _records(books) if _is_final_refusal(record)]
    granted_ms = [record.at_ms for record in _records(books) if isinstance(record.event, HoldPlaced)]
    assert CROWD == len(refusals_ms)
    assert max(granted_ms) <= min(refusals_ms)


def _holds_are_pairs(holds: list[HoldReply], books: dict[str, Books]) -> None:
    """What the buyers were told is what the journals hold, and every hold is two neighbours."""
    told = {item.seat for hold in holds for item in hold.items}
    assert 2 * len(holds) == len(told)
    taken = {
        section.layout.labels[seat]
        for section in books.values()
        for seat in range(section.layout.seat_count)
        if section.state.public[seat] != FREE
    }
    assert taken == told
    for hold in holds:
        layout = books[hold.items[0].section].layout
        first, second = sorted(layout.ordinal_of[item.seat] for item in hold.items)
        assert (first + 1, layout.run_of[first]) == (second, layout.run_of[second])
