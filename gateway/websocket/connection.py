"""The asyncio shell around a session: one reader, one writer, and nothing shared between sockets."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, Final

from gateway.settings import GatewaySettings
from gateway.websocket.link import Link
from gateway.websocket.session import Session, SessionState
from gateway.websocket.writer import FrameWriter, Message
from protocol.closing import CloseCode
from protocol.limits import HEARTBEAT_MS, HEARTBEATS_MISSED_MAX, HELLO_TIMEOUT_MS
from protocol.replies import DrainingNotice, Push

Receive = Callable[[], Awaitable[Message]]
HELLO_TIMEOUT_S: Final = HELLO_TIMEOUT_MS / 1000
SILENCE_MAX_S: Final = HEARTBEAT_MS * HEARTBEATS_MISSED_MAX / 1000


class Connection:
    """A websocket that was accepted. `now_s` everywhere is the monotonic `clock`."""

    __slots__ = (
        "_aborted",
        "_clock",
        "_heard_s",
        "_opened_s",
        "_settings",
        "_task",
        "address",
        "session",
        "writer",
    )

    def __init__(
        self,
        session: Session,
        writer: FrameWriter,
        settings: GatewaySettings,
        clock: Callable[[], float],
        address: str | None = None,
    ) -> None:
        self.address = address
        self.session = session
        self.writer = writer
        self._settings = settings
        self._clock = clock
        self._task: asyncio.Task[Any] | None = None
        self._aborted = False
        self._opened_s = self._heard_s = clock()

    async def run(self, receive: Receive, link: Link | None = None) -> None:
        """Serve the connection until either side ends it; with a link frames come through it."""
        if link is not None:
            link.listen(self._heard)
        self._task = asyncio.current_task()
        try:
            await self._read(receive)
        except asyncio.CancelledError:
            if not self._aborted or self._task is None:
                raise
            self._task.uncancel()
        finally:
            self.session.state = SessionState.CLOSED
            self.writer.stop()

    async def _read(self, receive: Receive) -> None:
        while True:
            message = await receive()
            if message["type"] != "websocket.receive":
                return
            frame = message.get("bytes")
            self._heard(message["text"] if frame is None else frame)

    def _heard(self, frame: bytes | str) -> None:
        self._heard_s = now_s = self._clock()
        self.session.receive(frame, now_s)

    def sweep(self, now_s: float) -> None:
        """Look after time limits; called about once a second for every connection."""
        blocked_s = self.writer.blocked_s
        if blocked_s is not None and now_s - blocked_s > self._settings.send_blocked_max_ms / 1000:
            self._abort()
        elif self.session.state is SessionState.HELLO and now_s - self._opened_s > HELLO_TIMEOUT_S:
            self.session.close(CloseCode.TIMEOUT, "No hello came.")
        elif now_s - self._heard_s > SILENCE_MAX_S:
            self.session.close(CloseCode.TIMEOUT, "No heartbeat came.")

    def drain(self) -> None:
        """Tell the client to reconnect elsewhere, answer what is in flight, then close."""
        notice = DrainingNotice(self._settings.reconnect_after_ms)
        self.writer.lanes.reply(self.session.codec.push(Push("draining"), notice))
        self.session.drain()

    def _abort(self) -> None:
        """End it without waiting for the peer, which may never read what stands before a close frame."""
        self._aborted = True
        self.session.close(CloseCode.SLOW_CONSUMER, "The socket takes nothing.")
        self.writer.give_up(CloseCode.SLOW_CONSUMER, "The socket takes nothing.")
        if self._task is not None:
            self._task.cancel()
