"""A server that is told to stop answers what it was asked, says so, and leaves nothing behind."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import msgspec
import psutil
import pytest

from bench.processes import parts
from bench.server_process import ServerProcess
from protocol.closing import MSGPACK, CloseCode
from tests.databases import temporary_directory
from tests.e2e.leftovers import lasting
from tests.e2e.raw_websocket import BINARY, RawSocket, frame, raw_connection
from tests.e2e.world import World, random_port, rows_of

END_TIMEOUT_S = 120


@contextmanager
def _interruptible() -> Iterator[None]:
    """As at a terminal: what a shell runs in the background ignores Ctrl-C, and so do its children."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


@pytest.fixture
def short_lived() -> Iterator[World]:
    """A server that its test ends."""
    with temporary_directory() as directory, _interruptible():
        server = ServerProcess(directory / "data", random_port(), own_group=True)
        with server as running:
            yield World(running)


async def _say(raw: RawSocket, message: dict[str, Any]) -> None:
    await raw.send(frame(BINARY, msgspec.msgpack.encode(message)))


async def _hear(raw: RawSocket, wanted: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
    """The next message that is wanted; those before it are passed over."""
    while True:
        received = await raw.receive()
        assert received.close_code is None
        message = msgspec.msgpack.decode(received.payload)
        for each in message if isinstance(message, list) else [message]:
            if wanted(each):
                found: dict[str, Any] = each
                return found


def _hold(number: int, event: str, seat: str) -> dict[str, Any]:
    return {"t": "hold.create", "id": number, "idem": seat, "d": {"event": event, "seats": [seat]}}


def _everything(server: ServerProcess) -> list[psutil.Process]:
    """All processes of a server, the database included."""
    return [process for of_part in parts(server.pid, server.data_dir).values() for process in of_part]


def _runs(process: psutil.Process) -> bool:
    """Whether it lives; one that ended but was not yet collected by the system does not."""
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


@pytest.mark.parametrize("how", ["terminated", "interrupted at the terminal"])
async def test_what_is_in_flight_is_answered_before_the_end(short_lived: World, how: str) -> None:
    """A hold that its section has not decided yet is acknowledged after the signal.

    The client hears `draining`, then its answer, then 4503. What is asked meanwhile, and who
    comes meanwhile, is refused. The server ends with status 0, none of its processes stays, and Ray warned
    of nothing.
    """
    server = short_lived.server
    event = await short_lived.put_on_sale(rows_of(10))
    (actor,) = parts(server.pid, server.data_dir)["actor"]
    processes = _everything(server)
    async with raw_connection(server.url) as raw, raw_connection(server.url) as late:
        await raw.shake_hands(MSGPACK)
        await _say(raw, {"t": "hello", "id": 1, "d": {"token": short_lived.token("ada")}})
        actor.suspend()
        await _say(raw, _hold(2, event, "S-1-1"))
        await _say(raw, {"t": "ping", "id": 3, "d": {}})
        await _hear(raw, lambda message: message.get("re") == 3)
        if how == "terminated":
            os.kill(server.pid, signal.SIGTERM)
        else:
            os.killpg(server.pid, signal.SIGINT)
        await _hear(raw, lambda message: message.get("t") == "draining")
        await _say(raw, _hold(4, event, "S-1-2"))
        refused = await _hear(raw, lambda message: message.get("re") == 4)
        assert "draining" == refused["e"]["code"]
        await late.shake_hands(MSGPACK)
        assert 503 == late.status
        actor.resume()
        reply = await _hear(raw, lambda message: message.get("re") == 2)
        assert ["S-1-1"] == [item["seat"] for item in reply["d"]["items"]]
        assert CloseCode.DRAINING == await raw.end()
    assert 0 == server.wait(END_TIMEOUT_S)
    assert [] == lasting(lambda: [process for process in processes if _runs(process)])
    assert "WARNING" not in server.log, "Ray has nothing to say to whoever serves"
