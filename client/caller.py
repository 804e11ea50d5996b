"""Turns a session into calls that one can await, each with a deadline and a history."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from random import Random
from secrets import token_hex
from typing import Final, TypeVar

import msgspec

from client.calls import Build, Call
from client.errors import DeadlineExceeded
from client.history import CallHistory, Recorder
from client.options import ClientOptions
from client.session import Session
from protocol.replies import HelloReply
from protocol.requests import AnyRequest

ReplyT = TypeVar("ReplyT")


class Caller:
    """Calls over one session that outlives its connections. One event loop; not safe across threads."""

    def __init__(
        self,
        url: str,
        token: str | None = None,
        options: ClientOptions | None = None,
        *,
        recorder: Recorder | None = None,
        randomness: Random | None = None,
    ) -> None:
        self.url: Final = url
        self.options: Final = options or ClientOptions()
        self.session: Final = Session(url, token, self.options, randomness or Random())
        self._key_prefix: Final = token_hex(8)
        self._keys = 0
        self._history = None if recorder is None else self._recorded(recorder)

    def _recorded(self, recorder: Recorder) -> CallHistory:
        history = CallHistory(self._key_prefix, recorder, self.session.codec)
        self.session.listeners.append(history.heard)
        if self.options.record_maps:
            self.session.core.watching.witness = history.saw
        return history

    async def connect(self) -> HelloReply:
        """Connect and say hello, trying as long as `connects_max` allows.

        Raises `ConnectionFailed` when it may not try again, `Unauthorized` for a bad token.
        """
        return await self.session.start()

    async def close(self) -> None:
        """Say goodbye; calls that wait fail with `ClientClosed`. May be called twice."""
        await self.session.stop()

    def drop(self) -> None:
        """Cut the connection as a broken network would; the client comes back by itself."""
        self.session.drop()

    def renew(self, token: str) -> None:
        """Go on with a fresh access token, on the same connection and at every one from now on."""
        self.session.renew(token)

    def fresh_key(self) -> str:
        """A new idempotency key: 64 random bits a client, and a counter."""
        self._keys += 1
        return f"{self._key_prefix}-{self._keys}"

    async def call(
        self,
        operation: str,
        build: Build,
        reply: type[ReplyT],
        *,
        key: str | None = None,
        body: msgspec.Struct | None = None,
        deadline_ms: int | None = None,
    ) -> ReplyT:
        """One request and its reply, repeated under its key until the deadline.

        Raises `Refused` (typed by its code), `DeadlineExceeded`, `ClientClosed`,
        `ConnectionFailed`, `QueueFull`; cancelling gives the call up, its outcome is then
        unknown.
        """
        loop = asyncio.get_running_loop()
        deadline_s = loop.time() + (deadline_ms or self.options.deadline_ms) / 1000
        call = Call(operation, key, build, deadline_s)
        call.waiter = loop.create_future()
        history = self._history
        number = 0 if history is None else history.invoked(call, body)
        try:
            decoded = await self._outcome(call, reply)
        except BaseException as error:
            if history is not None:
                history.failed(call, number, error)
            raise
        finally:
            call.abandoned = True
        if history is not None:
            history.answered(call, number, decoded)
        return decoded

    async def command(
        self,
        operation: str,
        message: Callable[..., AnyRequest],
        body: msgspec.Struct,
        reply: type[ReplyT],
        key: str | None = None,
        deadline_ms: int | None = None,
    ) -> ReplyT:
        """A call whose effect comes at most once: its `message` carries `key`, or a fresh one.

        Raises what `call` raises.
        """
        idem = key or self.fresh_key()
        return await self.call(
            operation,
            lambda number, left_ms: message(id=number, d=body, idem=idem, dl=left_ms),
            reply,
            key=idem,
            body=body,
            deadline_ms=deadline_ms,
        )

    async def _outcome(self, call: Call, reply: type[ReplyT]) -> ReplyT:
        self.session.submit(call)
        try:
            async with asyncio.timeout_at(call.deadline_s):
                raw = await call.waiter
        except TimeoutError:
            raise DeadlineExceeded(call.key) from None
        return self.session.codec.body(raw, reply)
