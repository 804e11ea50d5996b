"""Consumers that keep what they take, as an inbox would: each message once."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Sequence

from engine.journal import StorageUnavailable
from workers.message import CloudEvent, Message


class Listener:
    """Takes everything under its topics; can be told to fail, to be away, or to hang after its effect."""

    def __init__(self, *topics: str, name: str | None = None) -> None:
        self.name = name or f"test-{secrets.token_hex(6)}"
        self.topics = topics or ("#",)
        self.effects: list[Message] = []
        self.came: list[str] = []
        self.poison: set[str] = set()
        self.away = 0
        self.hang_once = False
        self.hanging = asyncio.Event()
        self.changed = asyncio.Condition()

    def wants(self, kind: str) -> bool:
        return bool(kind)

    async def look(self) -> None: ...

    async def take(self, messages: Sequence[Message]) -> None:
        self.came += [message.id for message in messages]
        if self.away:
            self.away -= 1
            raise StorageUnavailable("the database is down")
        if any(message.id in self.poison for message in messages):
            raise ValueError("cannot act on this")
        known = {message.id for message in self.effects}
        self.effects += [message for message in messages if message.id not in known]
        if self.hang_once:
            self.hang_once = False
            self.hanging.set()
            await asyncio.Event().wait()
        async with self.changed:
            self.changed.notify_all()

    async def took(self, count: int) -> list[Message]:
        """Wait until so many messages had an effect."""
        async with self.changed:
            await self.changed.wait_for(lambda: len(self.effects) >= count)
        return self.effects


def message(seq: int, stream: int = 7, kind: str = "order.confirmed", event: str = "evt_1") -> Message:
    """A message as a relay makes them."""
    body = CloudEvent(
        f"{stream}-{seq}",
        f"/v1/events/{event}",
        kind,
        "2023-11-14T22:13:20.000Z",
        f"{seq:016d}",
        str(stream),
        {"event": event, "seq": seq},
    )
    return Message(stream, seq, kind, event, 1_700_000_000_000, body.encoded())
