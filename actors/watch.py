"""Long polls for a section's durable changes, as gateways make them."""

from __future__ import annotations

import asyncio
from typing import TypeVar

import msgspec

from actors.channel import ChannelBroken, Channels, Placement
from actors.host import WatchRequest
from actors.room_wire import RoomChanges, room_changes_decoder
from actors.wire import Changes, encoder

_decoder: msgspec.msgpack.Decoder[Changes | None] = msgspec.msgpack.Decoder(Changes | None)
NewsT = TypeVar("NewsT")
_RETRY_FIRST_S = 0.02
_RETRY_MAX_S = 0.5
POLL_TIMEOUT_S = 30.0
"""Longer than a section lets a poll wait (`ShellLimits.changes_wait_ms`): what takes longer never comes."""


class SectionChanges:
    """Where gateways get the news of sections and waiting rooms from."""

    def __init__(
        self, placement: Placement, channels: Channels, poll_timeout_s: float = POLL_TIMEOUT_S
    ) -> None:
        """Finds actors through `placement` and polls them through `channels`."""
        self._placement = placement
        self._channels = channels
        self._poll_timeout_s = poll_timeout_s

    async def changes(self, stream: int, after_seq: int) -> Changes:
        """What became durable after `after_seq` (-1: the whole status), as soon as there is any.

        Comes back with `seq == after_seq` when nothing happened for a while. Waits through
        recoveries. Raises `LookupError` when there is no such stream.
        """
        return await self._poll(stream, after_seq, _decoder)

    async def room_changes(self, stream: int, after_seq: int) -> RoomChanges:
        """The same of a waiting room."""
        return await self._poll(stream, after_seq, room_changes_decoder)

    async def _poll(
        self, stream: int, after_seq: int, decoder: msgspec.msgpack.Decoder[NewsT | None]
    ) -> NewsT:
        request = encoder.encode(WatchRequest(stream, after_seq))
        delay_s = _RETRY_FIRST_S
        while True:
            actor = await self._placement.locate(stream)
            if actor is None:
                raise LookupError(f"no stream {stream}")
            try:
                async with asyncio.timeout(self._poll_timeout_s):
                    changes = decoder.decode(await self._channels.channel(actor).changes(request))
            except (ChannelBroken, TimeoutError):
                changes = None
            if changes is not None:
                return changes
            await asyncio.sleep(delay_s)
            delay_s = min(delay_s * 2, _RETRY_MAX_S)
