"""What a process has opened, to be closed together."""

from __future__ import annotations

from contextlib import AsyncExitStack
from typing import Protocol, TypeVar


class Closable(Protocol):
    """Something that holds on to what is outside of the process."""

    async def close(self) -> None:
        """Let go of it."""


PartT = TypeVar("PartT", bound=Closable)


class Belongings(AsyncExitStack):
    """Parts that are closed together: the last one first, and all of them, though one should fail."""

    def keep(self, part: PartT) -> PartT:
        """The part, which is closed with the others."""
        self.push_async_callback(part.close)
        return part
