"""A record of what a client asked and was told, for those who check histories afterwards."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final, Literal

import msgspec

from client.calls import Call
from client.errors import Refused
from protocol.replies import HoldReply, OrderReply
from protocol.requests import Position

Phase = Literal["invoked", "answered", "refused", "unknown"]


class Observation(msgspec.Struct, frozen=True):
    """One end of one call, at `at_ns` of the monotonic clock of this process.

    Every call is `invoked` once, however often it is sent, and then either `answered`,
    `refused` (with `code`) or `unknown` (given up without an answer). `call` joins the two
    ends and is unique within `client`. `pos` is the journal position of a hold's reply.
    """

    phase: Phase
    at_ns: int
    client: str
    call: int
    operation: str
    key: str | None
    body: msgspec.Struct | None = None
    code: str | None = None
    reply: HoldReply | OrderReply | None = None
    pos: Position | None = None
    attempts: int = 0


Recorder = Callable[[Observation], None]
"""Called in the event loop's thread, in the order of events; must not block or raise."""


class CallHistory:
    """Tells a recorder both ends of each call of one client."""

    def __init__(self, client: str, recorder: Recorder) -> None:
        self._client: Final = client
        self._recorder: Final = recorder
        self._calls = 0

    def invoked(self, call: Call, body: msgspec.Struct | None) -> int:
        """A call begins; returns its number."""
        self._calls += 1
        now_ns = time.monotonic_ns()
        self._recorder(
            Observation("invoked", now_ns, self._client, self._calls, call.operation, call.key, body)
        )
        return self._calls

    def answered(self, call: Call, number: int, reply: object) -> None:
        """A call went well."""
        known = reply if isinstance(reply, HoldReply | OrderReply) else None
        position = known.pos if isinstance(known, HoldReply) else None
        self._end("answered", call, number, None, known, position)

    def failed(self, call: Call, number: int, error: BaseException) -> None:
        """A call was refused, or given up without an answer."""
        if isinstance(error, Refused):
            self._end("refused", call, number, error.code)
        else:
            self._end("unknown", call, number, type(error).__name__)

    def _end(
        self,
        phase: Phase,
        call: Call,
        number: int,
        code: str | None,
        reply: HoldReply | OrderReply | None = None,
        position: Position | None = None,
    ) -> None:
        self._recorder(
            Observation(
                phase,
                time.monotonic_ns(),
                self._client,
                number,
                call.operation,
                call.key,
                None,
                code,
                reply,
                position,
                call.attempts,
            )
        )
