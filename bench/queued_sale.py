"""A whole on-sale with a waiting room: thousands gather, a draw, admission at a rate, payments, tickets."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from random import Random
from time import perf_counter, time
from typing import Any, Final

import httpx
import msgspec

from bench.list_waiter import Returned
from bench.returned_seats import give_back
from bench.waiting_buyer import Diary, Stock, WaitingBuyer
from client import ClientOptions, HoldfastClient
from client.scanner import Scanner
from protocol.tickets import TicketKeys, TicketsReply

AT_ONCE: Final = 100
"""How many come through the street at the same time."""
WATCH_S: Final = 0.5
PAGE: Final = 1_000
FEW_LEFT: Final = 400
"""From so few places on the stock decides who is let in, and not the rate."""
_CLIENT: Final = ClientOptions(
    deadline_ms=60_000, backoff_base_ms=50, backoff_cap_ms=2_000, record_maps=False
)
Show = Callable[[str, int, int], None]
"""Hears the phase of the sale, and how far it is of how much."""


class Watch(msgspec.Struct):
    """What the organiser saw of the room: since when (Unix) little is left, and when sections were slow."""

    few_left_ms: float | None = None
    slowed_s: list[float] = []
    samples: int = 0


class QueuedSale(msgspec.Struct):
    """What came of it. `draw` is all that was published; `seed_hash` what was before anybody joined."""

    diary: Diary
    watch: Watch
    returned: Returned
    seed_hash: str
    draw: dict[str, Any]
    tickets: int
    forged: int
    seconds: float


class Organiser:
    """The house's side, over REST."""

    def __init__(self, url: str, token: str, event: str) -> None:
        headers = {"Authorization": f"Bearer {token}"}
        self.http = httpx.AsyncClient(base_url=f"{url}/v1", headers=headers, timeout=60, trust_env=False)
        self._place = f"/events/{event}/queue"

    async def step(self, name: str) -> None:
        """Take a step of the room."""
        (await self.http.post(f"{self._place}/{name}")).raise_for_status()

    async def room(self) -> dict[str, Any]:
        """How the room stands."""
        found: dict[str, Any] = (await self.http.get(f"{self._place}/room")).raise_for_status().json()
        return found

    async def draw(self) -> dict[str, Any]:
        """All that is published of the draw."""
        pages = []
        after: int | None = 0
        while after is not None:
            query = {"after": after, "limit": PAGE}
            page = (await self.http.get(f"{self._place}/draw", params=query)).raise_for_status().json()
            pages.append(page)
            after = page["next"]
        return {**pages[0], "tickets": [ticket for page in pages for ticket in page["tickets"]]}

    async def approve(self, secret: str) -> None:
        """A buyer's second step, as their bank's page takes it."""
        body = {"client_secret": secret}
        (await self.http.post("/payments/sandbox/approve", json=body)).raise_for_status()


async def play(
    url: str, event: str, boss: str, tokens: Sequence[tuple[str, str]], seed: int, show: Show
) -> QueuedSale:
    """Let one person for each `(name, token)` wait and shop; `boss` is an organiser's token."""
    began_s, diary, stock = perf_counter(), Diary(), Stock()
    organiser = Organiser(url, boss, event)
    async with AsyncExitStack() as stack:
        stack.push_async_callback(organiser.http.aclose)
        await organiser.step("gather")
        seed_hash = (await organiser.draw())["seed_hash"]
        buyers = await _gather(stack, url, event, tokens, (diary, stock), seed, show)
        await organiser.step("open")
        watch = Watch()
        watching = asyncio.create_task(_watch(organiser, watch, (diary, stock), len(buyers), show))
        approve = lambda secret: asyncio.ensure_future(organiser.approve(secret))  # noqa: E731 - one line
        try:
            await asyncio.gather(*(buyer.shop(approve) for buyer in buyers))
        finally:
            watching.cancel()
            await asyncio.gather(watching, return_exceptions=True)
        viewer = await stack.enter_async_context(HoldfastClient(url, tokens[0][1], _CLIENT))
        returned = await give_back(viewer, event, buyers, seed, show)
        draw = await organiser.draw()
    tickets, forged = await _tickets(url, dict(tokens), diary, show)
    return QueuedSale(
        diary, watch, returned, seed_hash, draw, tickets, forged, round(perf_counter() - began_s, 1)
    )


async def _gather(
    stack: AsyncExitStack,
    url: str,
    event: str,
    tokens: Sequence[tuple[str, str]],
    shared: tuple[Diary, Stock],
    seed: int,
    show: Show,
) -> list[WaitingBuyer]:
    diary = shared[0]
    street = asyncio.Semaphore(AT_ONCE)
    buyers: list[WaitingBuyer] = []

    async def come(number: int, name: str, token: str) -> None:
        async with street:
            client = await stack.enter_async_context(HoldfastClient(url, token, _CLIENT))
            buyer = WaitingBuyer(client, event, name, shared, Random(f"{seed}/{number}"))
            await stack.enter_async_context(buyer.room)
            await buyer.join()
            buyers.append(buyer)
            show("people gather", diary.joined, len(tokens))

    await asyncio.gather(*(come(number, *each) for number, each in enumerate(tokens)))
    return buyers


async def _watch(
    organiser: Organiser, watch: Watch, shared: tuple[Diary, Stock], people: int, show: Show
) -> None:
    diary, stock = shared
    while True:
        room = await organiser.room()
        now_s = perf_counter()
        watch.samples += 1
        if room["pressure"]:
            watch.slowed_s.append(now_s)
        free, stock.free, stock.held = room["free"], room["free"], room["held"]
        stock.over = room["phase"] == "over"
        if (
            watch.few_left_ms is None
            and free is not None
            and free < FEW_LEFT
            and room["phase"] != "pre-queue"
        ):
            watch.few_left_ms = time() * 1000
        let_in = len(diary.admitted_s) + diary.sold_out
        show(
            f"{len(diary.admitted_s):,} let in, {free if free is not None else '…'} places free",
            let_in,
            people,
        )
        await asyncio.sleep(WATCH_S)


async def _tickets(url: str, tokens: dict[str, str], diary: Diary, show: Show) -> tuple[int, int]:
    """How many tickets were issued, and how many of them a scanner does not believe."""
    issued = forged = done = 0
    street = asyncio.Semaphore(8)
    async with httpx.AsyncClient(base_url=f"{url}/v1", timeout=60, trust_env=False) as http:
        keys = msgspec.json.decode(
            (await http.get("/ticket-keys")).raise_for_status().content, type=TicketKeys
        )
        scanner = Scanner(keys.keys)

        async def fetch(order: str, name: str) -> None:
            nonlocal issued, forged, done
            async with street:
                headers = {"Authorization": f"Bearer {tokens[name]}"}
                reply = (await http.get(f"/orders/{order}/tickets", headers=headers)).raise_for_status()
            for ticket in msgspec.json.decode(reply.content, type=TicketsReply).tickets:
                issued += 1
                forged += ticket.code is None or scanner.prove(ticket.code) is None
            done += 1
            show("tickets are issued", done, len(diary.orders))

        await asyncio.gather(*(fetch(order, name) for order, (name, _, _) in diary.orders.items()))
    return issued, forged
