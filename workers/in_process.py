"""The bus within one process: the relay hands its messages straight to the consumers.

Each consumer takes them in the order of their streams, at its own pace but none further than
the others, because the relay's one position stands for all of them.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from workers.feeding import Feeder
from workers.message import Message


class InProcess:
    """An outlet whose other end is here."""

    def __init__(self, feeders: Sequence[Feeder]) -> None:
        self._feeders = feeders

    async def look(self) -> None:
        """Have every consumer look. May raise `StorageUnavailable`."""
        for feeder in self._feeders:
            await feeder.consumer.look()

    def wants(self, kind: str) -> bool:
        """Whether any consumer would do something about this kind."""
        return any(feeder.wants(kind) for feeder in self._feeders)

    async def send(self, messages: Sequence[Message]) -> None:
        """Return once every consumer has acted on these or put them aside. Raises `StorageUnavailable`."""
        done = await asyncio.gather(
            *(feeder.feed(messages) for feeder in self._feeders), return_exceptions=True
        )
        for outcome in done:
            if isinstance(outcome, BaseException):
                raise outcome
