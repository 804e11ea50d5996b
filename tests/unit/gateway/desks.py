"""A session with a desk and an outlet that only remember."""

from __future__ import annotations

import secrets
from typing import Any

import msgspec

from gateway.access.auth import Principal
from gateway.settings import GatewaySettings
from gateway.websocket.codec import CODECS, MSGPACK_CODEC, Codec
from gateway.websocket.session import Session, SessionState
from protocol.closing import CloseCode
from protocol.requests import AnyRequest, Hello

SETTINGS = GatewaySettings(secret=secrets.token_hex(32))
ANN = Principal("usr_ann", "buyer", (), 10_000.0)
DONE = msgspec.Raw(msgspec.msgpack.encode({"done": True}))


class Memory:
    """Handler and outlet in one: what was handled, said and closed."""

    def __init__(self, caller: Principal | None = ANN) -> None:
        self.caller = caller
        self.handled: list[AnyRequest] = []
        self.said: list[bytes] = []
        self.closed: tuple[CloseCode, str] | None = None

    def hello(self, session: Session, request: Hello, now_s: float) -> None:
        session.open(self.caller, now_s + 1_000.0)
        session.accept(request.id, DONE)

    def handle(self, session: Session, request: AnyRequest) -> None:
        self.handled.append(request)

    def reply(self, message: bytes) -> None:
        self.said.append(message)

    def close(self, code: CloseCode, reason: str) -> None:
        self.closed = code, reason

    def replies(self, codec: Codec = MSGPACK_CODEC) -> list[dict[str, Any]]:
        """All that was said, decoded."""
        decode = msgspec.json.decode if codec.text else msgspec.msgpack.decode
        return [decode(message) for message in self.said]


def new_session(
    memory: Memory, codec: Codec = MSGPACK_CODEC, settings: GatewaySettings = SETTINGS, *, opened: bool = True
) -> Session:
    """A session that has said hello, unless it is told not to."""
    session = Session("ses_1", codec, memory, memory, settings)
    if opened:
        session.open(memory.caller, 1_000.0)
        assert SessionState.OPEN == session.state
    return session


def frame(message: Any, codec: Codec = MSGPACK_CODEC) -> bytes | str:
    """A message, or an array of them, as a frame of the codec."""
    return msgspec.json.encode(message).decode() if codec.text else msgspec.msgpack.encode(message)


def hold(number: int, idem: str | None = "key") -> dict[str, Any]:
    """A request for a seat."""
    message = {"t": "hold.create", "id": number, "d": {"event": "evt_1", "seats": ["A-1-1"]}}
    return message if idem is None else message | {"idem": idem}


ALL_CODECS = list(CODECS.values())
