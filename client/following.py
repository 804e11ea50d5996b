"""What is followed over as many connections as it takes, for as long as it is entered with `async with`."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from types import TracebackType
from typing import Final, Self

from client.caller import Caller
from client.calls import Happening


class Following(ABC):
    """Hears what happens to a client's connections, and asks anew on each where it stands."""

    def __init__(self, client: Caller) -> None:
        self._client: Final = client
        self._finding: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        self._client.session.listeners.append(self._heard)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._client.session.listeners.remove(self._heard)
        if self._finding is not None:
            self._finding.cancel()
            await asyncio.gather(self._finding, return_exceptions=True)

    @abstractmethod
    def _heard(self, happening: Happening) -> None:
        """Something happened; called in the loop's thread, in the order of events."""

    @abstractmethod
    async def _find(self) -> None:
        """Ask where it stands: news come to a connection that has asked for them."""

    def _find_again(self) -> None:
        """Ask on a new connection, and no longer on the one before it."""
        if self._finding is not None:
            self._finding.cancel()
        self._finding = asyncio.ensure_future(self._find())
