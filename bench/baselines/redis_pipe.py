"""Redis with automatic pipelining: what is asked while a round trip is under way leaves together.

One round trip a command would make the client the bottleneck long before the server; the
fast clients of today pipeline by themselves, so this one does too.
"""

from __future__ import annotations

import asyncio
from typing import Any, Final

from redis.asyncio import Redis

PER_PIPELINE_MAX: Final = 512
SOCKET_TIMEOUT_S: Final = 10.0
Command = tuple[Any, ...]


class RedisPipe:
    """Commands from many tasks over one connection, in order. Raises what redis-py raises."""

    def __init__(self, url: str) -> None:
        self.redis: Final[Any] = Redis.from_url(url, socket_timeout=SOCKET_TIMEOUT_S)
        self._waiting: list[tuple[Command, asyncio.Future[Any]]] = []
        self._sender: asyncio.Task[None] | None = None

    async def ask(self, *command: Any) -> Any:
        """Send a command and wait for its reply."""
        return await self.send(*command)

    def send(self, *command: Any) -> asyncio.Future[Any]:
        """Send a command; the reply comes in the future, which may be dropped."""
        reply: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._waiting.append((command, reply))
        if self._sender is None:
            self._sender = asyncio.ensure_future(self._send())
        return reply

    async def _send(self) -> None:
        try:
            while self._waiting:
                some = self._waiting[:PER_PIPELINE_MAX]
                del self._waiting[:PER_PIPELINE_MAX]
                await self._round_trip(some)
        finally:
            self._sender = None

    async def _round_trip(self, some: list[tuple[Command, asyncio.Future[Any]]]) -> None:
        pipeline = self.redis.pipeline(transaction=False)
        for command, _ in some:
            pipeline.execute_command(*command)
        try:
            replies = await pipeline.execute(raise_on_error=False)
        except Exception as error:  # noqa: BLE001 - handed to those who wait for replies
            replies = [error] * len(some)
        for (_, reply), said in zip(some, replies, strict=True):
            if reply.done():
                continue
            if isinstance(said, Exception):
                reply.set_exception(said)
            else:
                reply.set_result(said)

    async def close(self) -> None:
        """Close the connection once all that was sent has its reply, such as locks that are given back."""
        while self._sender is not None:
            await self._sender
        await self.redis.aclose()
