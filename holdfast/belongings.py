"""What a process has opened, to be closed together."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from typing import Protocol, TypeVar


class Closable(Protocol):
    """Something that holds on to what is outside of the process."""

    async def close(self) -> None:
        """Let go of it."""


PartT = TypeVar("PartT", bound=Closable)


class Belongings:
    """Parts that are closed together: the last one first, and all of them, though one should fail."""

    def __init__(self) -> None:
        self._stack = AsyncExitStack()

    def keep(self, part: PartT) -> PartT:
        """The part, which is closed with the others."""
        self._stack.push_async_callback(part.close)
        return part

    def leave_with(self, farewell: Callable[[], Awaitable[object]]) -> None:
        """Do this before what was kept until now is closed."""
        self._stack.push_async_callback(farewell)

    async def close(self) -> None:
        """Close all of them. Raises what the last one that failed raised, once all are closed."""
        await self._stack.aclose()
