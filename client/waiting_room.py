"""A place in an event's waiting room, kept over as many connections as it takes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, Final, Self

from client.caller import Caller
from client.calls import Greeted, Happening, News
from client.errors import HoldfastError, Refused, SoldOut, error_of
from client.following import Following
from protocol.errors import ErrorCode, problem
from protocol.queue import (
    QueueAdmitted,
    QueueBody,
    QueueChallengeReply,
    QueueEnded,
    QueueJoinBody,
    QueueLeft,
    QueueReply,
    QueueSoldOut,
    QueueUpdate,
)
from protocol.requests import QueueChallenge, QueueJoin, QueueLeave, QueueStatus

Solve = Callable[[dict[str, Any]], str]
"""Solves a challenge (ALTCHA, version 2) and gives the payload in base64; called in a thread."""


class WaitingRoom(Following):
    """The caller's way through the waiting room of `event`.

        async with WaitingRoom(client, event) as room:
            await room.join()
            queue_pass = await room.admitted()
            hold = await client.hold_best(event, 2, queue_pass=queue_pass)

    `place` is the last that was told of it, by a reply or by news; `on_update` hears of each
    news of the place. After a lost connection the place is found again by itself.
    """

    def __init__(
        self, client: Caller, event: str, on_update: Callable[[QueueUpdate], None] | None = None
    ) -> None:
        super().__init__(client)
        self.event: Final = event
        self.place: QueueReply | QueueUpdate | None = None
        self.pass_: str | None = None
        self._on_update: Final = on_update
        self._joined = False
        self._outcome: asyncio.Future[str] | None = None

    async def __aenter__(self) -> Self:
        self._outcome = asyncio.get_running_loop().create_future()
        return await super().__aenter__()

    async def join(self, solve: Solve | None = None, *, deadline_ms: int | None = None) -> QueueReply:
        """Take a place, or find the one that is there; with `solve` a challenge is met first.

        Raises `SaleClosed`, `SoldOut`, `Forbidden` (also `challenge_required` without `solve`),
        and what `Caller.call` raises.
        """
        if self._outcome is not None and self._outcome.done() and self.pass_ is None:
            # How the last place ended is nothing that a new one's is to be told by.
            self._outcome = asyncio.get_running_loop().create_future()
        solution = None if solve is None else await self._solved(solve, deadline_ms)
        body = QueueJoinBody(self.event, solution)
        reply = await self._client.call(
            "queue.join",
            lambda number, left_ms: QueueJoin(id=number, d=body, dl=left_ms),
            QueueReply,
            deadline_ms=deadline_ms,
        )
        self._joined = True
        self._take(reply)
        return reply

    async def _solved(self, solve: Solve, deadline_ms: int | None) -> str | None:
        body = QueueBody(self.event)
        asked = await self._client.call(
            "queue.challenge",
            lambda number, left_ms: QueueChallenge(id=number, d=body, dl=left_ms),
            QueueChallengeReply,
            deadline_ms=deadline_ms,
        )
        return None if asked.challenge is None else await asyncio.to_thread(solve, asked.challenge)

    async def status(self, *, deadline_ms: int | None = None) -> QueueReply:
        """The place as it now is. Raises `Ended`, `SoldOut`, `NotFound`."""
        body = QueueBody(self.event)
        reply = await self._client.call(
            "queue.status",
            lambda number, left_ms: QueueStatus(id=number, d=body, dl=left_ms),
            QueueReply,
            deadline_ms=deadline_ms,
        )
        self._take(reply)
        return reply

    async def leave(self, *, key: str | None = None, deadline_ms: int | None = None) -> QueueLeft:
        """Give up the place, or give back the pass."""
        self._joined = False
        left = await self._client.command(
            "queue.leave", QueueLeave, QueueBody(self.event), QueueLeft, key, deadline_ms
        )
        self.pass_ = None
        return left

    async def admitted(self) -> str:
        """Wait for the pass. Raises `SoldOut`, `Ended`, `Forbidden` when there will be none."""
        if self._outcome is None:
            raise RuntimeError("a waiting room is entered with `async with`")
        return await asyncio.shield(self._outcome)

    def _heard(self, happening: Happening) -> None:
        if isinstance(happening, Greeted) and self._joined and self.pass_ is None:
            self._find_again()
        elif isinstance(happening, News) and (happening.message.t or "").startswith("queue."):
            self._news(happening)

    async def _find(self) -> None:
        try:
            await self.status()
        except Refused as error:
            self._fail(error)
        except HoldfastError:
            pass  # the next connection asks again

    def _news(self, news: News) -> None:
        codec, message = self._client.session.codec, news.message
        match message.t:
            case "queue.update":
                update = codec.body(message.d, QueueUpdate)
                if update.event == self.event:
                    self.place = update
                    if self._on_update is not None:
                        self._on_update(update)
            case "queue.admitted":
                admitted = codec.body(message.d, QueueAdmitted)
                if admitted.event == self.event:
                    self._admit(admitted.pass_)
            case "queue.sold_out":
                if codec.body(message.d, QueueSoldOut).event == self.event:
                    self._fail(SoldOut(problem(ErrorCode.SOLD_OUT)))
            case "queue.ended":
                ended = codec.body(message.d, QueueEnded)
                if ended.event == self.event:
                    self._fail(error_of(ended.reason))
            case _:
                pass

    def _take(self, reply: QueueReply) -> None:
        self.place = reply
        if reply.pass_ is not None:
            self._admit(reply.pass_)

    def _admit(self, token: str) -> None:
        self.pass_ = token
        if self._outcome is not None and not self._outcome.done():
            self._outcome.set_result(token)

    def _fail(self, error: HoldfastError) -> None:
        self._joined = False
        self.pass_ = None
        if self._outcome is not None and not self._outcome.done():
            self._outcome.set_exception(error)
            # Marks it as seen: `admitted` may not be waiting.
            self._outcome.exception()
