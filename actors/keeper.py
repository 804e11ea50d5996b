"""What a shell keeps alive: the synchronous half of a stream, whatever the stream is of.

A shell has lease, commits, snapshots, timers and the end of everything; its keeper has the
state, the block that is filling and the feed, and never waits.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

import msgspec

from actors.batch import Batch
from actors.block import Block
from actors.wire import Answer, StreamRequest
from engine.invariants import Breach

Encoding = Callable[[], tuple[bytes, str]]
"""Makes the bytes of a snapshot and its digest; may run in another thread."""


class Keeper(Protocol):
    """One stream's state, the block that is filling, and what the world is told of it."""

    filling: Block[Any]

    @property
    def seq(self) -> int:
        """The position of the last record that was decided."""

    @property
    def busy(self) -> bool:
        """Whether somebody has something here that time will end."""

    @property
    def watched(self) -> bool:
        """Whether a gateway is waiting for news right now."""

    def restore(self, data: bytes) -> str:
        """Become what a snapshot says, and give its digest.

        Raises `msgspec.DecodeError` or `ValueError` for other data; then nothing has changed.
        """

    def apply(self, record: bytes) -> None:
        """Let a stored record take effect, before `begin`."""

    def breaches(self) -> list[Breach]:
        """The invariants that are broken."""

    def begin(self) -> None:
        """All that is stored was applied: asks may come."""

    def handle(self, request: StreamRequest, batch: Batch, index: int) -> Answer | None:
        """Decide an ask: its answer goes into the filling block, or is returned when it has no effect."""

    def now_ms(self) -> int:
        """The wall clock, made to never go back."""

    def due_ms(self) -> int | None:
        """When something is to be done by itself."""

    def expire(self, at_ms: int) -> None:
        """Do what is due at `at_ms`."""

    def cut(self) -> Block[Any]:
        """Take the filling block away to be committed; the next one begins after it."""

    def publish(self, block: Block[Any]) -> None:
        """Tell the world what the block that was cut last made durable."""

    def snapshot(self) -> Encoding:
        """A cheap copy of the state, to be encoded later."""

    async def changes(self, after_seq: int, timeout_s: float) -> msgspec.Struct:
        """Durable changes after `after_seq`, as soon as there are any."""

    def close(self) -> None:
        """Let everybody go who waits for changes."""
