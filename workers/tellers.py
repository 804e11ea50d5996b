"""Journal records in, messages out: what a stream is gets looked up once and kept for a while."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from typing import Final, TypeVar

import msgspec

from engine.announcements import ANNOUNCEMENTS, decode_announcement
from engine.bus import Position
from engine.catalogue import QUEUE
from engine.events import SectionCreated
from engine.journal import JournalCorrupt, StoredRecord, StreamSource
from engine.plan import Plan
from engine.plans.canonical import parse_canonical
from engine.queue.events import decode_room_record
from engine.record_codec import decode_record
from engine.seating import Seating
from engine.views import rfc3339
from workers.announced import announced_news
from workers.kinds import Wanted, worth_reading
from workers.message import SEQUENCE_DIGITS, CloudEvent, Message, message_id
from workers.news import SectionTeller
from workers.ports import Journal
from workers.room_news import room_news
from workers.told import News

STREAMS_KEPT_MAX: Final = 256
PLANS_KEPT_MAX: Final = 16
Key = TypeVar("Key")
Value = TypeVar("Value")
CATALOGUE: Final = StreamSource(ANNOUNCEMENTS, "", "", "", "", b"")


class Told(msgspec.Struct, frozen=True):
    """One record read: when it was written, and its news, each with its part."""

    at_ms: int
    news: Iterable[tuple[int, News]]


class Tellers:
    """Turns records of any stream into messages. May raise `engine.journal.StorageError`."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._streams: OrderedDict[int, StreamSource] = OrderedDict()
        self._tellers: OrderedDict[int, SectionTeller] = OrderedDict()
        self._plans: OrderedDict[str, Plan] = OrderedDict()
        self._making = asyncio.Lock()

    async def messages(
        self, stream: int, records: Sequence[StoredRecord], wanted: Wanted = lambda _kind: True
    ) -> list[Message]:
        """The messages of these records, in their order; of kinds that nobody wants there are none."""
        if stream == ANNOUNCEMENTS:
            told = ((record.seq, _announced(record.data)) for record in records)
            return _messages(CATALOGUE, told, wanted)
        source = await self._source(stream)
        room = source.section == QUEUE
        worth = [each for each in records if worth_reading(each.data, wanted, of_room=room)]
        if not worth:
            return []  # and nobody need know what the section's objects are called
        teller = None if room else await self._teller(stream)
        return _messages(source, ((each.seq, _told(each.data, teller, wanted)) for each in worth), wanted)

    async def _source(self, stream: int) -> StreamSource:
        source = self._streams.get(stream)
        if source is None:
            # The plan is read again by whoever needs it, and kept once for all sections of it.
            source = msgspec.structs.replace(await self._journal.source(stream), plan=b"")
        _keep(self._streams, stream, source, STREAMS_KEPT_MAX)
        return source

    async def _teller(self, stream: int) -> SectionTeller:
        """Of those who ask at once one makes it, for that takes a while."""
        async with self._making:
            teller = self._tellers.get(stream) or await self._make_teller(await self._journal.source(stream))
            _keep(self._tellers, stream, teller, STREAMS_KEPT_MAX)
        return teller

    async def _make_teller(self, source: StreamSource) -> SectionTeller:
        first = await self._journal.read(source.stream, 0, 1)
        created = decode_record(first[0].data).event if first else None
        if not isinstance(created, SectionCreated):
            raise JournalCorrupt(f"stream {source.stream}: the first record does not create the section")
        return SectionTeller(Seating(self._plan(source), source.section), created.terms.currency)

    def _plan(self, source: StreamSource) -> Plan:
        plan = self._plans.get(source.plan_id) or parse_canonical(source.plan)
        _keep(self._plans, source.plan_id, plan, PLANS_KEPT_MAX)
        return plan


def _keep(kept: OrderedDict[Key, Value], key: Key, value: Value, kept_max: int) -> None:
    """Keep what was used last, and let go of what was not used for longest."""
    kept[key] = value
    kept.move_to_end(key)
    if len(kept) > kept_max:
        kept.popitem(last=False)


def _announced(data: bytes) -> Told:
    record = decode_announcement(data)
    return Told(record.at_ms, [(0, announced_news(record))])


def _told(data: bytes, teller: SectionTeller | None, wanted: Wanted) -> Told:
    if teller is None:
        room = decode_room_record(data)
        news = room_news(room.event)
        return Told(room.at_ms, [] if news is None else [(0, news)])
    record = decode_record(data)
    return Told(record.at_ms, teller.tell(record, wanted))


def _messages(source: StreamSource, told: Iterable[tuple[int, Told]], wanted: Wanted) -> list[Message]:
    return [
        _message(source, (source.stream, seq, part), each.at_ms, news)
        for seq, each in told
        for part, news in each.news
        if wanted(news.kind)
    ]


def _message(source: StreamSource, position: Position, at_ms: int, news: News) -> Message:
    stream, seq, part = position
    if source.stream == ANNOUNCEMENTS:
        event, place = news.subject or "", {}
    else:
        event, place = source.event, {"ep": source.history}
        if source.section != QUEUE:
            place = {"section": source.section, **place}
    cloud_event = CloudEvent(
        id=message_id(position),
        source=f"/v1/events/{event}",
        type=news.kind,
        time=rfc3339(at_ms),
        sequence=f"{seq:0{SEQUENCE_DIGITS}d}",
        partitionkey=str(stream),
        data={"event": event, **place, "seq": seq, **news.data},
        subject=news.subject,
    )
    return Message(stream, seq, news.kind, event, at_ms, cloud_event.encoded(), part, news.subject)
