"""One person of a queued sale: waits, is let in, buys, pays in one of many ways, and may give back."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from decimal import Decimal
from random import Random
from time import perf_counter
from typing import Final

import msgspec

from client import HoldfastClient, Refused, SoldOut, WaitingRoom
from client.errors import Ended, HoldfastError
from protocol.queue import QueueUpdate
from protocol.replies import OrderReply
from protocol.requests import Payment

CARDS_MAX: Final = 6
"""How many ways to pay somebody tries for the same seats."""
PATIENCE_S: Final = 120.0
"""How long somebody who was let in looks for seats while there may be some."""
LATE_LOOKS: Final = 10
"""How often somebody whose time to pay ran out looks whether the money came all the same."""
PARTIES: Final = {1: 25, 2: 50, 3: 10, 4: 15}
METHODS: Final = {
    "card": 66,
    "pinned-card": 12,
    "pinned-slow-card": 7,
    "pinned-late-card": 4,
    "pinned-second-step": 4,
    "pinned-insufficient-funds": 4,
    "pinned-silent-card": 3,
}
"""How often each way to pay is taken: some fail, some come late, some take a second step."""
GIVES_BACK: Final = 0.03
LOOK_S: Final = 1.0
PENDING_MAX_S: Final = 60.0
PLENTY: Final = 50
Approve = Callable[[str], "asyncio.Future[None]"]


class Stock(msgspec.Struct):
    """What everybody sees: what is free and held (None before it is told), and whether all is over."""

    free: int | None = None
    held: int | None = None
    over: bool = False

    @property
    def gone(self) -> bool:
        """Nothing is left, and nothing can come back."""
        return self.over or (self.free == 0 and self.held == 0)

    @property
    def plenty(self) -> bool:
        """Somebody will want what is given back."""
        return self.free is None or self.free > PLENTY


class Diary(msgspec.Struct):
    """What all people of a sale saw; `grew` are places or waits that became worse, with when.

    `drawn` are ways to pay by chance, `ends` what an order (or, refused, a checkout) came to by its way.
    """

    joined: int = 0
    admitted_s: list[float] = []
    updates: int = 0
    positions_grew: list[float] = []
    waits_grew: list[float] = []
    tickets: dict[str, int] = {}
    orders: dict[str, tuple[str, int, Decimal]] = {}
    given_back: int = 0
    sold_out: int = 0
    outcomes: Counter[str] = msgspec.field(default_factory=Counter)
    drawn: Counter[str] = msgspec.field(default_factory=Counter)
    ends: Counter[tuple[str, str]] = msgspec.field(default_factory=Counter)
    failures: list[str] = []

    def keep(self, name: str, order: OrderReply) -> int:
        """Note an order that stands, and what a bank was paid for it; how many places it has."""
        places = sum(ticket.qty for ticket in order.tickets)
        by_bank = order.payment is not None and (order.payment.reference or "").endswith(order.order)
        paid = Decimal(order.amount.amount) if by_bank else Decimal(0)
        self.orders[order.order] = name, places, paid
        return places


class WaitingBuyer:
    """Lives once; what they see goes into the diary that all share."""

    def __init__(
        self,
        client: HoldfastClient,
        event: str,
        name: str,
        shared: tuple[Diary, Stock],
        randomness: Random,
    ) -> None:
        self.client = client
        self.event = event
        self.name = name
        self.diary, self._stock = shared
        self._random = randomness
        self._position: int | None = None
        self._wait: tuple[int, int] | None = None
        self.room = WaitingRoom(client, event, self._told)

    def _told(self, update: QueueUpdate) -> None:
        diary = self.diary
        diary.updates += 1
        if update.position is not None:
            if self._position is not None and update.position > self._position:
                diary.positions_grew.append(perf_counter())
            self._position = update.position
        if update.eta_ms is not None:
            wait = update.eta_ms.p50, update.eta_ms.p90
            if self._wait is not None and (wait[0] > self._wait[0] or wait[1] > self._wait[1]):
                diary.waits_grew.append(perf_counter())
            self._wait = wait

    async def join(self) -> None:
        """Take a place before the opening."""
        place = await self.room.join()
        self.diary.joined += 1
        self.diary.tickets[place.ticket] = 0

    async def shop(self, approve: Approve) -> None:
        """Wait for the pass, then buy."""
        try:
            queue_pass = await self.room.admitted()
        except SoldOut:
            self.diary.sold_out += 1
            return
        self.diary.admitted_s.append(perf_counter())
        try:
            await self._buy(queue_pass, approve)
        except HoldfastError as error:
            self.diary.failures.append(f"{self.name}: {error!r}")

    async def _buy(self, queue_pass: str, approve: Approve) -> None:
        qty = self._random.choices(list(PARTIES), list(PARTIES.values()))[0]
        until_s = perf_counter() + PATIENCE_S
        while perf_counter() < until_s and not self._stock.gone:
            hold = await self._hold(qty, queue_pass)
            if hold is None:
                qty = 1
                continue
            order = await self._pay(hold, approve)
            if order is not None:
                await self._keep(order)
                return
            await self._let_go(hold)
        self.diary.outcomes["left without seats"] += 1

    async def _hold(self, qty: int, queue_pass: str) -> str | None:
        try:
            hold = await self.client.hold_best(self.event, qty, adjacent=qty < 3, queue_pass=queue_pass)
        except Refused as error:
            self.diary.outcomes[f"no seats: {error.problem.code}"] += 1
            await asyncio.sleep(self._random.uniform(0.5, 2.0))
            return None
        return hold.hold

    async def _pay(self, hold: str, approve: Approve) -> OrderReply | None:
        """The order once it stands; None where no money came and the seats went back."""
        method = self._random.choices(list(METHODS), list(METHODS.values()))[0]
        self.diary.drawn[method] += 1
        for _ in range(CARDS_MAX):
            self.diary.outcomes[f"paid by {method}"] += 1
            try:
                order = await self.client.checkout(
                    *(hold, self.name, f"{self.name}@example.org"),
                    payment=Payment("sandbox", method),
                    accept_equal=True,
                )
            except Ended:
                return None
            except Refused as error:
                self.diary.outcomes[error.problem.code] += 1
                self.diary.ends[method, error.problem.code] += 1
                method = "pinned-card"  # another one
                continue
            action = None if order.payment is None else order.payment.next_action
            if action is not None and order.payment is not None:
                await approve(order.payment.client_secret or "")
            order = await self._settled(order)
            self.diary.outcomes[f"{method}: {order.status}"] += 1
            self.diary.ends[method, order.status] += 1
            return order if order.status == "confirmed" else None
        return None

    async def _settled(self, order: OrderReply) -> OrderReply:
        until_s = perf_counter() + PENDING_MAX_S
        while order.status == "pending" and perf_counter() < until_s:
            await asyncio.sleep(LOOK_S)
            order = await self.client.order_get(order.order)
        for _ in range(LATE_LOOKS):
            if order.status == "confirmed" or order.payment is None or order.payment.status == "refunded":
                break
            await asyncio.sleep(LOOK_S)
            order = await self.client.order_get(order.order)
        return order

    async def _let_go(self, hold: str) -> None:
        with suppress(Refused):  # it ended before
            await self.client.release(hold)

    async def _keep(self, order: OrderReply) -> None:
        if self._stock.plenty and self._random.random() < GIVES_BACK:
            await self.client.order_cancel(order.order)
            self.diary.given_back += sum(ticket.qty for ticket in order.tickets)
        else:
            self.diary.keep(self.name, order)
