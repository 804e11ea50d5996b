"""The archive reads what stores keep, in pieces, and only so many read at once."""

from __future__ import annotations

from contextlib import ExitStack, aclosing

import pytest

from engine.events import Record, SeatsBlocked, SectionCreated
from engine.journal import StreamUnknown
from engine.record_codec import encode_record
from gateway.sections import archive
from gateway.sections.archive import READERS_MAX, Archive, ArchiveBusy, records_after
from tests.contract.backends import AT_MS, Backend, new_stream


async def seqs(backend: Backend, stream: int, after_seq: int, records_max: int) -> list[int]:
    """The numbers of the records that the archive gives."""
    with Archive(backend.open_store()).reading() as journals:
        async with aclosing(records_after(journals, stream, after_seq, records_max)) as records:
            return [seq async for seq, _ in records]


async def test_records_come_in_order_over_several_reads(
    backend: Backend, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From any place, as many as are wanted, to the end and not beyond it."""
    monkeypatch.setattr(archive, "RECORDS_A_READ", 2)
    stream, writer = await new_stream(backend), backend.open_store()
    await writer.take_over(stream, "one")
    blocked = [encode_record(Record(AT_MS + each, "staff", SeatsBlocked((each,)))) for each in range(2)]
    assert await writer.append(stream, 1, 2, AT_MS, [*blocked, *blocked])
    assert [1, 2, 3, 4, 5] == await seqs(backend, stream, 0, 100)
    assert [3, 4, 5] == await seqs(backend, stream, 2, 3)
    assert [4] == await seqs(backend, stream, 3, 1)
    assert [] == await seqs(backend, stream, 5, 100)


async def test_records_are_decoded(backend: Backend) -> None:
    """The first one says what is sold."""
    stream = await new_stream(backend)
    with Archive(backend.open_store()).reading() as journals:
        found = [(seq, type(record.event)) async for seq, record in records_after(journals, stream, 0, 10)]
    assert [(1, SectionCreated)] == found


async def test_a_stream_that_is_not_there(backend: Backend) -> None:
    """Is said to be none."""
    with pytest.raises(StreamUnknown):
        await seqs(backend, 987_654, 0, 10)


async def test_only_so_many_read_at_once(backend: Backend) -> None:
    """One more is turned away, until one of them has done."""
    shelf = Archive(backend.open_store())
    with ExitStack() as readers:
        for _ in range(READERS_MAX):
            readers.enter_context(shelf.reading())
        with pytest.raises(ArchiveBusy), shelf.reading():
            pass
    with shelf.reading():
        pass
