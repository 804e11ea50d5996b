"""A section as it was, from what stores keep: at every record, at every time, with and without snapshots."""

from __future__ import annotations

import pytest

from engine.events import Record, SeatsBlocked, SeatsUnblocked
from engine.evolve import evolve
from engine.journal import StoredSnapshot
from engine.layout import SectionLayout
from engine.plans.canonical import parse_canonical
from engine.record_codec import decode_record, encode_record
from engine.snapshot import capture, digest, encode
from engine.state import SectionState
from gateway.sections import past
from gateway.sections.past import Moment, Replayer, TooLong
from tests.contract.backends import AT_MS, Backend, Store, new_stream

STEPS: tuple[SeatsBlocked | SeatsUnblocked, ...] = (
    SeatsBlocked((0,)),
    SeatsBlocked((1,)),
    SeatsUnblocked((0,)),
    SeatsUnblocked((1,)),
)


class Story:
    """A section of five records, a second apart, and its digest after each of them."""

    def __init__(self, stream: int, store: Store, layout: SectionLayout) -> None:
        self.stream = stream
        self.store = store
        self.layout = layout
        self.digests: list[str] = []
        self.snapshots: list[StoredSnapshot] = []

    def lived(self, state: SectionState) -> None:
        """A record took effect."""
        self.digests.append(digest(state))
        self.snapshots.append(StoredSnapshot(state.seq, digest(state), encode(capture(state))))

    async def at(self, moment: Moment) -> str:
        """The digest of the section as it was."""
        return digest(await Replayer(self.store, moment).state(self.layout, self.stream))


async def told(backend: Backend) -> Story:
    """The story, written."""
    stream, store = await new_stream(backend), backend.open_store()
    layout = SectionLayout(parse_canonical((await store.source(stream)).plan), "S0")
    story, state = Story(stream, store, layout), SectionState(layout)
    records = [Record(AT_MS + 1000 * number, "boss", step) for number, step in enumerate(STEPS, 1)]
    await store.take_over(stream, "one")
    assert await store.append(stream, 1, 2, AT_MS, [encode_record(each) for each in records])
    for stored in await store.read(stream, 0, 10):
        evolve(state, decode_record(stored.data))
        story.lived(state)
    return story


@pytest.mark.parametrize("snapshots", [(), (3,), (2, 4)])
async def test_every_record_and_every_time(backend: Backend, snapshots: tuple[int, ...]) -> None:
    """The section is what it was after that record, whatever snapshots there are."""
    story = await told(backend)
    for seq in snapshots:
        await story.store.save_snapshot(story.stream, 1, story.snapshots[seq - 1])
    assert story.digests == [await story.at(Moment(seq=seq)) for seq in range(1, 6)]
    assert story.digests == [await story.at(Moment(at_ms=AT_MS + 1000 * each)) for each in range(5)]
    assert story.digests[2] == await story.at(Moment(at_ms=AT_MS + 2999))
    assert story.digests[4] == await story.at(Moment())
    assert digest(SectionState(story.layout)) == await story.at(Moment(at_ms=AT_MS - 1))


async def test_only_so_much_is_replayed(backend: Backend, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is longer is refused; a snapshot before then makes it shorter."""
    monkeypatch.setattr(past, "RECORDS_MAX", 2)
    story = await told(backend)
    assert story.digests[1] == await story.at(Moment(seq=2))
    with pytest.raises(TooLong):
        await story.at(Moment(seq=3))
    await story.store.save_snapshot(story.stream, 1, story.snapshots[2])
    assert story.digests[4] == await story.at(Moment(seq=5))


async def test_a_snapshot_that_is_not_true_is_passed_over(backend: Backend) -> None:
    """The journal is the truth."""
    story = await told(backend)
    untrue = StoredSnapshot(3, story.digests[2], story.snapshots[0].data)
    await story.store.save_snapshot(story.stream, 1, untrue)
    await story.store.save_snapshot(story.stream, 1, StoredSnapshot(4, story.digests[3], b"?"))
    assert story.digests == [await story.at(Moment(seq=seq)) for seq in range(1, 6)]
