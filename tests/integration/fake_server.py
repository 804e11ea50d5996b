"""A small server of the contract's frames, driven by the test that starts it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import msgpack  # type: ignore[import-untyped]  # it carries no types
from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

Message = dict[str, Any]
Answer = Callable[["FakeServer", "Peer", Message], Awaitable[None]]


class Peer:
    """One connection as the server sees it."""

    def __init__(self, socket: ServerConnection) -> None:
        self.socket = socket

    async def send(self, *messages: Message) -> None:
        await self.socket.send(msgpack.packb(messages[0] if len(messages) == 1 else list(messages)))

    async def accept(self, request: Message, body: Message) -> None:
        await self.send({"re": request["id"], "ok": True, "d": body})

    async def refuse(self, request: Message, code: str, status: int, **more: Any) -> None:
        problem = {"type": "about:blank", "title": code, "status": status, "code": code, "retryable": True}
        await self.send({"re": request["id"], "ok": False, "e": {**problem, **more}})

    def cut(self) -> None:
        self.socket.transport.abort()


class FakeServer:
    """Keeps what it was asked; `answer` decides about everything but hello."""

    def __init__(self, answer: Answer) -> None:
        self.url = ""
        self.requests: list[Message] = []
        self.hellos: list[Message] = []
        self.heartbeat_ms = 25_000
        self._answer = answer

    def asked(self, kind: str) -> list[Message]:
        return [request for request in self.requests if request["t"] == kind]

    async def handle(self, socket: ServerConnection) -> None:
        peer = Peer(socket)
        try:
            async for frame in socket:
                found = msgpack.unpackb(frame)
                for request in found if isinstance(found, list) else [found]:
                    await self._request(peer, request)
        except ConnectionClosed:
            pass

    async def _request(self, peer: Peer, request: Message) -> None:
        if request["t"] == "hello":
            self.hellos.append(request)
            await peer.accept(
                request,
                {
                    "session": f"ses_{len(self.hellos)}",
                    "principal": "usr_1",
                    "heartbeat_ms": self.heartbeat_ms,
                    "limits": {},
                },
            )
        else:
            self.requests.append(request)
            await self._answer(self, peer, request)


@asynccontextmanager
async def fake_server(answer: Answer) -> AsyncIterator[FakeServer]:
    """Serve on a free port below the ephemeral range."""
    server = FakeServer(answer)
    for port in range(21_700, 21_760):
        try:
            listener = await serve(
                server.handle,
                "127.0.0.1",
                port,
                subprotocols=[Subprotocol("holdfast.v1.msgpack")],
                compression=None,
            )
        except OSError:
            continue
        server.url = f"ws://127.0.0.1:{port}"
        break
    try:
        yield server
    finally:
        listener.close()
        await listener.wait_closed()


def hold_body(hold: str = "hld_1", seat: str = "A-1-1") -> Message:
    """A hold of one seat as a reply says it."""
    price = {"amount": "10.00", "currency": "EUR"}
    item = {"seat": seat, "section": "A", "category": "c", "type": "standard", "price": price}
    return {
        "hold": hold,
        "items": [item],
        "total": price,
        "expires_at": "2026-01-01T00:00:00.000Z",
        "renewals_left": 10,
        "pos": ["e", 7],
    }


async def until(condition: Callable[[], bool]) -> None:
    """Let the loop turn until something holds; the test's own timeout bounds it."""
    while not condition():  # noqa: ASYNC110 # any condition, not one event
        await asyncio.sleep(0)
