"""The actors and the readiness of a gateway that runs in a test's own process."""

from __future__ import annotations

from typing import Self

from actors.host import SectionHost
from persistence.memory.catalogue import MemoryCatalogue


class InProcess:
    """One actor that is no process; also the placement that finds it, and its channel."""

    def __init__(self, host: SectionHost, catalogue: MemoryCatalogue) -> None:
        self.host = host
        self._catalogue = catalogue

    async def locate(self, stream: int) -> str | None:
        return None if await self._catalogue.event_of_stream(stream) is None else "here"

    def channel(self, actor: str) -> Self:
        return self

    async def handle(self, data: bytes) -> bytes:
        return await self.host.handle(data)

    async def changes(self, data: bytes) -> bytes:
        return await self.host.changes(data)


class Ready:
    """Says what a test wants it to say."""

    def __init__(self) -> None:
        self.said: list[str] = []

    async def obstacles(self) -> list[str]:
        return self.said
