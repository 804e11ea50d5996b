"""Calls over a Unix socket: their order, their failures, and peers that do not keep to the rules."""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from actors import direct_frames
from actors.channel import ChannelBroken
from actors.direct import DirectConnection, DirectServer, Handler, Kind

SOON_S = 30.0


@asynccontextmanager
async def connected(folder: Path, handler: Handler) -> AsyncIterator[DirectConnection]:
    """A connection to a server that answers calls as `handler` does."""
    server = DirectServer({Kind.HANDLE: handler})
    server.start(str(folder / "actor.sock"))
    async with asyncio.timeout(SOON_S):
        connection = await DirectConnection.open(str(folder / "actor.sock"))
        try:
            yield connection
        finally:
            connection.close()
            server.stop()


async def test_calls_that_arrive_together_are_begun_in_order_one_a_turn(tmp_path: Path) -> None:
    """What became ready meanwhile has its turn between two of them."""
    seen: list[str] = []
    loop = asyncio.get_running_loop()

    def note(data: bytes) -> asyncio.Future[bytes]:
        seen.append(f"call {data.decode()}")
        loop.call_soon(seen.append, f"after {data.decode()}")
        done: asyncio.Future[bytes] = loop.create_future()
        done.set_result(data)
        return done

    async with connected(tmp_path, note) as connection:
        calls = [connection.call(Kind.HANDLE, str(number).encode()) for number in range(3)]
        assert [b"0", b"1", b"2"] == await asyncio.gather(*calls)
    assert ["call 0", "call 1", "call 2"] == [each for each in seen if each.startswith("call")]
    assert seen.index("after 0") < seen.index("call 2")


async def test_answers_come_in_any_order(tmp_path: Path) -> None:
    """One that takes long holds up no other."""
    go_on = asyncio.Event()

    async def answer(data: bytes) -> bytes:
        if data == b"slow":
            await go_on.wait()
        return data

    async with connected(tmp_path, answer) as connection:
        slow = connection.call(Kind.HANDLE, b"slow")
        assert b"quick" == await connection.call(Kind.HANDLE, b"quick")
        assert not slow.done()
        go_on.set()
        assert b"slow" == await slow


async def test_a_call_that_fails_leaves_none_waiting(tmp_path: Path) -> None:
    """Whoever waits on the connection learns that the outcome is unknown, and so does who calls later."""
    begun = asyncio.Event()

    async def answer(data: bytes) -> bytes:
        if data == b"bug":
            await begun.wait()
            raise ValueError("a bug")
        begun.set()
        await asyncio.Event().wait()
        return data

    async with connected(tmp_path, answer) as connection:
        calls = [connection.call(Kind.HANDLE, data) for data in (b"bug", b"other")]
        ends = await asyncio.gather(*calls, return_exceptions=True)
        assert [ChannelBroken, ChannelBroken] == [type(end) for end in ends]
        with pytest.raises(ChannelBroken):
            await connection.call(Kind.HANDLE, b"later")


async def test_an_answer_that_nobody_waits_for_any_more_is_dropped(tmp_path: Path) -> None:
    """A caller that gave up takes the connection from nobody."""
    go_on = asyncio.Event()

    async def answer(data: bytes) -> bytes:
        await go_on.wait()
        return data

    async with connected(tmp_path, answer) as connection:
        connection.call(Kind.HANDLE, b"given up").cancel()
        patient = connection.call(Kind.HANDLE, b"patient")
        go_on.set()
        assert b"patient" == await patient


async def test_a_frame_beyond_the_limit_ends_its_connection(tmp_path: Path) -> None:
    """Nothing is gathered for a peer that claims to send gigabytes."""

    async def answer(data: bytes) -> bytes:
        return data

    async with connected(tmp_path, answer) as connection:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as stranger:
            stranger.setblocking(False)
            loop = asyncio.get_running_loop()
            await loop.sock_connect(stranger, str(tmp_path / "actor.sock"))
            header = struct.pack("<IIB", direct_frames.PAYLOAD_BYTES_MAX + 1, 1, Kind.HANDLE)
            await loop.sock_sendall(stranger, header)
            assert b"" == await loop.sock_recv(stranger, 1)
        assert b"others go on" == await connection.call(Kind.HANDLE, b"others go on")


async def test_a_peer_that_does_not_read_is_given_up(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """What is written for it does not gather without end."""
    monkeypatch.setattr(direct_frames, "UNSENT_BYTES_MAX", 1024 * 1024)
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listener:
        listener.bind(str(tmp_path / "deaf.sock"))
        listener.listen()
        connection = await DirectConnection.open(str(tmp_path / "deaf.sock"))
        calls = []
        while not connection.lost:
            calls.append(connection.call(Kind.HANDLE, bytes(256 * 1024)))
            assert len(calls) < 100, "it is given up in the end"
        ends = await asyncio.gather(*calls, return_exceptions=True)
    assert {ChannelBroken} == {type(end) for end in ends}
