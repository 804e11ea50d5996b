"""Sends what the lanes have, without a task of its own while the socket takes everything.

A server's `send` almost always finishes at once. Its coroutine is therefore stepped here,
once; only when the socket is slow does the rest of it become a task (what eager tasks do
in newer Pythons). That saves a task switch for every reply.
"""

from __future__ import annotations

import asyncio
import types
from collections.abc import Awaitable, Callable, Coroutine, Generator, MutableMapping
from typing import Any

from gateway.settings import GatewaySettings
from gateway.websocket.codec import Codec
from gateway.websocket.lanes import Lanes
from gateway.websocket.link import Link

Message = MutableMapping[str, Any]
Send = Callable[[Message], Awaitable[None]]


@types.coroutine
def _finish(sending: Coroutine[Any, Any, None], waits_for: Any) -> Generator[Any, Any, None]:
    """Go on with a coroutine that was stepped once and waits for something."""
    yield waits_for
    yield from sending


async def _nowhere(_message: Message) -> None:
    """Where a writer sends that has stopped."""


class FrameWriter:
    """The outgoing half of a connection; `lanes` says what is next.

    `blocked_s` is the time on the monotonic `clock` since when the socket takes nothing, or None.
    `closed` says that the close frame is out or the peer is gone.
    """

    __slots__ = (
        "_binary",
        "_clock",
        "_link",
        "_loop",
        "_scheduled",
        "_send",
        "_timer",
        "_waiting",
        "blocked_s",
        "closed",
        "lanes",
    )

    def __init__(
        self,
        codec: Codec,
        settings: GatewaySettings,
        send: Send,
        clock: Callable[[], float],
        link: Link | None = None,
    ) -> None:
        self.lanes = Lanes(codec, settings, self.wake)
        self._binary = not codec.text
        self._clock = clock
        self._send = send
        self._link = link
        self._loop = asyncio.get_running_loop()
        self._scheduled = False
        self._waiting: asyncio.Task[None] | None = None
        self._timer: asyncio.TimerHandle | None = None
        self.blocked_s: float | None = None
        self.closed = False

    def wake(self) -> None:
        """Something may be sent: do so at the end of this turn of the loop, all in one frame."""
        if not self._scheduled and self._waiting is None and not self.closed:
            self._scheduled = True
            self._loop.call_soon(self._flush)

    def _flush(self) -> None:
        self._scheduled = False
        lanes = self.lanes
        while self._waiting is None and not self.closed:
            frame = lanes.next_frame(self._clock())
            if frame is not None:
                self._write(frame)
                if lanes.empty:
                    return
            elif lanes.closing is not None:
                code, reason = lanes.closing
                self._step({"type": "websocket.close", "code": int(code), "reason": reason})
                self.closed = True
            else:
                self._push_later()
                return

    def _write(self, frame: bytes) -> None:
        if self._link is not None and self._link.write(frame, text=not self._binary):
            return
        self._step(
            {"type": "websocket.send", "bytes": frame}
            if self._binary
            else {"type": "websocket.send", "text": frame.decode()}
        )

    def _step(self, message: Message) -> None:
        sending: Any = self._send(message)
        try:
            waits_for = sending.send(None)
        except StopIteration:
            return
        except Exception:  # noqa: BLE001 - the peer is gone; the server tells the reader, which ends the session
            self.closed = True
            return
        self.blocked_s = self._clock()
        self._waiting = self._loop.create_task(self._rest(sending, waits_for))

    async def _rest(self, sending: Coroutine[Any, Any, None], waits_for: Any) -> None:
        try:
            await _finish(sending, waits_for)
        except Exception:  # noqa: BLE001 - as in `_step`
            self.closed = True
        finally:
            self.blocked_s = None
            self._waiting = None
        self.wake()

    def _push_later(self) -> None:
        """Changes wait for their turn: at most so many frames a second."""
        delay_s = self.lanes.push_delay_s(self._clock())
        if delay_s is not None and self._timer is None:
            self._timer = self._loop.call_later(delay_s, self._push_now)

    def _push_now(self) -> None:
        self._timer = None
        self.wake()

    def give_up(self, code: int, reason: str) -> None:
        """Close although the socket takes nothing; without a link no close frame can be sent then."""
        self.closed = True
        if self._link is not None:
            self._link.give_up(code, reason)

    def stop(self) -> None:
        """Send nothing more, and let go of the socket: lanes and writer hold each other."""
        self.closed = True
        self._send = _nowhere
        self._link = None
        if self._timer is not None:
            self._timer.cancel()
        if self._waiting is not None:
            self._waiting.cancel()
