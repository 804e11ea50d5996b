"""What the listening socket sees to before any of our code meets a connection."""

from __future__ import annotations

import asyncio
import socket

import pytest

from holdfast import listener as module
from holdfast.listener import listen

SOON_S = 30.0


async def test_a_peer_that_reads_nothing_is_dropped(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also when its connection was closed already and only what was sent last waits for it."""
    monkeypatch.setattr(module, "UNREAD_MAX_MS", 200)
    lost = asyncio.Event()

    class Generous(asyncio.Protocol):
        def connection_made(self, transport: asyncio.BaseTransport) -> None:
            assert isinstance(transport, asyncio.Transport)
            transport.write(bytes(16_000_000))
            transport.close()

        def connection_lost(self, exc: Exception | None) -> None:
            lost.set()

    with listen("127.0.0.1", 0) as listener:
        server = await asyncio.get_running_loop().create_server(Generous, sock=listener)
        with socket.create_connection(listener.getsockname()):
            async with asyncio.timeout(SOON_S):
                await lost.wait()
        server.close()


@pytest.mark.skipif(not socket.has_dualstack_ipv6(), reason="this machine has no IPv6")
def test_addresses_of_both_families_will_do() -> None:
    """Loopback may be 127.0.0.1 or ::1."""
    for host in ("127.0.0.1", "::1"):
        with listen(host, 0) as listener:
            assert host == listener.getsockname()[0]
            assert listener.get_inheritable()
