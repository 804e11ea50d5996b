"""Everybody watches, everybody is cut off, everybody comes back at once: how long until all see again.

`python -m bench.reconnect_load` reads a `ReconnectSpec` as a line of JSON from standard input
and writes a `ReconnectResult` as a line.
"""

from __future__ import annotations

import asyncio
import sys
from time import perf_counter
from typing import Final
from urllib.parse import urlsplit

import msgspec
import uvloop

from bench.figures import Latency, latency_of
from bench.framing import handshake
from bench.viewer import Audience, Viewer
from protocol.closing import MSGPACK

CALM_AT_ONCE: Final = 64
BACK_MAX_S: Final = 60.0


class ReconnectSpec(msgspec.Struct, frozen=True):
    """`connections` guests watch one section of an event and are cut off `storms` times."""

    url: str
    event: str
    section: str
    connections: int
    storms: int


class ReconnectResult(msgspec.Struct, frozen=True):
    """`back_ms` is from the cut until a guest sees the map again, over all storms.

    `all_back_s` is the longest storm's, until the last of them; `missing` never came back.
    """

    connections: int
    back_ms: Latency
    all_back_s: float
    missing: int
    reconnects_per_s: float
    errors: dict[str, int]
    moments: tuple[float, ...]


class _Storm:
    def __init__(self, spec: ReconnectSpec) -> None:
        target = urlsplit(spec.url)
        self._host, self._port = target.hostname or "127.0.0.1", target.port or 80
        self._opening = handshake(self._host, self._port, "/v1/ws", MSGPACK)
        self._watched = {"event": spec.event, "sections": [spec.section]}
        self._connections: Final = spec.connections
        self.audience: Final = Audience()
        self.viewers: list[Viewer] = []
        self.back_s: Final[list[float]] = []

    async def calm(self) -> None:
        """Everybody comes, some at a time."""
        for first in range(0, self._connections, CALM_AT_ONCE):
            numbers = range(first, min(first + CALM_AT_ONCE, self._connections))
            await asyncio.gather(*(self._come(number) for number in numbers))

    async def strike(self) -> float:
        """Cut everybody off, let them all come back at once; seconds until the last sees the map."""
        viewers, self.viewers = self.viewers, []
        begin_s = perf_counter()
        for viewer in viewers:
            viewer.close()
        await asyncio.gather(*(self._back(number, begin_s) for number in range(self._connections)))
        return perf_counter() - begin_s

    async def _back(self, number: int, begin_s: float) -> None:
        try:
            async with asyncio.timeout(BACK_MAX_S):
                await self._come(number)
        except (OSError, TimeoutError) as error:
            self.audience.failed(type(error).__name__)
        else:
            self.back_s.append(perf_counter() - begin_s)

    async def _come(self, number: int) -> None:
        viewer = Viewer(number, self._opening, self._watched, self.audience)
        loop = asyncio.get_running_loop()
        await loop.create_connection(lambda: viewer, self._host, self._port)
        await viewer.ready
        self.viewers.append(viewer)


async def run_reconnects(spec: ReconnectSpec) -> ReconnectResult:
    """Watch, cut, come back. Raises `OSError` when the first coming fails."""
    storm = _Storm(spec)
    await storm.calm()
    lasted_s = [await storm.strike() for _ in range(spec.storms)]
    for viewer in storm.viewers:
        viewer.close()
    due = spec.connections * spec.storms
    return ReconnectResult(
        connections=spec.connections,
        back_ms=latency_of(storm.back_s),
        all_back_s=round(max(lasted_s), 3),
        missing=due - len(storm.back_s),
        reconnects_per_s=round(len(storm.back_s) / max(sum(lasted_s), 1e-9), 1),
        errors=dict(storm.audience.errors),
        moments=tuple(round(moment, 4) for moment in sorted(storm.back_s)),
    )


def main() -> None:
    """One run as told on standard input."""
    spec = msgspec.json.decode(sys.stdin.buffer.readline(), type=ReconnectSpec)
    sys.stdout.buffer.write(msgspec.json.encode(uvloop.run(run_reconnects(spec))) + b"\n")


if __name__ == "__main__":
    main()
