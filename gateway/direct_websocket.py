"""uvicorn's websocket protocol with a link (`gateway.link`) in the scope.

Handshake, frames, their masks, fragments, closing and limits are as in uvicorn and
`websockets`. What differs is the way of a message once it is whole, how a payload gets its
header (RFC 6455, section 5.2) on the way out, and what is kept for a peer that does not
read: answers to its last pings, and nothing at all once the connection has ended.
"""

from __future__ import annotations

import asyncio
from typing import Final

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import CloseCode
from websockets.http11 import Request
from websockets.protocol import State

from gateway.link import EXTENSION, Heard

LINGER_MAX_S: Final = 15.0
"""How long a peer may take to read the last words of a connection that has ended.

Longer than it may take to answer a close frame (ten seconds, in uvicorn)."""

_TEXT: Final = 0x81
_BINARY: Final = 0x82
_SHORT_HEADERS: Final = {
    first: tuple(bytes((first, size)) for size in range(126)) for first in (_TEXT, _BINARY)
}


class DirectWebSocket(WebSocketsSansIOProtocol):
    """One websocket at the server; for `uvicorn.Config(ws=DirectWebSocket)`."""

    heard: Heard | None = None
    _pong = b""
    _lingering: asyncio.TimerHandle | None = None

    def handle_connect(self, event: Request) -> None:
        """Put the link into the scope, unless the handshake was refused."""
        super().handle_connect(event)
        if not self.close_sent:
            self.scope["extensions"][EXTENSION] = self  # type: ignore[assignment]  # any object, by the ASGI specification

    def listen(self, heard: Heard) -> None:
        """Tell `heard` every message; what the handshake brought is not needed any more."""
        self.heard = heard
        self.scope.clear()  # type: ignore[attr-defined]  # a plain dictionary
        del self.request, self.response

    def connection_lost(self, exc: Exception | None) -> None:
        """Let go of the listener, which holds this connection in turn."""
        self.heard = None
        super().connection_lost(exc)
        if self._lingering is not None:
            self._lingering.cancel()

    def on_task_complete(self, task: asyncio.Task[None]) -> None:
        """The connection has ended; its socket is not to outlive it at the pleasure of the peer."""
        super().on_task_complete(task)
        if not self.disconnected:
            self._lingering = self.loop.call_later(LINGER_MAX_S, self.transport.abort)

    def handle_ping(self) -> None:
        """Answer; while the socket takes nothing only the last pings get answers (RFC 6455, 5.5.3)."""
        if self.writable.is_set():
            super().handle_ping()
        elif answers := self.conn.data_to_send():  # to all that came in one piece
            self._pong = b"".join(answers)

    def resume_writing(self) -> None:
        """The socket takes something again."""
        super().resume_writing()
        pong, self._pong = self._pong, b""
        if pong and not self.close_sent:
            self.transport.write(pong)

    def send_receive_event_to_app(self) -> None:
        """A message is whole."""
        if self.close_sent:
            super().send_receive_event_to_app()
            return
        data = self.frames[0] if len(self.frames) == 1 else b"".join(self.frames)
        payload: bytes | str = data
        if self.curr_msg_data_type == "text":
            try:
                payload = data.decode()
            except UnicodeDecodeError:
                self._refuse_text()
                return
        if self.heard is None:
            super().send_receive_event_to_app()
            return
        self.frames = []
        self.heard(payload)

    def _refuse_text(self) -> None:
        """Close as uvicorn does, but tell nobody: what strangers send is no error of the server."""
        self.frames = []
        if self.conn.state is State.OPEN:  # else the peer's own close came right behind, and comes next
            self.conn.send_close(CloseCode.INVALID_DATA)
            self.handle_parser_exception()

    def write(self, payload: bytes, *, text: bool) -> bool:
        """Send a whole message now; False when the socket takes nothing at present, or no more."""
        if not self.writable.is_set() or self.close_sent or self.transport.is_closing():
            return False
        first, size = _TEXT if text else _BINARY, len(payload)
        if size < 126:
            header = _SHORT_HEADERS[first][size]
        elif size < 1 << 16:
            header = bytes((first, 126, size >> 8, size & 0xFF))
        else:
            header = bytes((first, 127)) + size.to_bytes(8, "big")
        self.transport.write(header + payload)
        return True

    def give_up(self, code: int, reason: str) -> None:
        """Put a close frame behind what the peer has not read; it has `LINGER_MAX_S` to do so."""
        if self.conn.state is State.OPEN and not self.transport.is_closing():
            self.conn.send_close(code, reason)
            self.transport.write(b"".join(self.conn.data_to_send()))
            self.close_sent = True
            self.close_timer = self.loop.call_later(self.close_timeout, self.transport.close)
