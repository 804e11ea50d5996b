"""Records what tests say to a gateway or a shell, to be held against the journal at the end."""

from __future__ import annotations

import base64
import time
from collections.abc import Iterable, Mapping
from itertools import count
from pathlib import Path
from typing import Any

import httpx
import msgspec

from client import Recording as ClientRecording
from engine.catalogue import QUEUE
from persistence.memory.database import MemoryDatabase
from proof.auditor import Journal
from proof.history import check
from protocol.errors import Problem
from protocol.history import (
    Answered,
    AnyLine,
    ChangeSeen,
    Invoked,
    Joined,
    MapSeen,
    Refused,
    ResetSeen,
)

Frame = Mapping[str, Any]
REST_CALLS = {
    ("POST", "/holds"): "hold.create",
    ("GET", "/holds/{id}"): "hold.get",
    ("DELETE", "/holds/{id}"): "hold.release",
    ("POST", "/holds/{id}/extend"): "hold.extend",
    ("POST", "/holds/{id}/swap"): "hold.swap",
    ("POST", "/orders"): "checkout.begin",
    ("GET", "/orders/{id}"): "order.get",
    ("POST", "/orders/{id}/cancel"): "order.cancel",
}


class Recording:
    """Lines in the order in which a test saw things happen: the order is the clock."""

    def __init__(self) -> None:
        self.lines: list[AnyLine] = []
        self._ticks = count(1)
        self._clients = count(1)

    def tick(self) -> int:
        """A time after all others."""
        return next(self._ticks)

    def add(self, line: AnyLine) -> None:
        """Note a line."""
        self.lines.append(line)

    def client(self, principal: str | None = None) -> str:
        """The name of a new client."""
        name = f"c{next(self._clients)}"
        if principal is not None:
            self.add(Joined(name, principal))
        return name

    def audit(self, database: MemoryDatabase) -> None:
        """Hold what was recorded against the journals of a database in memory. Fails with what is wrong."""
        breaches = check(self.lines, journals_of(database)).breaches
        assert not breaches, "\n".join(str(breach) for breach in breaches)


def journals_of(database: MemoryDatabase) -> list[Journal]:
    """Every section's journal of a database in memory, whole."""
    streams = [stream for _, stream in sorted(database.streams.items())]
    return [Journal(each.source, each.records) for each in streams if each.source.section != QUEUE]


class SocketRecorder:
    """What is said over one websocket."""

    def __init__(self, recording: Recording) -> None:
        self._recording = recording
        self._client = recording.client()
        self._calls = count(1)
        self._open: dict[int, tuple[int, str]] = {}

    def said(self, messages: Iterable[Frame]) -> None:
        """The client says messages; those that are no requests are left out."""
        for message in messages:
            number, name = message.get("id"), message.get("t")
            if not isinstance(number, int) or not isinstance(name, str) or number in self._open:
                continue
            call = next(self._calls)
            self._open[number] = (call, name)
            body, key = message.get("d"), message.get("idem")
            tick = self._recording.tick()
            self._recording.add(Invoked(tick, self._client, call, name, key, body))

    def heard(self, messages: Iterable[Frame]) -> None:
        """The client hears replies and pushes."""
        for message in messages:
            if "re" in message:
                self._reply(message)
            elif message.get("t") in ("seats.snapshot", "seats.delta", "reset"):
                self._push(message)

    def _reply(self, message: Frame) -> None:
        opened = self._open.pop(message["re"], None)
        if opened is None:
            return
        call, name = opened
        tick = self._recording.tick()
        if not message["ok"]:
            refusal = msgspec.convert(message["e"], Problem)
            self._recording.add(Refused(tick, self._client, call, refusal))
            return
        self._recording.add(Answered(tick, self._client, call, message.get("d")))
        if name == "hello":
            self._recording.add(Joined(self._client, message["d"]["principal"]))

    def _push(self, message: Frame) -> None:
        tick, channel, body = self._recording.tick(), message["ch"], message.get("d", {})
        if message["t"] == "reset":
            self._recording.add(ResetSeen(tick, self._client, channel))
            return
        ep, seq = message["ep"], message["seq"]
        if message["t"] == "seats.snapshot":
            status = body["status"]
            packed = base64.b64decode(status) if isinstance(status, str) else status
            self._recording.add(MapSeen(tick, self._client, channel, ep, seq, packed, body["areas"]))
        else:
            changed = tuple((name, value) for name, value in body["u"])
            self._recording.add(ChangeSeen(tick, self._client, channel, ep, message["from"], seq, changed))


class RestRecorder(httpx.AsyncBaseTransport):
    """What is said over REST, on the way to the transport that carries it."""

    def __init__(self, recording: Recording, principal: str | None, inner: httpx.AsyncBaseTransport) -> None:
        self._recording = recording
        self._client = recording.client(principal)
        self._calls = count(1)
        self._inner = inner

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        operation, body = _rest_call(request)
        if operation is None:
            return await self._inner.handle_async_request(request)
        call, key = next(self._calls), request.headers.get("idempotency-key")
        self._recording.add(Invoked(self._recording.tick(), self._client, call, operation, key, body))
        response = await self._inner.handle_async_request(request)
        told = msgspec.json.decode(await response.aread())
        tick = self._recording.tick()
        if response.status_code < 400:
            self._recording.add(Answered(tick, self._client, call, told))
        else:
            refusal = msgspec.convert(told, Problem)
            self._recording.add(Refused(tick, self._client, call, refusal))
        return response

    async def aclose(self) -> None:
        await self._inner.aclose()


def _rest_call(request: httpx.Request) -> tuple[str | None, dict[str, Any] | None]:
    """What a REST request is as a websocket message, if it concerns holds and orders."""
    parts = request.url.path.removeprefix("/v1").split("/")
    identity = parts[2] if len(parts) > 2 else ""
    path = "/".join([*parts[:2], *(["{id}"] if identity else []), *parts[3:]])
    operation = REST_CALLS.get((request.method, path))
    if operation is None:
        return None, None
    try:
        body = msgspec.json.decode(request.content) if request.content else {}
    except (msgspec.DecodeError, RecursionError, UnicodeError):
        return None, None
    if not isinstance(body, dict):
        return None, None
    if identity:
        body["order" if parts[1] == "orders" else "hold"] = identity
    seats = request.url.params.get("seats")
    if operation == "hold.release" and seats is not None:
        body["seats"] = seats.split(",")
    return operation, body


class FileRecording(Recording):
    """Writes lines to a file as they come, on the machine's own clock, beside those of clients."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.to = ClientRecording(path)

    def tick(self) -> int:
        return time.monotonic_ns()

    def add(self, line: AnyLine) -> None:
        self.to(line)
