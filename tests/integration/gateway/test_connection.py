"""Time limits of connections, and sockets that take nothing."""

from __future__ import annotations

from time import monotonic

from gateway.websocket.connection import HELLO_TIMEOUT_S, SILENCE_MAX_S, Connection
from protocol.closing import CloseCode
from tests.integration.gateway.world import World


def only(world: World) -> Connection:
    """The one connection that is open."""
    (connection,) = world.app.state.sockets._connections
    assert isinstance(connection, Connection)
    return connection


async def test_hello_must_come_in_time() -> None:
    """A connection that says nothing is closed with 4408."""
    async with World() as world, world.socket() as socket:
        only(world).sweep(monotonic() + HELLO_TIMEOUT_S - 1)
        only(world).sweep(monotonic() + HELLO_TIMEOUT_S + 1)
        assert CloseCode.TIMEOUT == await socket.closed()


async def test_silence_ends_a_connection() -> None:
    """Two missed heartbeats close with 4408; any frame counts as one."""
    async with World() as world, world.socket() as socket:
        await socket.hello()
        only(world).sweep(monotonic() + SILENCE_MAX_S - 1)
        assert (await socket.ask("ping", {}))["ok"]
        only(world).sweep(monotonic() + SILENCE_MAX_S + 1)
        assert CloseCode.TIMEOUT == await socket.closed()


async def test_a_socket_that_takes_nothing_is_given_up() -> None:
    """When a send has been waiting too long the connection ends without a close frame."""
    async with World() as world, world.socket() as socket:
        await socket.hello()
        connection = only(world)
        socket.writable.clear()
        socket.say({"t": "ping", "id": 9, "d": {}})
        await socket.blocked.wait()
        connection.sweep(monotonic() + 5)
        connection.sweep(monotonic() + 11)
        await socket.ended()
        assert 0 == len(world.app.state.sockets)


async def test_a_peer_that_is_gone() -> None:
    """When sending fails nothing more is sent, and the connection ends with its reader."""
    async with World() as world, world.socket() as socket:
        await socket.hello()
        socket.broken = True
        socket.say({"t": "ping", "id": 8, "d": {}}, {"t": "ping", "id": 9, "d": {}})
        await socket.idle()
        socket.leave()
        await socket.ended()
        assert 0 == len(world.app.state.sockets)


async def test_closing_frees_subscriptions() -> None:
    """A connection that ends watches nothing any more."""
    async with World() as world:
        async with world.socket() as socket:
            await socket.hello()
            await socket.ask("subscribe", {"event": world.event.id})
            await socket.ask("subscribe", {"event": world.event.id, "detail": "counts"})
            await socket.push("seats.snapshot")
        hub = world.app.state.hub
        assert all(not feed.watchers for feed in hub._feeds.values())
        assert {} == hub._counts
