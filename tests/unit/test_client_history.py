from __future__ import annotations

from pathlib import Path

import pytest

from client import Recording
from client.calls import Call
from client.codec import Codec
from client.errors import DeadlineExceeded, error_of
from client.history import BUFFER_BYTES, CallHistory
from proof.history import NotAHistory, read_lines
from proof.history.operations import gather
from protocol.errors import ErrorCode, problem
from protocol.history import AnyLine, Begun, Lost
from protocol.replies import HoldReply, Money
from protocol.requests import HoldExtendBody, Ping

EUROS = Money("50.00", "EUR")
REPLY = HoldReply("hld_1", (), EUROS, "2026-01-01T00:00:00.000Z", 10, ("ep", 7), "S")


def _read(path: Path) -> list[AnyLine]:
    with path.open("rb") as lines:
        return list(read_lines(lines))


def _call(key: str | None = "k") -> Call:
    return Call("hold.extend", key, lambda number, _: Ping(id=number), 1.0)


def test_what_is_recorded_can_be_read(tmp_path: Path) -> None:
    """Calls with their ends, maps and changes; a second recording goes on in the same file."""
    path = tmp_path / "history.jsonl"
    for name in ("one", "two"):
        with Recording(path) as recording:
            history = CallHistory(name, recording, Codec("msgpack"))
            for end in ("answered", "refused", "lost"):
                number = history.invoked(_call(), HoldExtendBody("hld_1"))
                if end == "answered":
                    history.answered(_call(), number, REPLY)
                elif end == "refused":
                    history.failed(_call(), number, error_of(problem(ErrorCode.SEAT_TAKEN, pos=("ep", 8))))
                else:
                    history.failed(_call(), number, DeadlineExceeded("k"))
    lines = _read(path)
    assert ["b", *"iairiu"] * 2 == [line.__struct_config__.tag for line in lines]
    first, begun = lines[0], lines[7]
    assert isinstance(first, Begun)
    assert first == begun
    operations = gather(lines).operations
    assert 6 == len(operations)
    assert [["ep", 7], None, None] == [each.reply["pos"] if each.reply else None for each in operations[:3]]
    assert ("ep", 8) == (operations[1].problem.pos if operations[1].problem else None)
    assert {"hold": "hld_1"} == operations[0].body


def test_memory_is_bounded(tmp_path: Path) -> None:
    """What is gathered is written before it grows beyond its bound."""
    path = tmp_path / "history.jsonl"
    recording = Recording(path)
    for number in range(5_000):
        recording(Lost(number, "c", number, "ClientClosed"))
        assert len(recording._buffer) < BUFFER_BYTES
    assert path.stat().st_size > BUFFER_BYTES
    recording.close()
    assert 5_001 == len(_read(path))


def test_a_file_has_a_bound(tmp_path: Path) -> None:
    """What came too late is counted, and the file can be read as far as it goes."""
    path = tmp_path / "history.jsonl"
    with Recording(path, bytes_max=BUFFER_BYTES) as recording:
        for number in range(5_000):
            recording(Lost(number, "c", number, "ClientClosed"))
    lines = _read(path)
    assert 0 < recording.left_out < 5_000
    assert 5_001 == len(lines) + recording.left_out


def test_a_file_that_was_cut_off_is_read_up_to_there(tmp_path: Path) -> None:
    """Whoever recorded it was killed in the middle of a line."""
    path = tmp_path / "history.jsonl"
    with Recording(path) as recording:
        recording(Lost(1, "c", 1, "ClientClosed"))
    with path.open("ab") as file:
        file.write(b'["u",2,"c"')
    assert ["b", "u"] == [line.__struct_config__.tag for line in _read(path)]


@pytest.mark.parametrize("data", [b'["u",2,"c",1,"x"]\n', b"[]\n", b"{}\n", b'["b","other","c"]\n["q"]\n'])
def test_what_is_no_history_is_refused(data: bytes) -> None:
    """With the number of the line."""
    with pytest.raises(NotAHistory):
        gather(read_lines(data.splitlines(keepends=True)))


def test_a_disk_that_is_full_is_told_at_the_end() -> None:
    """Not in the middle of somebody's call."""
    recording = Recording(Path("/dev/full"))
    for number in range(5_000):
        recording(Lost(number, "c", number, "ClientClosed"))
    with pytest.raises(OSError, match="No space left"):
        recording.close()
