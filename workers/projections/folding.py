"""Turns a batch of stored records into what it adds to the tables."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Final

import msgspec

from engine.analytics import OrderFact, Projected, Resume, Stock
from engine.catalogue import QUEUE
from engine.journal import StoredRecord, StreamSource
from engine.layout import SectionLayout
from engine.plans.canonical import parse_section
from engine.queue.events import decode_room_record
from engine.record_codec import decode_record
from workers.ports import Journal
from workers.projections.ledger import decode_ledger, encode_ledger
from workers.projections.room_fold import take_room_record
from workers.projections.section_fold import SectionFold, orders_of
from workers.projections.sums import Sums

STREAMS_KEPT_MAX: Final = 256
"""Streams whose layout is kept."""
Known = Callable[[Sequence[str]], Awaitable[Mapping[str, OrderFact]]]


class Folding:
    """Folds batches of any stream.

    May raise `StorageError`, and for records that make no sense `msgspec.MsgspecError` and `LookupError`.
    """

    def __init__(self, journal: Journal) -> None:
        """Nothing is known yet."""
        self._journal = journal
        self._streams: OrderedDict[int, tuple[StreamSource, SectionLayout | None]] = OrderedDict()

    async def fold(
        self, stream: int, resume: Resume, records: Sequence[StoredRecord], known: Known
    ) -> Projected:
        """What these records add, which come right after `resume`."""
        source, layout = self._streams.get(stream) or await self._look_up(stream)
        self._streams.move_to_end(stream)
        if layout is None:
            return _fold_room(source, resume, records)
        ledger = decode_ledger(resume.state)
        decoded = [decode_record(each.data) for each in records]
        where = (stream, source.event, source.section)
        needed = orders_of(decoded, ledger)
        fold = SectionFold(where, layout, ledger, await known(needed) if needed else {})
        for record in decoded:
            fold.take(record)
        state = encode_ledger(ledger)
        return _projected(source, resume, records, fold.counts, (ledger.stock, state, fold.orders))

    async def _look_up(self, stream: int) -> tuple[StreamSource, SectionLayout | None]:
        source = await self._journal.source(stream)
        layout = None
        if source.section != QUEUE:
            layout = SectionLayout(parse_section(source.plan, source.section), source.section)
        found = self._streams[stream] = msgspec.structs.replace(source, plan=b""), layout
        if len(self._streams) > STREAMS_KEPT_MAX:
            self._streams.popitem(last=False)
        return found


def _fold_room(source: StreamSource, resume: Resume, records: Sequence[StoredRecord]) -> Projected:
    sums = Sums()
    for each in records:
        take_room_record(sums, decode_room_record(each.data))
    return _projected(source, resume, records, sums, (Stock(), b"", {}))


def _projected(
    source: StreamSource,
    resume: Resume,
    records: Sequence[StoredRecord],
    sums: Sums,
    rest: tuple[Stock, bytes, dict[str, OrderFact]],
) -> Projected:
    stock, state, orders = rest
    return Projected(
        *(source.stream, source.event, source.section, resume.seq, records[-1].seq, sums.at_ms),
        *(stock, state, sums.steps, sums.minutes, sums.sales, orders),
    )
