"""What waits to be said on one connection: own replies first, then other people's changes.

Replies are kept whole and in a bounded lane. Changes are not kept at all: a channel with
news is only marked, and what to say is asked of its cursor when the frame is made, so that
a slow consumer costs a mark a channel and gets the newest state, never a backlog.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from typing import Final, Protocol

from gateway.settings import GatewaySettings
from gateway.websocket.codec import Codec
from protocol.closing import CloseCode
from protocol.limits import FRAMES_PER_SECOND, MESSAGES_PER_FRAME_MAX

PUSH_INTERVAL_S: Final = 1.0 / FRAMES_PER_SECOND


class Cursor(Protocol):
    """One connection's place in a channel."""

    def pull(self, codec: Codec) -> Sequence[bytes]:
        """The messages that bring the client up to date, and move the cursor there."""


class Lanes:
    """Outbound lanes; `wake` is called when something is there to be sent now.

    `closing` is the close code and reason once the connection is to end. No lock: all
    calls come from the loop's thread.
    """

    __slots__ = (
        "_bytes_max",
        "_codec",
        "_dirty",
        "_push_bytes",
        "_push_due_s",
        "_replies",
        "_replies_max",
        "_reply_bytes",
        "_wake",
        "closing",
    )

    def __init__(self, codec: Codec, settings: GatewaySettings, wake: Callable[[], None]) -> None:
        self._codec = codec
        self._wake = wake
        self._replies: deque[bytes] = deque()
        self._reply_bytes = 0
        self._replies_max = settings.replies_waiting_max
        self._bytes_max = settings.reply_bytes_waiting_max
        self._push_bytes = settings.push_bytes_per_frame
        self._push_due_s = 0.0
        self._dirty: dict[Cursor, None] = {}
        self.closing: tuple[CloseCode, str] | None = None

    def reply(self, message: bytes) -> None:
        """Queue an encoded reply; too many that nobody reads end the connection."""
        if self.closing is not None:
            return
        self._replies.append(message)
        self._reply_bytes += len(message)
        if len(self._replies) > self._replies_max or self._reply_bytes > self._bytes_max:
            self._drop("Replies are not being read.")
        self._wake()

    def mark(self, cursor: Cursor) -> None:
        """Say that a channel has news."""
        if self.closing is None:
            self._dirty[cursor] = None
            self._wake()

    def forget(self, cursor: Cursor) -> None:
        """A channel is not watched any more."""
        self._dirty.pop(cursor, None)

    def close(self, code: CloseCode, reason: str) -> None:
        """Send the replies that wait, then close; the first reason counts."""
        if self.closing is None:
            self.closing = code, reason
            self._dirty.clear()
            self._wake()

    def _drop(self, reason: str) -> None:
        self._replies.clear()
        self._reply_bytes = 0
        self.close(CloseCode.SLOW_CONSUMER, reason)

    def next_frame(self, now_s: float) -> bytes | None:
        """The next frame to send at `now_s`, or None when nothing may be sent now."""
        replies = self._replies
        if not self._dirty:
            if not replies:
                return None
            if len(replies) == 1:
                self._reply_bytes = 0
                return replies.popleft()
        messages = [replies.popleft() for _ in range(min(len(replies), MESSAGES_PER_FRAME_MAX))]
        self._reply_bytes -= sum(map(len, messages))
        if self._dirty and now_s >= self._push_due_s:
            self._push_due_s = now_s + PUSH_INTERVAL_S
            self._pull_into(messages)
        return self._codec.join(messages) if messages else None

    def _pull_into(self, messages: list[bytes]) -> None:
        size = 0
        while self._dirty and size < self._push_bytes and len(messages) < MESSAGES_PER_FRAME_MAX:
            cursor = next(iter(self._dirty))
            del self._dirty[cursor]
            pulled = cursor.pull(self._codec)
            size += sum(map(len, pulled))
            messages.extend(pulled)

    @property
    def empty(self) -> bool:
        """Whether nothing waits to be said, not even a farewell."""
        return not (self._replies or self._dirty or self.closing)

    def push_delay_s(self, now_s: float) -> float | None:
        """Seconds until changes may be sent; None when none wait."""
        return max(0.0, self._push_due_s - now_s) if self._dirty else None
