"""One incarnation of an owner in a process of its own, without Ray.

    python -m tests.e2e.owner_process DSN OWNER

Reads batches from standard input and writes their answers to standard output, each as four
bytes of length (big-endian) and the bytes that gateways and actors exchange. Ends with
`FENCED_EXIT_CODE`, as an actor does, when another owner has taken the stream.
"""

from __future__ import annotations

import asyncio
import os
import sys
from typing import IO

from actors.clock import RandomIds, SystemClock
from actors.host import SectionHost
from actors.limits import ShellLimits
from actors.ray_actor import FENCED_EXIT_CODE
from holdfast.logs import configure_logs
from persistence.postgres.store import PostgresSectionStore

LENGTH_BYTES = 4


async def serve(dsn: str, owner: str) -> None:
    """Answer batches until standard input ends; later ones do not wait for earlier ones."""
    host = SectionHost(
        owner,
        PostgresSectionStore(dsn),
        SystemClock(),
        RandomIds(),
        ShellLimits(),
        lambda _stream: os._exit(FENCED_EXIT_CODE),
    )
    async with asyncio.TaskGroup() as answering:
        while data := await asyncio.to_thread(read_packet, sys.stdin.buffer):
            answering.create_task(_answer(host, data))
    await host.close()


async def _answer(host: SectionHost, data: bytes) -> None:
    write_packet(sys.stdout.buffer, await host.handle(data))


def read_packet(stream: IO[bytes]) -> bytes:
    """The next packet, or nothing at the end of the stream."""
    length = int.from_bytes(stream.read(LENGTH_BYTES), "big")
    return stream.read(length)


def write_packet(stream: IO[bytes], data: bytes) -> None:
    """Write a packet and let it go."""
    stream.write(len(data).to_bytes(LENGTH_BYTES, "big") + data)
    stream.flush()


if __name__ == "__main__":
    configure_logs("warning")  # to standard error: standard output is for answers
    asyncio.run(serve(sys.argv[1], sys.argv[2]))
