"""Free ports below 32768, where Ray's workers do not look for theirs."""

from __future__ import annotations

import socket

FIRST, LAST = 18_000, 31_999


def free_port(host: str = "127.0.0.1", after: int = FIRST - 1) -> int:
    """A port beyond `after` on which nobody listens right now. Raises `OSError` when there is none."""
    for port in range(after + 1, LAST + 1):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except OSError:
                continue
            return port
    raise OSError(f"no free port from {after + 1} to {LAST}")
