"""A process of ours beside the browser: told what to do in a line of JSON, and ended with its input."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final, TypeVar
from urllib.parse import urlsplit

import msgspec

from bench.framing import handshake
from bench.server_process import ServerFailed, first_line
from bench.thin_client import ThinClient
from protocol.closing import MSGPACK

STARTED_MAX_S: Final = 180.0
ENDED_MAX_S: Final = 30.0
READY: Final = b"ready"
SpecT = TypeVar("SpecT", bound=msgspec.Struct)


class Beside:
    """A process that does its work; once it has ended `words` are its last line."""

    words = b""


@contextmanager
def beside(module: str, spec: msgspec.Struct) -> Iterator[Beside]:
    """The module does what the spec says meanwhile. Raises `ServerFailed` when it does not come to it."""
    told = Beside()
    with subprocess.Popen(
        [sys.executable, "-m", module], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        if process.stdin is None or process.stdout is None:
            raise ServerFailed(f"{module} cannot be spoken with")
        try:
            process.stdin.write(msgspec.json.encode(spec) + b"\n")
            process.stdin.flush()
            if first_line(process.stdout, STARTED_MAX_S).rstrip() != READY:
                raise ServerFailed(f"{module} did not get ready")
            yield told
            process.stdin.close()
            told.words = first_line(process.stdout, ENDED_MAX_S)
        finally:
            process.kill()


def spec_of(kind: type[SpecT]) -> SpecT:
    """In such a process: what is to be done."""
    return msgspec.json.decode(sys.stdin.buffer.readline(), type=kind)


def say(words: bytes) -> None:
    """In such a process: a line for whoever started it."""
    sys.stdout.buffer.write(words + b"\n")
    sys.stdout.buffer.flush()


def told_to_end() -> asyncio.Future[bytes]:
    """In such a process: done when whoever started it has no more to say."""
    return asyncio.ensure_future(asyncio.to_thread(sys.stdin.buffer.read))


def opening(url: str) -> bytes:
    """The request that opens a websocket of the server."""
    host, port = address(url)
    return handshake(host, port, "/v1/ws", MSGPACK)


def address(url: str) -> tuple[str, int]:
    """Where a server is."""
    target = urlsplit(url)
    return target.hostname or "127.0.0.1", target.port or 80


async def connect(client: ThinClient, url: str, within_s: float) -> None:
    """Open the client's connection and wait until it may begin. Raises `TimeoutError` and `OSError`."""
    host, port = address(url)
    await asyncio.get_running_loop().create_connection(lambda: client, host, port)
    await asyncio.wait_for(client.ready, within_s)
