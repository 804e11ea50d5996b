"""Somebody who came too late: waits for seats that others give back, and answers what they are offered."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from decimal import Decimal
from random import Random
from typing import Final

import msgspec

from bench.waiting_buyer import WaitingBuyer
from client import Refused, WaitEnded, Waitlist
from client.errors import HoldfastError
from protocol.requests import Payment
from protocol.waitlist import WaitlistOffer, WaitlistUpdate

ANSWERS: Final = {"pay": 60, "accept": 25, "decline": 10, "forget": 5}
"""How often each answer to an offer is given; who forgets it lets it lapse."""
METHODS: Final = {"card": 60, "pinned-card": 30, "pinned-slow-card": 10}
JOINS_MAX: Final = 60
JOIN_AGAIN_S: Final = 1.0
LOOK_S: Final = 0.5
LOOKS_MAX: Final = 120


class Returned(msgspec.Struct):
    """What came back and what became of it; `filled` says when all of it is sold again.

    `offers` by hold: what the waitlist said it costs; `paid`: what its order cost then.
    `shown_free` are places that the public was shown as free meanwhile.
    """

    waited: int = 0
    orders: int = 0
    places: int = 0
    sold: int = 0
    offers: dict[str, Decimal] = {}
    paid: dict[str, Decimal] = {}
    declined: int = 0
    lapsed: int = 0
    shown_free: set[str] = set()
    filled: asyncio.Event = msgspec.field(default_factory=asyncio.Event)


class ListWaiter:
    """Somebody who waits for as many places as they want."""

    def __init__(self, buyer: WaitingBuyer, qty: int, returned: Returned, randomness: Random) -> None:
        self._client = buyer.client
        self._name = buyer.name
        self._diary = buyer.diary
        self._returned = returned
        self._random = randomness
        self._ended = asyncio.Event()
        self._joined = False
        self.qty = qty
        self.list = Waitlist(buyer.client, buyer.event, self._told)

    def _told(self, update: WaitlistUpdate) -> None:
        if update.status == "lapsed":
            self._ended.set()

    async def join(self) -> None:
        """A place on the list, as soon as nothing that fits can be bought."""
        for _ in range(JOINS_MAX):
            with suppress(Refused):  # somebody has given a place back just now
                await self.list.join(self.qty)
                self._joined = True
                self._returned.waited += 1
                return
            await asyncio.sleep(JOIN_AGAIN_S)
        self._diary.failures.append(f"{self._name} could not wait: there is something to buy")

    async def wait(self) -> None:
        """Answer the offer, or go once all has been sold again; nothing for who could not join."""
        if not self._joined:
            return
        over = asyncio.ensure_future(self._returned.filled.wait())
        offered = asyncio.ensure_future(self.list.offered())
        try:
            await asyncio.wait((over, offered), return_when=asyncio.FIRST_COMPLETED)
            if offered.done():
                await self._answer(offered.result())
            else:
                await self.list.leave()
        except WaitEnded:
            self._diary.failures.append(f"{self._name} waited and the entry ended")
        except HoldfastError as error:
            self._diary.failures.append(f"{self._name} waits: {error!r}")
        finally:
            over.cancel()
            offered.cancel()
            await asyncio.gather(over, offered, return_exceptions=True)

    async def _answer(self, offer: WaitlistOffer) -> None:
        self._returned.offers[offer.hold] = Decimal(offer.total.amount)
        match self._random.choices(list(ANSWERS), list(ANSWERS.values()))[0]:
            case "decline":
                await self.list.decline()
                self._returned.declined += 1
                return
            case "forget":
                await self._ended.wait()
                self._returned.lapsed += 1
                return
            case "accept":
                await self.list.accept()
        await self._pay(offer)

    async def _pay(self, offer: WaitlistOffer) -> None:
        method = self._random.choices(list(METHODS), list(METHODS.values()))[0]
        order = await self._client.checkout(
            *(offer.hold, self._name, f"{self._name}@example.org"), payment=Payment("sandbox", method)
        )
        for _ in range(LOOKS_MAX):
            if order.status != "pending":
                break
            await asyncio.sleep(LOOK_S)
            order = await self._client.order_get(order.order)
        if order.status != "confirmed":
            self._diary.failures.append(f"{self._name}: an offer paid by {method} is {order.status}")
            return
        returned = self._returned
        returned.paid[offer.hold] = Decimal(order.amount.amount)
        returned.sold += self._diary.keep(self._name, order)
        if returned.sold >= returned.places:
            returned.filled.set()
