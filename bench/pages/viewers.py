"""People who look at one section and do nothing: `python -m bench.pages.viewers`, in a process of its own.

It reads a `ViewersSpec` as a line of JSON from standard input, writes `watching` when everybody sees the
section, and stays until its input ends.
"""

from __future__ import annotations

import asyncio
import resource
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Final
from urllib.parse import urlsplit

import msgspec
import uvloop

from bench.framing import handshake
from bench.server_process import ServerFailed, first_line
from bench.viewer import HEARTBEAT_S, Audience, Viewer
from protocol.closing import MSGPACK

AT_ONCE: Final = 64
READY_S: Final = 30.0
STARTED_MAX_S: Final = 180.0


class ViewersSpec(msgspec.Struct, frozen=True):
    """How many look at which section."""

    url: str
    event: str
    section: str
    viewers: int


async def _run(spec: ViewersSpec) -> None:
    target = urlsplit(spec.url)
    host, port = target.hostname or "127.0.0.1", target.port or 80
    opening, audience = handshake(host, port, "/v1/ws", MSGPACK), Audience()
    body = {"event": spec.event, "sections": [spec.section]}
    viewers = [Viewer(number, opening, body, audience) for number in range(spec.viewers)]
    for first in range(0, len(viewers), AT_ONCE):
        await asyncio.gather(*(_connect(each, host, port) for each in viewers[first : first + AT_ONCE]))
    if audience.errors:
        raise ConnectionError(f"not everybody sees the section: {audience.errors}")
    sys.stdout.buffer.write(b"watching\n")
    sys.stdout.buffer.flush()
    ended = asyncio.ensure_future(asyncio.to_thread(sys.stdin.buffer.read))
    while not ended.done():
        for each in viewers:
            each.ping()
            await asyncio.sleep(HEARTBEAT_S / len(viewers))


async def _connect(each: Viewer, host: str, port: int) -> None:
    await asyncio.get_running_loop().create_connection(partial(_itself, each), host, port)
    await asyncio.wait_for(each.ready, READY_S)


def _itself(each: Viewer) -> Viewer:
    return each


@contextmanager
def watching(spec: ViewersSpec) -> Iterator[None]:
    """They look on meanwhile. Raises `ServerFailed` when not everybody comes to see the section."""
    with subprocess.Popen(
        [sys.executable, "-m", "bench.pages.viewers"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        if process.stdin is None or process.stdout is None:
            raise ServerFailed("the viewers cannot be spoken with")
        try:
            process.stdin.write(msgspec.json.encode(spec) + b"\n")
            process.stdin.flush()
            if first_line(process.stdout, STARTED_MAX_S) != b"watching\n":
                raise ServerFailed("the viewers did not come to see anything")
            yield
        finally:
            process.kill()


def main() -> None:
    """Look as told on standard input, until it ends."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    uvloop.run(_run(msgspec.json.decode(sys.stdin.buffer.readline(), type=ViewersSpec)))


if __name__ == "__main__":
    main()
