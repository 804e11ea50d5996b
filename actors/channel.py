"""How a router reaches an actor: one small port, so that simulations can replace Ray."""

from __future__ import annotations

from collections.abc import Awaitable
from typing import Protocol


class ChannelBroken(Exception):
    """The actor went away or did not answer: whether the call took effect is unknown."""


class Channel(Protocol):
    """A way to one actor by name; it is created or brought back when it is called."""

    def handle(self, data: bytes) -> Awaitable[bytes]:
        """Send a batch, before this returns if possible. Awaiting it raises `ChannelBroken`."""

    def changes(self, data: bytes) -> Awaitable[bytes]:
        """Long-poll for changes. Awaiting it raises `ChannelBroken`."""


class Channels(Protocol):
    """Finds the channel of an actor."""

    def channel(self, actor: str) -> Channel:
        """The channel of the actor with this name."""


class Placement(Protocol):
    """Says which actor owns a stream: the same answer on every gateway."""

    async def locate(self, stream: int) -> str | None:
        """The actor's name; None when there is no such stream."""
