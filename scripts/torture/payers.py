"""Buyers whose payments take time; the bank's news of them come late, twice and out of order."""

from __future__ import annotations

import asyncio
from collections import Counter, deque
from collections.abc import Sequence
from contextlib import suppress
from itertools import count
from random import Random
from typing import Final

from client import HoldfastClient, HoldfastError
from client.errors import PaymentDeclined, Refused
from protocol.replies import OrderReply
from protocol.requests import Payment
from scripts.torture.company import AGAIN_S, PATIENCE_S, calling, entered, insisting
from scripts.torture.promises import Promises
from scripts.torture.scene import Scene

PAYERS: Final = 6
KEPT_MAX: Final = 16
METHODS: Final = ("pinned-slow-card", "pinned-second-step", "pinned-card", "pinned-insufficient-funds")


class Payers:
    """A few buyers who keep what they paid for until it is too much, and then give back the oldest."""

    def __init__(self, scene: Scene, event: str, promises: Promises, seed: int = 1) -> None:
        self.orders = 0
        self.refused: Final[Counter[str]] = Counter()
        self._scene: Final = scene
        self._event: Final = event
        self._promises: Final = promises
        self._random: Final = Random(f"payers/{seed}")
        self._numbers: Final = count(1)
        self._kept: Final[list[deque[OrderReply]]] = [deque() for _ in range(PAYERS)]

    async def go(self, stopping: asyncio.Event) -> None:
        """Pay until told to stop; every order that was begun comes to its end."""
        async with asyncio.TaskGroup() as group:
            for number in range(PAYERS):
                group.create_task(self._shop(number, stopping))

    async def _shop(self, number: int, stopping: asyncio.Event) -> None:
        name = _name(number)
        try:
            async with entered(self._scene, name) as client:
                while not stopping.is_set():
                    await self._buy(number, client)
        except HoldfastError as error:
            self._promises.late(f"{name} was left with {error!r}")
        except TimeoutError:
            self._promises.late(f"{name} waited for {PATIENCE_S:.0f} s in vain")

    async def _buy(self, number: int, client: HoldfastClient) -> None:
        hold = await client.hold_best(self._event, 1)
        method = self._random.choice(METHODS)
        order = await self._paid(number, client, hold.hold, method)
        if order is None:
            self.refused[method] += 1
            with suppress(Refused):  # unless the order took it with it
                await client.release(hold.hold)
            return
        self.orders += 1
        seats = ({item.seat for item in hold.items}, {item.seat for item in order.tickets})
        self._promises.expect(seats[0], seats[1], f"{_name(number)}'s seats of {order.order}")
        kept = self._kept[number]
        kept.append(order)
        if len(kept) > KEPT_MAX:
            back = await client.order_cancel(kept.popleft().order)
            self._promises.expect("cancelled", back.status, f"{_name(number)} gave {back.order} back")

    async def _paid(self, number: int, client: HoldfastClient, hold: str, method: str) -> OrderReply | None:
        """The order when it is decided; None for one that was refused, as its method is."""
        bad = method == "pinned-insufficient-funds"
        try:
            begun = await client.checkout(
                hold, _name(number), f"{_name(number)}@example.org", payment=Payment("sandbox", method)
            )
            if begun.payment is not None and begun.payment.status == "requires_action":
                await self._second_step(number, begun)
            order = await _decided(client, begun)
        except PaymentDeclined:
            self._promises.expect(True, bad, f"{_name(number)} was refused with {method}")
            return None
        standing = "cancelled" if bad else "confirmed"
        self._promises.expect(standing, order.status, f"{_name(number)} paid {order.order} with {method}")
        return order if order.status == "confirmed" else None

    async def _second_step(self, number: int, order: OrderReply) -> None:
        secret = None if order.payment is None else order.payment.client_secret
        async with calling(self._scene, _name(number)) as rest:
            reply = await insisting(rest, "/payments/sandbox/approve", {"client_secret": secret})
        self._promises.expect(200, reply.status_code, f"the second step of {order.order}")

    async def goes_on(self) -> None:
        """Another seat is paid for, by a bank that takes its time."""
        async with entered(self._scene, f"payer-{next(self._numbers)}-once") as client:
            hold = await client.hold_best(self._event, 1)
            payment = Payment("sandbox", "pinned-card")
            order = await _decided(
                client, await client.checkout(hold.hold, "Once", "once@example.org", payment=payment)
            )
            self._promises.expect("confirmed", order.status, f"{order.order} after the blow")
            self.orders += 1
            await client.order_cancel(order.order)

    async def check(self) -> None:
        """What was paid for is theirs."""
        for number, kept in enumerate(self._kept):
            async with entered(self._scene, _name(number)) as client:
                for order in kept:
                    now = await client.order_get(order.order)
                    promised, told = (
                        (each.status, {item.seat for item in each.tickets}) for each in (order, now)
                    )
                    self._promises.expect(promised, told, f"{_name(number)} looked at {order.order}")

    async def audit(self, dsn: str) -> None:
        """Money is held against the books by `holdfast verify`."""

    def told(self) -> Sequence[str]:
        """How many there were."""
        return (f"{self.orders:,} orders paid slowly, {self.refused.total():,} payments refused",)


def _name(number: int) -> str:
    return f"payer-{number}"


async def _decided(client: HoldfastClient, order: OrderReply) -> OrderReply:
    """The order once it is not pending any more. Raises `TimeoutError`."""
    async with asyncio.timeout(PATIENCE_S):
        while order.status == "pending":
            await asyncio.sleep(4 * AGAIN_S)
            order = await client.order_get(order.order)
    return order
