"""After a house has sold out: some give back what they bought, and those who wait for it buy it.

Parties join the waitlist, then orders are cancelled until half as many places have come back as
people wait for a single one: so whatever comes back fits somebody, also when others decline or
forget what they were offered. Somebody of the public watches the map all the while.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Sequence
from contextlib import AsyncExitStack
from random import Random
from typing import Final

from bench.list_waiter import ListWaiter, Returned
from bench.waiting_buyer import Diary, WaitingBuyer
from client import HoldfastClient
from client.calls import Happening, MapChanged

WAITERS_MAX: Final = 300
WAITERS_SHARE: Final = 0.1
WAITERS_MIN: Final = 8
PARTIES: Final = {1: 70, 2: 20, 3: 10}
FILLED_WITHIN_S: Final = 120.0
"""What came back and has not been sold again by then never will be."""
Show = Callable[[str, int, int], None]


async def give_back(
    viewer: HoldfastClient, event: str, buyers: Sequence[WaitingBuyer], seed: int, show: Show
) -> Returned:
    """Let some wait, some give back, and those who wait buy what the others gave."""
    randomness, returned = Random(f"{seed}/returned"), Returned()
    heard = _noting(returned.shown_free)
    await viewer.subscribe(event)
    async with AsyncExitStack() as stack:
        waiters = [ListWaiter(each, qty, returned, randomness) for each, qty in _parties(buyers, randomness)]
        for waiter in waiters:
            await stack.enter_async_context(waiter.list)
        await asyncio.gather(*(waiter.join() for waiter in waiters))
        viewer.session.listeners.append(heard)
        stack.callback(viewer.session.listeners.remove, heard)
        waiting = [asyncio.ensure_future(waiter.wait()) for waiter in waiters]
        await _cancel(buyers, sum(waiter.qty == 1 for waiter in waiters) // 2, returned, randomness)
        show("what came back is sold again", 0, returned.places)
        await _until_filled(returned, buyers[0].diary)
        await asyncio.gather(*waiting)
    return returned


def _parties(buyers: Sequence[WaitingBuyer], randomness: Random) -> Iterator[tuple[WaitingBuyer, int]]:
    """Who waits, for how many: those who got nothing before all others; at least two wait for one place."""
    owners = {name for name, _, _ in buyers[0].diary.orders.values()}
    count = max(WAITERS_MIN, min(WAITERS_MAX, round(len(buyers) * WAITERS_SHARE)))
    ordered = sorted(buyers, key=lambda buyer: buyer.name in owners)
    for number, buyer in enumerate(ordered[:count]):
        yield buyer, 1 if number < 2 else randomness.choices(list(PARTIES), list(PARTIES.values()))[0]


async def _cancel(
    buyers: Sequence[WaitingBuyer], places_max: int, returned: Returned, randomness: Random
) -> None:
    """Cancel orders, one after the other, of at most so many places together."""
    diary, client_of = buyers[0].diary, {buyer.name: buyer.client for buyer in buyers}
    orders = list(diary.orders.items())
    randomness.shuffle(orders)
    for order, (name, places, _) in orders:
        if returned.places + places <= places_max:
            returned.places += places
            returned.orders += 1
            del diary.orders[order]
            await client_of[name].order_cancel(order)


async def _until_filled(returned: Returned, diary: Diary) -> None:
    if returned.sold >= returned.places:
        returned.filled.set()
    try:
        async with asyncio.timeout(FILLED_WITHIN_S):
            await returned.filled.wait()
    except TimeoutError:
        diary.failures.append(f"{returned.places - returned.sold} places that came back were not sold again")
        returned.filled.set()


def _noting(free: set[str]) -> Callable[[Happening], None]:
    """Notes every place that the public is told to be free."""

    def heard(happening: Happening) -> None:
        if isinstance(happening, MapChanged) and happening.delta is not None:
            free.update(str(label) for label, status in happening.delta.u if status == "f")

    return heard
