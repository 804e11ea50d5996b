"""The live map over REST: what the socket's subscriptions give, by polling."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Annotated, Final

import msgspec

from engine.state import SectionState
from engine.views import area_free, counts, packed_status
from gateway.access.auth import NO_TOKEN
from gateway.live.feed import UNKNOWN, SectionFeed
from gateway.rest.call import Call, Refused
from gateway.rest.operation import Operation
from gateway.rest.reading import reading
from gateway.sections.answers import NO_SECTION
from gateway.sections.directory import EventMap
from gateway.sections.past import RECORDS_MAX, SEQ_MAX, Moment, Replayer, TooLong
from protocol.errors import ErrorCode, problem

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


class SectionStatus(msgspec.Struct, frozen=True):
    """A section's whole status; `status` is packed as in `seats.snapshot`."""

    ep: str
    seq: int
    status: bytes
    areas: dict[str, int]
    free: int
    held: int
    sold: int


class EventSeats(msgspec.Struct, frozen=True):
    """The status of every section of an event."""

    event: str
    sections: dict[str, SectionStatus]


class SeatsQuery(msgspec.Struct, frozen=True):
    """One section or all, and as of when: now, a time, or a record of the one section."""

    section: str | None = None
    as_of: Annotated[datetime, msgspec.Meta(tz=True)] | None = None
    as_of_seq: Annotated[int, msgspec.Meta(ge=1, lt=SEQ_MAX)] | None = None


class ChangesQuery(msgspec.Struct, frozen=True):
    """A section and the position that the caller knows; `ep` guards against replaced history."""

    section: str
    after_seq: int = UNKNOWN
    ep: str | None = None


class DeltaPage(msgspec.Struct, frozen=True, tag_field="kind", tag="deltas"):
    """What changed after `from`, to be applied to what the caller knows."""

    ep: str
    from_: int = msgspec.field(name="from")
    seq: int
    u: tuple[tuple[str, str | int], ...]


class SnapshotPage(msgspec.Struct, frozen=True, tag_field="kind", tag="snapshot"):
    """The whole status, because deltas do not lead from where the caller is."""

    section: str
    status: SectionStatus


async def read_seats(call: Call) -> EventSeats:
    """Read the status of every section or of one, for the house also as it was."""
    query: SeatsQuery = call.query
    event = await call.event()
    if query.section is not None and query.section not in event.sections:
        raise Refused(NO_SECTION)
    names = [query.section] if query.section is not None else list(event.sections)
    if query.as_of is not None or query.as_of_seq is not None:
        return EventSeats(event.id, await _past(call, event, names, query))
    feeds = [call.hub.feed(event, name) for name in names]
    await _primed(call, feeds)
    await call.hub.abreast(feeds)
    return EventSeats(event.id, {feed.section: _status(feed) for feed in feeds})


async def _past(call: Call, event: EventMap, names: list[str], query: SeatsQuery) -> dict[str, SectionStatus]:
    """The sections as they were. Raises `Refused` to who is not of the house, and where it cannot be told."""
    if not call.is_staff:
        raise Refused(NO_TOKEN if call.anyone is None else problem(ErrorCode.SCOPE_MISSING))
    moment = _moment(query, call.office.now_ms())
    found: dict[str, SectionStatus] = {}
    try:
        with reading(call) as journals:
            replayer = Replayer(journals, moment)
            for name in names:
                part = event.sections[name]
                found[name] = _was(
                    part.history, await replayer.state(event.layout(name), part.stream), moment
                )
    except TooLong:
        detail = f"More than {RECORDS_MAX} records would have to be replayed; ask for one section, or later."
        raise Refused(problem(ErrorCode.LIMIT_EXCEEDED, detail)) from None
    return found


def _moment(query: SeatsQuery, now_ms: int) -> Moment:
    """Up to where to replay. Raises `Refused` for what is in the future, or a record of no section."""
    if query.as_of_seq is not None and query.section is None:
        raise Refused(problem(ErrorCode.INVALID, "`as_of_seq` is a record of one section: name it."))
    at_ms = SEQ_MAX if query.as_of is None else (query.as_of - _EPOCH) // timedelta(milliseconds=1)
    if query.as_of is not None and at_ms > now_ms:
        raise Refused(problem(ErrorCode.INVALID, "`as_of` is in the future."))
    return Moment(SEQ_MAX if query.as_of_seq is None else query.as_of_seq, at_ms)


def _was(history: str, state: SectionState, moment: Moment) -> SectionStatus:
    """A replayed section. Raises `Refused` where there was none, or no such record."""
    if state.seq == 0:
        raise Refused(problem(ErrorCode.NOT_FOUND, "The section was not there yet."))
    if state.seq < moment.seq < SEQ_MAX and moment.at_ms == SEQ_MAX:
        raise Refused(problem(ErrorCode.INVALID, "There is no such record yet."))
    areas = {name: area_free(state, index) for index, name in enumerate(state.layout.area_names)}
    return SectionStatus(history, state.seq, packed_status(state.public), areas, *counts(state))


async def read_changes(call: Call) -> DeltaPage | SnapshotPage:
    """Read what changed in a section since a position."""
    query: ChangesQuery = call.query
    event = await call.event()
    if query.section not in event.sections:
        raise Refused(NO_SECTION)
    feed = call.hub.feed(event, query.section)
    await _primed(call, [feed])
    position = query.ep or feed.history, query.after_seq
    if feed.reaches(position):
        return DeltaPage(feed.history, query.after_seq, feed.seq, feed.merged(query.after_seq, feed.seq).u)
    return SnapshotPage(feed.section, _status(feed))


async def _primed(call: Call, feeds: list[SectionFeed]) -> None:
    try:
        async with asyncio.timeout(call.deadline_ms / 1000):
            for feed in feeds:
                await call.hub.primed(feed)
    except TimeoutError:
        raise Refused(problem(ErrorCode.SECTION_RECOVERING, retry_after_ms=500)) from None


def _status(feed: SectionFeed) -> SectionStatus:
    snapshot = feed.snapshot()
    return SectionStatus(feed.history, feed.seq, snapshot.status, snapshot.areas, *feed.counts)


OPERATIONS: Final = (
    Operation(
        "GET",
        "/events/{event}/seats",
        "Read the status of all seats",
        read_seats,
        reply=EventSeats,
        query=SeatsQuery,
        errors=(
            ErrorCode.SECTION_RECOVERING,
            ErrorCode.SECTION_OVERLOADED,
            ErrorCode.SCOPE_MISSING,
            ErrorCode.INVALID,
            ErrorCode.LIMIT_EXCEEDED,
        ),
    ),
    Operation(
        "GET",
        "/events/{event}/changes",
        "Read what changed since a position",
        read_changes,
        reply=DeltaPage | SnapshotPage,
        query=ChangesQuery,
        errors=(ErrorCode.SECTION_RECOVERING,),
    ),
)
