"""What happened to a seat, over REST: for the house that sells it, from the journal alone."""

from __future__ import annotations

import base64
import binascii
from contextlib import aclosing
from typing import Annotated, Final

import msgspec

from engine.biography import WHY, Biographer, Deed, Line, Tenure
from engine.views import Money, money, rfc3339
from gateway.rest.call import Call, Refused
from gateway.rest.operation import Operation
from gateway.rest.reading import reading
from gateway.sections.archive import Journals, records_after
from gateway.sections.directory import EventMap
from protocol.errors import ErrorCode, problem
from protocol.requests import Label

RECORDS_A_PAGE_MAX: Final = 20_000
"""Records that are gone through for one page, however little they say of the seat."""
MARK_CHARS_MAX: Final = 1_024
NO_MARK: Final = problem(ErrorCode.INVALID, "`after` is no mark of this seat's pages.")


class BiographyQuery(msgspec.Struct, frozen=True):
    """Which seat (or whole table), how many lines, and the mark that the page before ended with."""

    seat: Label
    limit: Annotated[int, msgspec.Meta(ge=1, le=200)] = 50
    after: Annotated[str, msgspec.Meta(max_length=MARK_CHARS_MAX)] = ""


class CauseReply(msgspec.Struct, frozen=True, omit_defaults=True):
    """The record of another section that a line follows from, and what it recorded."""

    section: str
    seq: int
    did: str = ""


class LineReply(msgspec.Struct, frozen=True, omit_defaults=True):
    """What one record did to the seat.

    `by` asked for it (nobody: the section did it by itself), `owner` has the seat from then on or
    had it until then. `why` is told of what took the seat from them.
    """

    seq: int
    at: str
    what: Deed
    by: str | None = None
    owner: str | None = None
    hold: str | None = None
    order: str | None = None
    gathering: str | None = None
    entry: str | None = None
    type: str | None = None
    price: Money | None = None
    until: str | None = None
    channel: str | None = None
    cause: CauseReply | None = None
    why: str | None = None


class Biography(msgspec.Struct, frozen=True):
    """A page of what happened to a seat, in order; a page may be short, or empty, and yet have a next one."""

    event: str
    section: str
    seat: str
    data: tuple[LineReply, ...]
    has_more: bool
    next: str | None


class Mark(msgspec.Struct, frozen=True, array_like=True):
    """Where a page ended: the seat, the last record that was gone through, and what the seat was then."""

    seat: str
    seq: int
    tenure: Tenure | None


async def read_biography(call: Call) -> Biography:
    """Read what happened to a seat: who held, bought or lost it, when, how, and at which price."""
    query: BiographyQuery = call.query
    event = await call.event()
    section = event.section_of(query.seat)
    if section is None:
        raise Refused(problem(ErrorCode.NOT_FOUND, "There is no such seat.", objects=(query.seat,)))
    mark = _mark(query)
    biographer = Biographer(_ordinal(event, section.name, query.seat), mark.tenure)
    with reading(call) as journals:
        lines, seq, more = await _page(journals, section.stream, biographer, mark.seq, query.limit)
        told = [await _reply(journals, event, line) for line in lines]
    after = _written(Mark(query.seat, seq, biographer.tenure)) if more else None
    return Biography(event.id, section.name, query.seat, tuple(told), more, after)


async def _page(
    journals: Journals, stream: int, biographer: Biographer, seq: int, limit: int
) -> tuple[list[Line], int, bool]:
    """Lines, the last record that was gone through, and whether there may be more."""
    lines: list[Line] = []
    last_seq = seq + RECORDS_A_PAGE_MAX
    async with aclosing(records_after(journals, stream, seq, RECORDS_A_PAGE_MAX)) as records:
        async for at, record in records:
            seq = at
            lines += biographer.take(seq, record)
            # What one record did is told on one page, though it be a line too many.
            if len(lines) >= limit:
                return lines, seq, True
    return lines, seq, seq == last_seq


def _ordinal(event: EventMap, section: str, label: str) -> int:
    """The seat by number; of a table that is sold whole any seat, for they share one fate."""
    layout = event.layout(section)
    ordinal = layout.ordinal_of.get(label)
    if ordinal is not None:
        return ordinal
    if label in layout.tables:
        return layout.tables[label][0]
    if label in layout.area_of:
        detail = "The places of an area are not told apart, and have no biographies."
        raise Refused(problem(ErrorCode.INVALID, detail, objects=(label,)))
    raise Refused(problem(ErrorCode.NOT_FOUND, "There is no such seat.", objects=(label,)))


async def _reply(journals: Journals, event: EventMap, line: Line) -> LineReply:
    tenure, price = line.tenure, None
    if tenure is not None:
        price = money(tenure.price, event.currency)
    return LineReply(
        seq=line.seq,
        at=rfc3339(line.at_ms),
        what=line.deed,
        by=line.by or None,
        owner=None if tenure is None else tenure.owner or None,
        hold=None if tenure is None else tenure.hold,
        order=None if tenure is None else tenure.order,
        gathering=None if tenure is None else tenure.gathering,
        entry=None if tenure is None else tenure.entry,
        type=None if tenure is None else tenure.type,
        price=price,
        until=None if line.until_ms is None else rfc3339(line.until_ms),
        channel=line.channel,
        cause=None if line.cause is None else await _cause(journals, event, *line.cause),
        why=WHY.get(line.deed),
    )


async def _cause(journals: Journals, event: EventMap, stream: int, seq: int) -> CauseReply | None:
    section = event.by_stream.get(stream)
    if section is None:
        return None
    async for _, record in records_after(journals, stream, max(seq - 1, 0), 1):
        return CauseReply(section.name, seq, str(record.event.__struct_config__.tag))
    return CauseReply(section.name, seq)


def _mark(query: BiographyQuery) -> Mark:
    """The mark that the caller sent back. Raises `Refused` for one that is not of this seat."""
    if not query.after:
        return Mark(query.seat, 0, None)
    try:
        padded = query.after.encode() + b"=" * (-len(query.after) % 4)
        mark = _decoder.decode(base64.b64decode(padded, altchars=b"-_", validate=True))
    except (binascii.Error, UnicodeError, msgspec.DecodeError):
        raise Refused(NO_MARK) from None
    if mark.seat != query.seat or not 0 <= mark.seq < SEQ_END:
        raise Refused(NO_MARK)
    return mark


def _written(mark: Mark) -> str:
    return base64.urlsafe_b64encode(msgspec.msgpack.encode(mark)).decode().rstrip("=")


SEQ_END: Final = 1 << 53
_decoder = msgspec.msgpack.Decoder(Mark)

OPERATIONS: Final = (
    Operation(
        "GET",
        "/events/{event}/audit",
        "Read what happened to a seat",
        read_biography,
        reply=Biography,
        query=BiographyQuery,
        errors=(ErrorCode.INVALID, ErrorCode.SECTION_OVERLOADED),
    ),
)
