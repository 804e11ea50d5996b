"""Everybody asks for the best two seats together in one section: `python -m bench.pages.herd`.

It reads a `HerdSpec` as a line of JSON from standard input, writes `asking` when everybody stands, and asks
at an even pace until its input ends or nothing is left.
"""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Final
from urllib.parse import urlsplit

import msgspec
import uvloop

from bench.framing import handshake
from bench.server_process import ServerFailed, first_line
from bench.thin_client import ThinClient
from protocol.closing import MSGPACK

STARTED_MAX_S: Final = 60.0
QTY: Final = 2


class HerdSpec(msgspec.Struct, frozen=True):
    """A token for each of the herd, and how many of them ask in a second."""

    url: str
    event: str
    section: str
    tokens: tuple[str, ...]
    pairs_per_s: float


class Asker(ThinClient):
    """One of the herd: says who they are, and asks when they are told to."""

    def __init__(self, opening: bytes, token: str, failed: Counter[str]) -> None:
        super().__init__(opening)
        self._token: Final = token
        self._failed: Final = failed

    def opened(self) -> None:
        """Introduce yourself."""
        self.say("hello", 0, {"token": self._token})

    def heard(self, told: bytes) -> None:
        """The first word says that one may begin; of the others nothing is made."""
        self.begin()

    def failed(self, what: str) -> None:
        """Count what sent them away."""
        self._failed[what] += 1

    def ask(self, number: int, spec: HerdSpec) -> None:
        """Ask for the best two together."""
        best = {"qty": QTY, "sections": [spec.section], "adjacent": True}
        self.say("hold.create", number + 1, {"event": spec.event, "best": best}, f"herd-{number}")


async def _run(spec: HerdSpec) -> None:
    target = urlsplit(spec.url)
    host, port = target.hostname or "127.0.0.1", target.port or 80
    opening, failed = handshake(host, port, "/v1/ws", MSGPACK), Counter[str]()
    herd = [Asker(opening, token, failed) for token in spec.tokens]
    loop = asyncio.get_running_loop()
    for each in herd:
        await loop.create_connection(partial(_itself, each), host, port)
        await asyncio.wait_for(each.ready, STARTED_MAX_S)
    sys.stdout.buffer.write(b"asking\n")
    sys.stdout.buffer.flush()
    ended = asyncio.ensure_future(asyncio.to_thread(sys.stdin.buffer.read))
    number = 0
    while not ended.done():
        herd[number % len(herd)].ask(number, spec)
        number += 1
        await asyncio.wait([ended], timeout=1 / spec.pairs_per_s)


def _itself(each: Asker) -> Asker:
    return each


@contextmanager
def asking(spec: HerdSpec) -> Iterator[None]:
    """They ask meanwhile. Raises `ServerFailed` when the herd does not come to it."""
    with subprocess.Popen(
        [sys.executable, "-m", "bench.pages.herd"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        if process.stdin is None or process.stdout is None:
            raise ServerFailed("the herd cannot be spoken with")
        try:
            process.stdin.write(msgspec.json.encode(spec) + b"\n")
            process.stdin.flush()
            if first_line(process.stdout, STARTED_MAX_S) != b"asking\n":
                raise ServerFailed("the herd asks for nothing")
            yield
        finally:
            process.kill()


def main() -> None:
    """Ask as told on standard input, until it ends."""
    uvloop.run(_run(msgspec.json.decode(sys.stdin.buffer.readline(), type=HerdSpec)))


if __name__ == "__main__":
    main()
