"""Just enough of RFC 6455 for a load generator: binary frames out, whole messages in.

The masking key is zero, which leaves the payload as it is: masks protect intermediaries
from hostile scripts, and here is neither; the server unmasks at the usual cost.
"""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha1
from typing import Final

_GUID: Final = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
_KEY: Final = b64encode(bytes(16))
ACCEPT: Final = b64encode(sha1(_KEY + _GUID, usedforsecurity=False).digest())
_ZERO_KEY: Final = bytes(4)
_FIN: Final = 0x80
_MASKED: Final = 0x80
_BINARY: Final = 0x2
_CLOSE: Final = 0x8
_PING: Final = 0x9
_PONG: Final = 0xA
_HEADERS: Final = tuple(bytes((_FIN | _BINARY, _MASKED | size)) + _ZERO_KEY for size in range(126))


class HandshakeRefused(Exception):
    """The server did not switch to the websocket; the message is its first line."""


class ConnectionEnded(Exception):
    """The server sent a close frame; `code` says why."""

    def __init__(self, code: int) -> None:
        super().__init__(f"closed with {code}")
        self.code = code


def handshake(host: str, port: int, path: str, subprotocol: str) -> bytes:
    """The opening request."""
    return (
        f"GET {path} HTTP/1.1\r\nHost: {host}:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        f"Sec-WebSocket-Key: {_KEY.decode()}\r\nSec-WebSocket-Version: 13\r\n"
        f"Sec-WebSocket-Protocol: {subprotocol}\r\n\r\n"
    ).encode()


def frame(payload: bytes, opcode: int = _BINARY) -> bytes:
    """One masked frame with a whole message."""
    size = len(payload)
    if size < 126 and opcode == _BINARY:
        return _HEADERS[size] + payload
    first = bytes((_FIN | opcode,))
    if size < 126:
        return first + bytes((_MASKED | size,)) + _ZERO_KEY + payload
    if size < 1 << 16:
        return first + bytes((_MASKED | 126,)) + size.to_bytes(2, "big") + _ZERO_KEY + payload
    return first + bytes((_MASKED | 127,)) + size.to_bytes(8, "big") + _ZERO_KEY + payload


class Reader:
    """Takes bytes as they come and gives whole messages; `answers` holds pongs to be sent."""

    def __init__(self) -> None:
        self.open = False
        self.answers: list[bytes] = []
        self._rest = b""
        self._parts: list[bytes] = []

    def feed(self, data: bytes) -> list[bytes]:
        """The messages that `data` completes. Raises `HandshakeRefused`, `ConnectionEnded`."""
        size = len(data)
        if self.open and not self._rest and size > 1 and data[0] == _FIN | _BINARY:
            # Nearly always: exactly one short frame.
            if data[1] < 126 and size == data[1] + 2:
                return [data[2:]]
            if data[1] == 126 and size > 4 and size == (data[2] << 8 | data[3]) + 4:
                return [data[4:]]
        return self._feed(data)

    def _feed(self, data: bytes) -> list[bytes]:
        self._rest += data
        messages: list[bytes] = []
        if not self.open and not self._shake_hands():
            return messages
        while (found := self._next()) is not None:
            first, payload = found
            self._take(first, payload, messages)
        return messages

    def _shake_hands(self) -> bool:
        end = self._rest.find(b"\r\n\r\n")
        if end < 0:
            return False
        head, self._rest = self._rest[:end], self._rest[end + 4 :]
        if not head.startswith(b"HTTP/1.1 101") or ACCEPT not in head:
            raise HandshakeRefused(head.split(b"\r\n")[0].decode("latin-1"))
        self.open = True
        return True

    def _next(self) -> tuple[int, bytes] | None:
        """The next frame's first byte and payload, once all of it is there."""
        rest = self._rest
        if len(rest) < 2:
            return None
        size, begin = rest[1] & 0x7F, 2
        if size >= 126:
            begin = 4 if size == 126 else 10
            if len(rest) < begin:
                return None
            size = int.from_bytes(rest[2:begin], "big")
        if len(rest) < begin + size:
            return None
        self._rest = rest[begin + size :]
        return rest[0], rest[begin : begin + size]

    def _take(self, first: int, payload: bytes, messages: list[bytes]) -> None:
        opcode = first & 0x0F
        if opcode == _PING:
            self.answers.append(frame(payload, _PONG))
        elif opcode == _CLOSE:
            raise ConnectionEnded(int.from_bytes(payload[:2], "big") if payload else 1005)
        elif opcode != _PONG:
            self._parts.append(payload)
            if first & _FIN:
                messages.append(b"".join(self._parts))
                self._parts.clear()
