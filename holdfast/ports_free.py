"""Free ports below 32768, where Ray's workers do not look for theirs."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from typing import Final

FIRST, LAST = 18_000, 31_999
APART: Final = 16
"""Where processes whose ids follow each other begin to look is that far apart."""


def free_port(host: str = "127.0.0.1", after: int | None = None) -> int:
    """A port on which nobody listens right now: the next one beyond `after`.

    Without `after` each process begins elsewhere, so that two which look at once do not find the same.
    Raises `OSError` when there is none.
    """
    for port in _from(FIRST + os.getpid() * APART % (LAST - FIRST + 1) if after is None else after + 1):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except OSError:
                continue
            return port
    raise OSError(f"no free port from {FIRST} to {LAST}")


def _from(first: int) -> Iterator[int]:
    yield from range(first, LAST + 1)
    yield from range(FIRST, first)
