"""An entry on an event's waitlist, kept over as many connections as it takes."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from typing import Final

import msgspec
from msgspec.structs import replace

from client.caller import Caller
from client.calls import Greeted, Happening, News
from client.errors import HoldfastError
from client.following import Following
from protocol.requests import AnyRequest
from protocol.waitlist import WaitlistOffer, WaitlistReply, WaitlistUpdate
from protocol.waitlist_requests import (
    WaitlistAccept,
    WaitlistBody,
    WaitlistDecline,
    WaitlistEntryBody,
    WaitlistGet,
    WaitlistJoin,
    WaitlistJoinBody,
    WaitlistLeave,
)

LIVE: Final = ("waiting", "offered")
EARLY_MAX: Final = 64
"""News kept that came before the reply to joining; the newest count."""


class WaitEnded(HoldfastError):
    """The entry ended without an offer that can be answered; `entry` is the last that was told of it."""

    def __init__(self, entry: WaitlistReply | None) -> None:
        super().__init__("nothing is waited for" if entry is None else f"the entry is {entry.status}")
        self.entry = entry


class Waitlist(Following):
    """The caller's wait for seats of `event`.

        async with Waitlist(client, event) as waitlist:
            await waitlist.join(2, categories=["stalls"], max_price="60.00")
            offer = await waitlist.offered()
            await waitlist.accept()
            order = await client.checkout(offer.hold, "Ada", "ada@example.org")

    `entry` is the last that was told of it by a reply; `on_update` hears of each news of its
    place and of its end. After a lost connection it is found again by itself.
    """

    def __init__(
        self, client: Caller, event: str, on_update: Callable[[WaitlistUpdate], None] | None = None
    ) -> None:
        super().__init__(client)
        self.event: Final = event
        self.entry: WaitlistReply | None = None
        self._on_update: Final = on_update
        self._offers: asyncio.Queue[WaitlistOffer | None] = asyncio.Queue()
        self._early: deque[News] = deque(maxlen=EARLY_MAX)

    async def join(  # keywords, as the contract has them
        self,
        qty: int,
        *,
        categories: Sequence[str] | None = None,
        max_price: str | None = None,
        together: bool = True,
        accessible: bool | None = None,
        key: str | None = None,
        deadline_ms: int | None = None,
    ) -> WaitlistReply:
        """Wait for `qty` seats or nothing. Raises `Conflict` (`seats_available`, `already_waiting`)."""
        if self.entry is not None and self.entry.status not in LIVE:
            self._forget()
        named = None if categories is None else tuple(categories)
        body = WaitlistJoinBody(self.event, qty, named, max_price, together, accessible)
        return await self._command("waitlist.join", WaitlistJoin, body, key, deadline_ms)

    async def status(self, *, deadline_ms: int | None = None) -> WaitlistReply:
        """The entry as it now is, or as it ended. Raises `NotFound`."""
        body = WaitlistBody(self.event)
        return self._take(
            await self._client.call(
                "waitlist.status",
                lambda number, left_ms: WaitlistGet(id=number, d=body, dl=left_ms),
                WaitlistReply,
                deadline_ms=deadline_ms,
            )
        )

    async def accept(self, *, key: str | None = None, deadline_ms: int | None = None) -> WaitlistReply:
        """Make a hold like any other of what is offered. Raises `Ended`, `Conflict`, `NotFound`."""
        return await self._command("waitlist.accept", WaitlistAccept, self._named(), key, deadline_ms)

    async def decline(self, *, key: str | None = None, deadline_ms: int | None = None) -> WaitlistReply:
        """Give what is offered to the next in line. Raises `Ended`, `Conflict`, `NotFound`."""
        return await self._command("waitlist.decline", WaitlistDecline, self._named(), key, deadline_ms)

    async def leave(self, *, key: str | None = None, deadline_ms: int | None = None) -> WaitlistReply:
        """Wait no longer, also with an offer open. Raises `Ended`, `NotFound`."""
        return await self._command("waitlist.leave", WaitlistLeave, self._named(), key, deadline_ms)

    async def offered(self) -> WaitlistOffer:
        """Wait for the offer. Raises `WaitEnded` when the entry ended without one."""
        while True:
            offer = await self._offers.get()
            if offer is None:
                raise WaitEnded(self.entry)
            return offer

    async def _command(
        self,
        operation: str,
        message: Callable[..., AnyRequest],
        body: msgspec.Struct,
        key: str | None,
        deadline_ms: int | None,
    ) -> WaitlistReply:
        client = self._client
        return self._take(await client.command(operation, message, body, WaitlistReply, key, deadline_ms))

    def _forget(self) -> None:
        """What was told of an entry that ended is not told of the next one."""
        self.entry = None
        self._early.clear()
        while not self._offers.empty():
            self._offers.get_nowait()

    def _named(self) -> WaitlistEntryBody:
        if self.entry is None:
            raise RuntimeError("join, or ask for the status, before answering")
        return WaitlistEntryBody(self.entry.entry)

    def _take(self, reply: WaitlistReply) -> WaitlistReply:
        known = None if self.entry is None else self.entry.hold
        self.entry = reply
        if reply.status == "offered" and reply.hold and reply.hold != known and reply.total is not None:
            offer = WaitlistOffer(
                reply.entry, reply.event, reply.hold, reply.expires_at or "", reply.items, reply.total
            )
            self._offers.put_nowait(offer)
        while self._early:
            self._news(self._early.popleft())
        return reply

    def _heard(self, happening: Happening) -> None:
        if isinstance(happening, Greeted) and self.entry is not None and self.entry.status in LIVE:
            self._find_again()
        elif isinstance(happening, News) and (happening.message.t or "").startswith("waitlist."):
            self._news(happening)

    async def _find(self) -> None:
        try:
            reply = await self.status()
        except HoldfastError:
            return  # the next connection asks again
        if reply.status not in LIVE:
            self._offers.put_nowait(None)

    def _news(self, news: News) -> None:
        codec, message = self._client.session.codec, news.message
        if self.entry is None:
            # The reply that names the entry is on its way to whoever joins; what comes with it is kept.
            self._early.append(news)
            return
        if message.t == "waitlist.offer":
            offer = codec.body(message.d, WaitlistOffer)
            if offer.entry == self.entry.entry and offer.hold != self.entry.hold:
                self.entry = replace(self.entry, status="offered", hold=offer.hold, ahead=None, position=None)
                self._offers.put_nowait(offer)
        elif message.t == "waitlist.update":
            update = codec.body(message.d, WaitlistUpdate)
            if update.entry == self.entry.entry:
                self._update(self.entry, update)

    def _update(self, entry: WaitlistReply, update: WaitlistUpdate) -> None:
        self.entry = replace(entry, status=update.status, position=update.position, ahead=update.ahead)
        if self._on_update is not None:
            self._on_update(update)
        if update.status not in LIVE:
            self._offers.put_nowait(None)
