"""Turns news of orders and waitlists into letters to be written."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from engine.bus import Position
from workers.mail.letters import KINDS, Letter, letter_of
from workers.message import Message
from workers.ports import Clock, Keeping


class NotificationConsumer:
    """Keeps a letter for each piece of news that its buyer is told of; sending it is a postman's errand."""

    name: Final = "notifications"
    topics: Final = tuple(f"{kind}.#" for kind in KINDS)

    def __init__(self, inbox: Keeping, now_ms: Clock) -> None:
        self._inbox = inbox
        self._now_ms = now_ms

    def wants(self, kind: str) -> bool:
        """Everything that there is a letter for."""
        return kind in KINDS

    async def look(self) -> None:
        """It wants the same at all times."""

    async def take(self, messages: Sequence[Message]) -> None:
        """Keep a letter for each."""
        now_ms = self._now_ms()
        rows: dict[Position, list[Letter]] = {}
        for message in messages:
            if message.subject is not None and self.wants(message.kind):
                rows[message.position] = [letter_of(message, message.subject, now_ms)]
        if rows:
            await self._inbox.keep(self.name, "letters", rows, now_ms)
