"""uvicorn's websocket protocol with a link (`gateway.websocket.link`) in the scope.

Handshake, fragments, pings, closing and limits are as in uvicorn and `websockets`. What
differs is the way of a message that came in one frame, which nearly all do: it is taken out
of the stream here, and everything else goes on to the library, frame by frame, which so never
stands within one. Further, how a payload gets its header (RFC 6455, section 5.2) on the way
out, and what is kept for a peer that does not read: answers to its last pings, and nothing
at all once the connection has ended.
"""

from __future__ import annotations

import asyncio
from typing import Final

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import (  # type: ignore[attr-defined]  # its own choice: in C where it was built
    CloseCode,
    apply_mask,
)
from websockets.http11 import Request
from websockets.protocol import OPEN

from gateway.websocket.frame_spans import MASK_BYTES, MASKED, span_of
from gateway.websocket.link import EXTENSION, Heard

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
    _early = False
    _unread: bytearray | None = None
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

    def data_received(self, data: bytes) -> None:
        """Take the messages out of the stream, and give the library all other frames, one by one."""
        if self.heard is None or self._early:
            # Who sends before the handshake is answered stays with the library, whose parser may
            # stand within a frame by now.
            self._early = self.handshake_initiated
            super().data_received(data)
        elif self._unread is None:
            taken = self._take_frames(data)
            if taken < len(data):
                self._unread = bytearray(data[taken:])
        else:
            self._unread += data
            del self._unread[: self._take_frames(self._unread)]
            self._unread = self._unread or None

    def _take_frames(self, data: bytes | bytearray) -> int:
        """Take the frames that are whole; where the first one begins that is not."""
        start, size, payload_max = 0, len(data), self.config.ws_max_size
        while start < size:
            begin, stop = span_of(data, start)
            fits = stop - begin <= payload_max
            if fits and not start < stop <= size:
                break
            if fits and self._is_message(data[start], data[start + 1]):
                message = apply_mask(data[begin:stop], data[begin - MASK_BYTES : begin])
                self._tell(message if data[start] == _BINARY else self._payload(message, text=True))
            else:  # one that is too large the library refuses by its header
                super().data_received(bytes(data[start:stop]))
            start = min(stop, size)
        return start

    def _is_message(self, first: int, second: int) -> bool:
        """Whether a frame that begins with these two bytes is a message, masked as it must be."""
        conn = self.conn
        whole = first in _SHORT_HEADERS and second >= MASKED and conn.current_size is None
        return whole and conn.state is OPEN

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
        """The library has put a message together."""
        if not self.close_sent:
            payload = self._payload(b"".join(self.frames), text=self.curr_msg_data_type == "text")
            if payload is None or self.heard is not None:
                self.frames = []
                self._tell(payload)
                return
        super().send_receive_event_to_app()

    def _tell(self, payload: bytes | str | None) -> None:
        if payload is not None and self.heard is not None:
            self.heard(payload)

    def _payload(self, data: bytes, *, text: bool) -> bytes | str | None:
        """What a message says; None for a text that is none, which ends the connection.

        It ends as uvicorn does it, but nobody is told: what strangers send is no error of the server.
        """
        if not text:
            return data
        try:
            return data.decode()
        except UnicodeDecodeError:
            if self.conn.state is OPEN:  # else the peer's own close came right behind, and comes next
                self.conn.send_close(CloseCode.INVALID_DATA)
                self.handle_parser_exception()
            return None

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
        if self.conn.state is OPEN and not self.transport.is_closing():
            self.conn.send_close(code, reason)
            self.transport.write(b"".join(self.conn.data_to_send()))
            self.close_sent = True
            self.close_timer = self.loop.call_later(self.close_timeout, self.transport.close)
