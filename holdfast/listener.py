"""The listening socket that the gateways share."""

from __future__ import annotations

import socket
from typing import Final

BACKLOG: Final = 4_096
UNREAD_MAX_MS: Final = 30_000
"""How long a peer may take nothing of what was sent before its connection is dropped."""


def listen(host: str, port: int) -> socket.socket:
    """A socket on `host:port` that child processes may inherit. Raises `OSError`, which names the address.

    A peer that reads nothing would keep its connection for ever, also one that was closed
    long ago, because what was sent last waits for it. The system drops it instead: the
    option is passed on to every connection that is accepted (TCP_USER_TIMEOUT, RFC 5482).
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.create_server((host, port), family=family, backlog=BACKLOG)
    listener.set_inheritable(True)
    if hasattr(socket, "TCP_USER_TIMEOUT"):
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, UNREAD_MAX_MS)
    return listener
