"""The far end of one websocket, as an ASGI server would show it to the gateway."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterator, MutableMapping
from typing import Any, Final

import msgspec

from gateway.front import Front
from protocol.closing import JSON, MSGPACK, CloseCode
from protocol.errors import ErrorCode, Problem

CODES: Final = {code.value: code for code in ErrorCode}
CLOSES: Final = {code.value for code in CloseCode}
Message = MutableMapping[str, Any]


class Caller:
    """Says what it is told to say and keeps what it hears, what is `wrong` with it too; `run` is its task."""

    def __init__(self, *, text: bool) -> None:
        self.text = text
        self.heard: Counter[str] = Counter()
        self.words: dict[str, str] = {}
        self.closed: int | None = None
        self.replies = 0
        self.wrong: list[str] = []
        self._codec: Any = msgspec.json if text else msgspec.msgpack
        self._inbox: asyncio.Queue[Message] = asyncio.Queue()
        self._inbox.put_nowait({"type": "websocket.connect"})
        self._reading = asyncio.Event()
        self._reading.set()

    async def run(self, front: Front) -> None:
        """Be connected until either side ends it."""
        scope = {
            "type": "websocket",
            "subprotocols": [JSON if self.text else MSGPACK],
            "headers": [],
            "extensions": {},
        }
        await front.sockets(scope, self._inbox.get, self._send)

    def say(self, frame: bytes) -> None:
        """Send a frame."""
        if self.text:
            self._inbox.put_nowait({"type": "websocket.receive", "text": frame.decode(errors="replace")})
        else:
            self._inbox.put_nowait({"type": "websocket.receive", "bytes": frame})

    def encode(self, value: Any) -> bytes:
        """A value as a frame. Raises what msgspec raises for what cannot be written."""
        return bytes(self._codec.encode(value))

    def leave(self) -> None:
        """Go away."""
        self._reading.set()
        self._inbox.put_nowait({"type": "websocket.disconnect", "code": 1000})

    def stop_reading(self) -> None:
        """Take nothing any more."""
        self._reading.clear()

    async def _send(self, message: Message) -> None:
        await self._reading.wait()
        if message["type"] == "websocket.close":
            if message["code"] not in CLOSES:
                self.wrong.append(f"closed with {message['code']}")
            self.closed = message["code"]
            self.heard[f"closed {self.closed}"] += 1
        elif message["type"] == "websocket.send":
            if self.closed is not None:
                self.wrong.append("a frame after the close")
            frame = message["text"].encode() if self.text else message["bytes"]
            try:
                self._hear(self._codec.decode(frame))
            except Exception as error:  # noqa: BLE001 - what is raised here would be taken for a lost peer
                self.wrong.append(f"{frame!r} cannot be understood: {error!r}")

    def _hear(self, told: Any) -> None:
        for each in told if isinstance(told, list) else [told]:
            if "t" in each:
                self.heard[f"push {each['t']}"] += 1
            elif each["ok"]:
                self.replies += 1
                self.heard["ok"] += 1
            else:
                self.replies += 1
                self._refused(each["e"])
            self.words.update(_words(each.get("d")))

    def _refused(self, told: dict[str, Any]) -> None:
        refusal = msgspec.convert(told, Problem)
        code = CODES.get(refusal.code)
        if code is None or code is ErrorCode.INTERNAL:
            self.wrong.append(f"refused with {refusal}")
        elif (code.status, code.retryable) != (refusal.status, refusal.retryable):
            self.wrong.append(f"not the catalogue's: {refusal}")
        self.heard[refusal.code] += 1


def _words(body: Any) -> Iterator[tuple[str, str]]:
    """What later messages can name: holds, orders, histories."""
    if isinstance(body, dict):
        for word in ("hold", "order", "ep"):
            if isinstance(body.get(word), str):
                yield f"${word}", body[word]
        if isinstance(body.get("pos"), list):
            yield "$ep", body["pos"][0]
