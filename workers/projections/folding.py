"""Turns a batch of stored records into what it adds to the tables."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Final

import msgspec

from engine.analytics import OrderFact, Projected, Stock
from engine.catalogue import QUEUE
from engine.journal import StoredRecord, StreamSource
from engine.plans.canonical import parse_section
from engine.queue.events import decode_room_record
from engine.record_codec import decode_record
from engine.seating import Seating
from workers.ports import Journal
from workers.projections.ledger import Ledger, encode_ledger
from workers.projections.room_fold import take_room_record
from workers.projections.section_fold import SectionFold, orders_of
from workers.projections.sums import Sums

STREAMS_KEPT_MAX: Final = 256
"""Streams whose seating is kept."""


class Counted(msgspec.Struct):
    """How far a stream was counted, and what is to be known of it to go on."""

    seq: int
    ledger: Ledger


Known = Callable[[Sequence[str]], Awaitable[Mapping[str, OrderFact]]]


class Folding:
    """Folds batches of any stream.

    May raise `StorageError`, and for records that make no sense `msgspec.MsgspecError` and `LookupError`.
    """

    def __init__(self, journal: Journal) -> None:
        """Nothing is known yet."""
        self._journal = journal
        self._streams: OrderedDict[int, tuple[StreamSource, Seating | None]] = OrderedDict()

    async def fold(
        self, stream: int, counted: Counted, records: Sequence[StoredRecord], known: Known
    ) -> Projected:
        """What these records add, which come right after what was `counted`; its ledger moves on with them.

        Where it raises, the ledger is somewhere in between, and of no use any more.
        """
        source, seating = self._streams.get(stream) or await self._look_up(stream)
        self._streams.move_to_end(stream)
        if seating is None:
            return _fold_room(source, counted, records)
        ledger = counted.ledger
        decoded = [decode_record(each.data) for each in records]
        where = (stream, source.event, source.section)
        needed = orders_of(decoded, ledger)
        fold = SectionFold(where, seating, ledger, await known(needed) if needed else {})
        for record in decoded:
            fold.take(record)
        state = encode_ledger(ledger)
        return _projected(source, counted, records, fold.counts, (ledger.stock, state, fold.orders))

    async def _look_up(self, stream: int) -> tuple[StreamSource, Seating | None]:
        source = await self._journal.source(stream)
        seating = None
        if source.section != QUEUE:
            seating = Seating(parse_section(source.plan, source.section), source.section)
        found = self._streams[stream] = msgspec.structs.replace(source, plan=b""), seating
        if len(self._streams) > STREAMS_KEPT_MAX:
            self._streams.popitem(last=False)
        return found


def _fold_room(source: StreamSource, counted: Counted, records: Sequence[StoredRecord]) -> Projected:
    sums = Sums()
    for each in records:
        take_room_record(sums, decode_room_record(each.data))
    return _projected(source, counted, records, sums, (Stock(), b"", {}))


def _projected(
    source: StreamSource,
    counted: Counted,
    records: Sequence[StoredRecord],
    sums: Sums,
    rest: tuple[Stock, bytes, dict[str, OrderFact]],
) -> Projected:
    stock, state, orders = rest
    return Projected(
        *(source.stream, source.event, source.section, counted.seq, records[-1].seq, sums.at_ms),
        *(stock, state, sums.steps, sums.minutes, sums.sales, orders),
    )
