"""Who sends damaged frames over real sockets, and who buys beside them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from random import Random
from typing import Any, Final

import msgspec

from client import HoldfastClient
from protocol.closing import JSON, MSGPACK
from tests.e2e.raw_websocket import (
    BINARY,
    TEXT,
    RawSocket,
    Received,
    frame,
    raw_connection,
)
from tests.e2e.world import World

ENCODE: Final[dict[str, Callable[[Any], bytes]]] = {
    MSGPACK: msgspec.msgpack.encode,
    JSON: msgspec.json.encode,
}
DECODE: Final[dict[str, Callable[[bytes], Any]]] = {
    MSGPACK: msgspec.msgpack.decode,
    JSON: msgspec.json.decode,
}
OPCODE: Final = {MSGPACK: BINARY, JSON: TEXT}


@asynccontextmanager
async def guest(world: World, codec: str) -> AsyncIterator[RawSocket]:
    """A connection that has said hello."""
    async with raw_connection(world.server.url) as raw:
        await raw.shake_hands(codec)
        await raw.send(frame(OPCODE[codec], ENCODE[codec]({"t": "hello", "id": 0, "d": {}})))
        assert DECODE[codec]((await raw.receive()).payload)["ok"]
        yield raw


class GoodBuyer:
    """Holds a seat and gives it back, again and again; any error ends the task with it."""

    def __init__(self, client: HoldfastClient, event: str) -> None:
        self.rounds = 0
        self._client = client
        self._event = event

    async def shop(self, until: asyncio.Event) -> None:
        while not until.is_set():
            hold = await self._client.hold_create(self._event, ["S-1-5"])
            await self._client.release(hold.hold)
            self.rounds += 1


class Vandal:
    """Sends damaged messages, one after the other, on as many connections as that costs."""

    def __init__(self, world: World, codec: str, event: str, seed: int) -> None:
        self.said = 0
        self.closed = 0
        self._world = world
        self._codec = codec
        self._random = Random(seed)
        self._templates = [ENCODE[codec](message) for message in _requests(event)]

    async def run(self, frames: int) -> None:
        """Every frame gets a word or the end of its connection."""
        while frames > 0:
            async with guest(self._world, self._codec) as raw:
                while frames > 0:
                    frames -= 1
                    await raw.send(frame(OPCODE[self._codec], self._damaged()))
                    if not self._judge(await raw.receive()):
                        break

    def _judge(self, received: Received) -> bool:
        code = received.close_code
        if code is None:
            self.said += 1
            return True
        assert code in (4400, 4413, 1007)
        self.closed += 1
        return False

    def _damaged(self) -> bytes:
        data = bytearray(self._random.choice(self._templates))
        for _ in range(self._random.randint(1, 4)):
            data[self._random.randrange(len(data))] = self._random.randrange(256)
        cut = self._random.choice([len(data), self._random.randrange(1, len(data))])
        return bytes(data[:cut]) if self._random.random() < 0.8 else self._random.randbytes(cut)


def _requests(event: str) -> list[dict[str, Any]]:
    position = [event, 2**63]
    return [
        {"t": "hello", "id": 1, "d": {"token": "a.b.c", "resume": {"session": "s", "positions": {}}}},
        {"t": "subscribe", "id": 2, "d": {"event": event, "after": {f"{event}/S": position}}},
        {"t": "sync", "id": 3, "d": {"ch": f"{event}/S", "after": position}},
        {"t": "hold.create", "id": 4, "idem": "k", "d": {"event": event, "seats": ["S-1-1"]}},
        {"t": "hold.create", "id": 5, "idem": "k", "d": {"event": event, "best": {"qty": 2}}},
        {"t": "checkout.begin", "id": 6, "idem": "k", "d": {"hold": "hld_1", "buyer": {"name": "a"}}},
        {"t": "order.get", "id": 7, "d": {"order": "ord_1"}},
        {"t": "ping", "id": 8, "d": {}},
    ]
