"""One websocket connection: asyncio's transport under the sans-I/O client of `websockets`.

There is no task and no queue in it: a frame that arrives is handed on at once, so that
thousands of connections in one process stay cheap. Proxies are not supported.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable
from typing import Final, cast

from websockets.client import ClientProtocol
from websockets.exceptions import InvalidURI
from websockets.frames import Frame, Opcode
from websockets.protocol import State
from websockets.typing import Subprotocol
from websockets.uri import WebSocketURI, parse_uri

from client.errors import ConnectionFailed

_NORMAL: Final = 1000


class Link(asyncio.Protocol):
    """A connection that has begun its handshake.

    `opened` completes with the handshake or fails with `OSError` or `InvalidHandshake`;
    `closed` completes with the close code, 1006 when there was none.
    """

    def __init__(
        self, uri: WebSocketURI, subprotocol: str, bytes_max: int, receive: Callable[[bytes], None]
    ) -> None:
        loop = asyncio.get_running_loop()
        self.opened: Final[asyncio.Future[None]] = loop.create_future()
        self.closed: Final[asyncio.Future[int]] = loop.create_future()
        self._loop: Final = loop
        self._receive: Final = receive
        self._fragments: list[bytes] = []
        self._transport: asyncio.Transport | None = None
        self._protocol: Final = ClientProtocol(
            uri, subprotocols=[Subprotocol(subprotocol)], max_size=bytes_max
        )

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Send the opening handshake."""
        self._transport = cast(asyncio.Transport, transport)
        self._protocol.send_request(self._protocol.connect())
        self._flush()

    def data_received(self, data: bytes) -> None:
        """Hand whole messages on."""
        self._protocol.receive_data(data)
        self._deliver()
        self._flush()
        if self._protocol.handshake_exc is not None:
            self._fail(self._protocol.handshake_exc)

    def _deliver(self) -> None:
        for event in self._protocol.events_received():
            if isinstance(event, Frame):
                self._frame(event)
            elif self._protocol.handshake_exc is None and not self.opened.done():
                self.opened.set_result(None)

    def _frame(self, frame: Frame) -> None:
        if frame.opcode not in (Opcode.TEXT, Opcode.BINARY, Opcode.CONT):
            return
        if frame.fin and not self._fragments:
            self._receive(bytes(frame.data))
            return
        self._fragments.append(bytes(frame.data))
        if frame.fin:
            whole, self._fragments = b"".join(self._fragments), []
            self._receive(whole)

    def eof_received(self) -> None:
        """The server will send no more."""
        self._protocol.receive_eof()
        self._flush()

    def connection_lost(self, exc: Exception | None) -> None:
        """Tell whoever waits for `closed`."""
        self._protocol.receive_eof()
        self._fail(exc or ConnectionResetError("closed during the handshake"))
        if not self.closed.done():
            self.closed.set_result(self._protocol.close_code or 1006)

    def _fail(self, error: Exception) -> None:
        if not self.opened.done():
            self.opened.set_exception(error)
            # The waiter may have gone already; an unread failure is not news.
            self.opened.exception()

    @property
    def is_open(self) -> bool:
        """True between handshake and close."""
        return self._protocol.state is State.OPEN

    def send(self, payload: bytes, *, binary: bool) -> None:
        """Send one message; nothing happens when the connection is closing."""
        if not self.is_open:
            return
        if binary:
            self._protocol.send_binary(payload)
        else:
            self._protocol.send_text(payload)
        self._flush()

    def _flush(self) -> None:
        transport = self._transport
        if transport is None:
            return
        for data in self._protocol.data_to_send():
            if data:
                transport.write(data)
            else:
                transport.close()

    def abort(self) -> None:
        """Drop the connection without a farewell, as a broken network would."""
        if self._transport is not None:
            self._transport.abort()

    async def close(self, timeout_s: float) -> None:
        """Say goodbye and wait for the other side, at most `timeout_s`."""
        if self.is_open:
            self._protocol.send_close(_NORMAL)
            self._flush()
        timer = self._loop.call_later(timeout_s, self.abort)
        await self.closed
        timer.cancel()


def websocket_uri(url: str) -> WebSocketURI:
    """The websocket of a server given by `http(s)://` or `ws(s)://`; the path defaults to `/v1/ws`."""
    scheme, separator, rest = url.partition("://")
    schemes = {"http": "ws", "https": "wss", "ws": "ws", "wss": "wss"}
    if not separator or scheme not in schemes:
        raise ConnectionFailed(f"{url!r} is neither http(s):// nor ws(s)://")
    host, slash, path = rest.partition("/")
    try:
        return parse_uri(f"{schemes[scheme]}://{host}/{path if slash and path else 'v1/ws'}")
    except InvalidURI as error:
        raise ConnectionFailed(str(error)) from error


async def open_link(
    uri: WebSocketURI, subprotocol: str, bytes_max: int, receive: Callable[[bytes], None]
) -> Link:
    """Connect and shake hands. Raises `OSError`, `websockets.exceptions.InvalidHandshake`."""
    loop = asyncio.get_running_loop()
    secure = ssl.create_default_context() if uri.secure else None
    transport, link = await loop.create_connection(
        lambda: Link(uri, subprotocol, bytes_max, receive), uri.host, uri.port, ssl=secure
    )
    try:
        await link.opened
    except BaseException:
        transport.abort()
        raise
    return link
