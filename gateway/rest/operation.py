"""One REST call as data: what serves it and what the published API says of it are the same object."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any, Literal

import msgspec

from actors.wire import Answer
from gateway.access.rights import Right, Who, right_of
from gateway.rest.call import Call
from protocol.errors import ErrorCode, Problem

Method = Literal["GET", "POST", "DELETE", "PATCH"]


class Ready(msgspec.Struct, frozen=True):
    """A reply that is bytes already, with headers of its own."""

    body: bytes
    media_type: str
    headers: dict[str, str] = {}
    status: int | None = None


class Streamed(msgspec.Struct, frozen=True):
    """A reply in pieces, each made when the one before has left.

    `done` is called at its end, however it ends.
    What fails in the middle breaks the connection: the caller has then not been told everything.
    """

    pieces: AsyncIterator[bytes]
    media_type: str
    headers: dict[str, str]
    done: Callable[[], None]


class Settled(msgspec.Struct, frozen=True):
    """A reply under an idempotency key; `replayed` says that it is the first outcome again."""

    body: msgspec.Struct
    replayed: bool


Outcome = msgspec.Struct | Answer | Ready | Streamed | Settled | Problem
Handler = Callable[[Call], Awaitable[Outcome]]


class Operation(msgspec.Struct, frozen=True):
    """A method and path below `/v1` with its handler.

    `body` and `reply` are the types of the JSON bodies (a tuple: one of them), `query` a struct
    of the query's parameters. `keyed` operations need an `Idempotency-Key`, those with
    `key_heeded` remember their outcome under one if it is sent, others do without. A `bare`
    one may be called without a body, which is then an empty object. `conditional` ones have an
    `ETag`, and answer 304 to who knows it. A reply may have a media type of
    `or_else` instead, if asked. Who may call it is the row of its name in `gateway.access.rights`.
    """

    method: Method
    path: str
    summary: str
    handler: Handler
    body: Any = None
    reply: Any = None
    query: Any = None
    status: int = 200
    keyed: bool = False
    key_heeded: bool = False
    bare: bool = False
    errors: tuple[ErrorCode, ...] = ()
    media_type: str = "application/json"
    or_else: tuple[str, ...] = ()
    conditional: bool = False

    @property
    def name(self) -> str:
        """The name of the handler: unique, and the operation's id in the published API."""
        return self.handler.__name__

    @property
    def right(self) -> Right:
        """Who may call it. Raises `LookupError` when nobody was given it."""
        return right_of(self.name)

    @property
    def who(self) -> Who:
        """The least role that may call it."""
        return self.right.who
