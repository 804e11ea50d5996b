"""One question on three ways: over the websocket in MessagePack and in JSON, and over REST."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any, Final

import httpx
import msgspec

from protocol.closing import JSON, MSGPACK
from tests.integration.gateway.world import Socket, World

Told = dict[str, Any]
CALLS: Final = {
    "hold.create": ("POST", "/holds"),
    "hold.release": ("DELETE", "/holds/{hold}"),
    "hold.extend": ("POST", "/holds/{hold}/extend"),
    "hold.swap": ("POST", "/holds/{hold}/swap"),
    "checkout.begin": ("POST", "/orders"),
    "order.get": ("GET", "/orders/{order}"),
    "order.cancel": ("POST", "/orders/{order}/cancel"),
    "queue.join": ("POST", "/events/{event}/queue"),
    "queue.status": ("GET", "/events/{event}/queue"),
    "queue.leave": ("DELETE", "/events/{event}/queue"),
    "queue.challenge": ("GET", "/events/{event}/queue/challenge"),
    "waitlist.join": ("POST", "/events/{event}/waitlist"),
    "waitlist.status": ("GET", "/events/{event}/waitlist"),
    "waitlist.accept": ("POST", "/events/{event}/waitlist/accept"),
    "waitlist.decline": ("POST", "/events/{event}/waitlist/decline"),
}
"""The REST call that is the same as a message."""


class Question(msgspec.Struct, frozen=True):
    """A message, and what only the path of its REST call says besides (`event`)."""

    kind: str
    body: dict[str, Any]
    path: dict[str, str] = {}


class Caller:
    """Somebody who is there on all three ways."""

    def __init__(self, sockets: dict[str, Socket], http: httpx.AsyncClient) -> None:
        self._sockets, self._http = sockets, http

    async def ask(self, question: Question, key: str | None) -> dict[str, Told | None]:
        """What each way answers, under a key of its own if any: the problem, or None for a success."""
        told: dict[str, Told | None] = {}
        for way, socket in self._sockets.items():
            reply = await socket.ask(question.kind, question.body, key and f"{key} {way}")
            told[way] = None if reply["ok"] else plain(reply["e"])
        called = await self._call(question, key and f"{key} rest")
        told["rest"] = None if called.is_success else plain(called.json())
        return told

    async def _call(self, question: Question, key: str | None) -> httpx.Response:
        method, template = CALLS[question.kind]
        path = template.format(**(question.body | question.path))
        body = {name: value for name, value in question.body.items() if f"{{{name}}}" not in template}
        asked: dict[str, Any] = {"json": body} if method == "POST" else {}
        if method == "DELETE" and "seats" in body:
            asked["params"] = {"seats": ",".join(body["seats"])}
        return await self._http.request(
            method, "/v1" + path, headers={} if key is None else {"Idempotency-Key": key}, **asked
        )


@asynccontextmanager
async def caller(world: World, sub: str | None = "ann") -> AsyncIterator[Caller]:
    """A buyer of this name, or (None) a guest."""
    async with AsyncExitStack() as stack:
        sockets = {}
        for way, subprotocol in (("msgpack", MSGPACK), ("json", JSON)):
            sockets[way] = await stack.enter_async_context(world.socket(subprotocol))
            await sockets[way].hello(sub)
        yield Caller(
            sockets, await stack.enter_async_context(world.http(None) if sub is None else world.http(sub=sub))
        )


def plain(told: Told) -> Told:
    """A problem without what is of one request alone: its id, record and new order."""
    found = {name: value for name, value in told.items() if name not in ("request_id", "pos")}
    history = told["pos"][0] if "pos" in told else None
    alternatives = [list(each) for each in told.get("alternatives", ())]
    objects = [each[:4] if each.startswith("ord_") else each for each in told.get("objects", ())]
    return found | {"history": history, "alternatives": alternatives, "objects": objects}
