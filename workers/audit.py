"""The audit trail: which news of what there was, for whoever asks later about a hold, an order or a seat."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Protocol

from engine.bus import TrailRow
from workers.message import Message
from workers.ports import Clock


class Trail(Protocol):
    """Where the trail is kept. May raise `engine.journal.StorageUnavailable`."""

    async def write(self, consumer: str, rows: Sequence[TrailRow], at_ms: int) -> int:
        """Write what is not written yet."""


class AuditConsumer:
    """Writes a line for each piece of news that decides something; holds come and go without one."""

    name: Final = "audit"
    topics: Final = ("order.#", "payment.#", "sale.#", "price.#", "waitlist.#", "queue.#", "event.#")

    def __init__(self, trail: Trail, now_ms: Clock) -> None:
        self._trail = trail
        self._now_ms = now_ms

    def wants(self, kind: str) -> bool:
        """Everything under its topics."""
        return bool(kind)

    async def look(self) -> None:
        """It wants the same at all times."""

    async def take(self, messages: Sequence[Message]) -> None:
        """Write a line for each."""
        rows = [
            TrailRow(*each.position, each.event, each.kind, each.subject, each.at_ms) for each in messages
        ]
        await self._trail.write(self.name, rows, self._now_ms())
