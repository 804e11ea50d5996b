"""The live map over REST: what the socket's subscriptions give, by polling."""

from __future__ import annotations

import asyncio
from typing import Final

import msgspec

from gateway.feed import UNKNOWN, SectionFeed
from gateway.rest.call import Call, Refused
from gateway.rest.operation import Operation
from protocol.errors import ErrorCode, problem


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
    """Read the status of every section."""
    event = await call.event()
    feeds = [call.hub.feed(event, name) for name in event.sections]
    await _primed(call, feeds)
    return EventSeats(event.id, {feed.section: _status(feed) for feed in feeds})


async def read_changes(call: Call) -> DeltaPage | SnapshotPage:
    """Read what changed in a section since a position."""
    query: ChangesQuery = call.query
    event = await call.event()
    if query.section not in event.sections:
        raise Refused(problem(ErrorCode.NOT_FOUND, "There is no such section."))
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
        errors=(ErrorCode.SECTION_RECOVERING,),
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
