"""Frames over a socket, as gateways and actors on one node exchange them.

A frame is a header (little endian: payload length u32, call number u32, kind u8) and the
payload; an answer carries the number and the kind of its call.
"""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import Callable
from typing import Final

import structlog

log = structlog.get_logger()
PAYLOAD_BYTES_MAX: Final = 16 * 1024 * 1024
UNSENT_BYTES_MAX: Final = 64 * 1024 * 1024
_READ_BYTES: Final = 256 * 1024
_HEADER: Final = struct.Struct("<IIB")


class Frames:
    """Frames over a connected, non-blocking socket.

    A frame is written at once and not when the loop comes round, as a transport would do
    it: the other side can begin with a first batch while this one still gathers the next.
    """

    def __init__(
        self, link: socket.socket, on_frame: Callable[[int, int, bytes], None], on_lost: Callable[[], None]
    ) -> None:
        """Begin to read; `on_lost` is called once when the connection has ended."""
        self._link = link
        self._on_frame = on_frame
        self._on_lost = on_lost
        self._unread = bytearray()
        self._unsent = bytearray()
        self._loop = asyncio.get_running_loop()
        self.lost = False
        self._loop.add_reader(link.fileno(), self._readable)

    def send(self, number: int, kind: int, payload: bytes) -> None:
        """Write one frame; dropped when the connection has ended."""
        if self.lost:
            return
        frame = _HEADER.pack(len(payload), number, kind) + payload
        if self._unsent:
            self._unsent += frame
        elif (sent := self._send_now(frame)) < len(frame):
            self._unsent += frame[sent:]
            self._loop.add_writer(self._link.fileno(), self._writable)
        if len(self._unsent) > UNSENT_BYTES_MAX:
            log.error("direct_peer_does_not_read", unsent=len(self._unsent))
            self.end()

    def _send_now(self, data: bytes | bytearray) -> int:
        try:
            return self._link.send(data)
        except BlockingIOError:
            return 0
        except OSError:
            self.end()
            return len(data)

    def _writable(self) -> None:
        del self._unsent[: self._send_now(self._unsent)]
        if not self._unsent and not self.lost:
            self._loop.remove_writer(self._link.fileno())

    def _readable(self) -> None:
        try:
            data = self._link.recv(_READ_BYTES)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if data:
            self._unread += data
            self._take_frames()
        else:
            self.end()

    def _take_frames(self) -> None:
        unread, start, size = self._unread, 0, _HEADER.size
        while len(unread) - start >= size and not self.lost:
            length, number, kind = _HEADER.unpack_from(unread, start)
            if length > PAYLOAD_BYTES_MAX:
                log.error("direct_frame_too_long", length=length)
                self.end()
                return
            stop = start + size + length
            if len(unread) < stop:
                break
            self._on_frame(number, kind, bytes(unread[start + size : stop]))
            start = stop
        if start:
            del unread[:start]

    def end(self) -> None:
        """Drop the connection with what is still to be written. May be called twice."""
        if not self.lost:
            self.lost = True
            self._loop.remove_reader(self._link.fileno())
            self._loop.remove_writer(self._link.fileno())
            self._link.close()
            self._on_lost()
