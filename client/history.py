"""Records what a client asked, was told and saw, for those who check histories afterwards.

The lines are those of `protocol.history`. A `Recording` writes them to a file; anything else that
takes lines will do.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Final, Self

import msgspec

from client.calls import Call, Greeted, Happening
from client.codec import Codec, Message
from client.errors import Refused as RefusedError
from protocol.history import (
    FORMAT,
    Answered,
    AnyLine,
    Begun,
    ChangeSeen,
    Invoked,
    Joined,
    Lost,
    MapSeen,
    Refused,
    ResetSeen,
)
from protocol.replies import HoldReply, OrderReply, SeatsDelta, SeatsSnapshot

Recorder = Callable[[AnyLine], None]
"""Called in the event loop's thread, in the order of events; must not block for long, nor raise."""
BUFFER_BYTES: Final = 64 * 1024
"""How much is kept in memory before it is written."""
FILE_BYTES_MAX: Final = 4 * 1024**3
"""How much a recording writes: some ten million calls."""
_BOOT_ID: Final = Path("/proc/sys/kernel/random/boot_id")


def monotonic_clock() -> str:
    """The name of `time.monotonic_ns` here: the same for all processes of one boot of one machine.

    Where the system does not tell, the name is this very instant's, so that nothing is compared
    with what another process recorded.
    """
    try:
        return f"monotonic/{_BOOT_ID.read_text().strip()}"
    except OSError:
        return f"monotonic/{time.time_ns()}"


class Recording:
    """Appends lines to a file, to be shared by any number of clients of one event loop.

    Memory stays within `BUFFER_BYTES`; what is in it is lost when the process is killed, which a
    check takes for calls whose end nobody heard. So it does when a file has grown by `bytes_max`:
    `left_out` counts the lines that found no room. A file that could not be written says so when
    the recording is closed (`OSError`), not in the middle of a call.
    """

    def __init__(self, path: Path, bytes_max: int = FILE_BYTES_MAX) -> None:
        self.left_out = 0
        self._room = bytes_max
        self._file = path.open("ab")
        self._buffer = bytearray()
        self._encode = msgspec.json.Encoder().encode
        self._failure: OSError | None = None
        self(Begun(FORMAT, monotonic_clock()))

    def __call__(self, line: AnyLine) -> None:
        """Note a line."""
        if self._room <= 0:
            self.left_out += 1
            return
        self._buffer += self._encode(line)
        self._buffer += b"\n"
        if len(self._buffer) >= BUFFER_BYTES:
            self._write()

    def _write(self) -> None:
        self._room -= len(self._buffer)
        try:
            if self._failure is None:
                self._file.write(self._buffer)
                self._file.flush()
        except OSError as error:
            self._failure = error
        self._buffer.clear()

    def close(self) -> None:
        """Write what is left. Raises `OSError` if anything could not be written."""
        self._write()
        self._file.close()
        if self._failure is not None:
            raise self._failure

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class CallHistory:
    """Tells a recorder both ends of each call of one client, and what it sees of the maps."""

    def __init__(self, client: str, recorder: Recorder, codec: Codec) -> None:
        self._client: Final = client
        self._recorder: Final = recorder
        self._codec: Final = codec
        self._calls = 0

    def heard(self, happening: Happening) -> None:
        """The server said whose session it is, each time it was greeted anew."""
        if isinstance(happening, Greeted):
            self._recorder(Joined(self._client, happening.reply.principal))

    def invoked(self, call: Call, body: msgspec.Struct | None) -> int:
        """A call begins; returns its number."""
        self._calls += 1
        now_ns = time.monotonic_ns()
        self._recorder(Invoked(now_ns, self._client, self._calls, call.operation, call.key, body))
        return self._calls

    def answered(self, call: Call, number: int, reply: object) -> None:
        """A call went well."""
        told = reply if isinstance(reply, HoldReply | OrderReply) else None
        self._recorder(Answered(time.monotonic_ns(), self._client, number, told, call.attempts))

    def failed(self, call: Call, number: int, error: BaseException) -> None:
        """A call was refused, or given up without an answer."""
        now_ns = time.monotonic_ns()
        if isinstance(error, RefusedError):
            self._recorder(Refused(now_ns, self._client, number, error.problem, call.attempts))
        else:
            self._recorder(Lost(now_ns, self._client, number, type(error).__name__, call.attempts))

    def saw(self, message: Message) -> None:
        """News of a section arrived."""
        now_ns, channel = time.monotonic_ns(), message.ch or ""
        match message.t:
            case "seats.snapshot":
                shown = self._codec.body(message.d, SeatsSnapshot)
                at = message.ep or "", message.seq or 0
                self._recorder(MapSeen(now_ns, self._client, channel, *at, shown.status, shown.areas))
            case "seats.delta":
                seq = message.seq or 0
                from_seq = seq - 1 if message.from_ is None else message.from_
                changed = self._codec.body(message.d, SeatsDelta).u
                at_from = message.ep or "", from_seq, seq
                self._recorder(ChangeSeen(now_ns, self._client, channel, *at_from, changed))
            case "reset":
                self._recorder(ResetSeen(now_ns, self._client, channel))
            case _:
                pass
