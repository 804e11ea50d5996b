"""Looking for events over REST: as a list, on a map, and as a calendar."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from hashlib import blake2b
from typing import Any, Final

import msgspec

from engine.catalogue import EventInfo
from engine.listings import Found, FoundPage, Venue
from gateway.rest.call import Call, Refused
from gateway.rest.event_views import EventReply, event_reply
from gateway.rest.operation import Handler, Operation, Ready
from gateway.rest.searching import EventSearch, query_of
from gateway.rest.telling import GEOJSON, ICALENDAR, JSON_LD, calendar, features, linked_data, reminder
from gateway.sections.answers import NO_EVENT
from protocol.errors import ErrorCode, problem

ETAG_BYTES: Final = 12


class EventList(msgspec.Struct, frozen=True):
    """A page of events; `next` is the `after` of the following page in the same order."""

    data: tuple[EventReply, ...]
    has_more: bool
    next: str | None


async def list_events(call: Call) -> Ready:
    """Look for events by place, date, word, price and what is left.

    Drafts are seen by their organiser's people only.
    """
    page, replies = await _replies(call)
    return tagged(call, msgspec.json.encode(EventList(tuple(replies), page.next is not None, page.next)))


async def map_events(call: Call) -> Ready:
    """The same as GeoJSON (RFC 7946): those that have a place."""
    _, replies = await _replies(call)
    return tagged(call, features(replies), GEOJSON)


async def list_events_as_calendar(call: Call) -> Ready:
    """The same as a calendar (RFC 5545) to subscribe to: those that have a date."""
    _, replies = await _replies(call)
    return tagged(call, calendar(replies, _root(call)), ICALENDAR)


async def read_event_as_calendar(call: Call) -> Ready:
    """An event as a calendar, which reminds of the opening of its sale."""
    return tagged(call, reminder(await _one(call), _root(call)), ICALENDAR)


async def read_event_as_linked_data(call: Call) -> Ready:
    """An event in the words of schema.org (JSON-LD), for search engines."""
    return tagged(call, linked_data(await _one(call), _root(call)), JSON_LD)


async def _replies(call: Call) -> tuple[FoundPage, list[EventReply]]:
    query, sort = query_of(call)
    search: EventSearch = call.query
    catalogue = call.parts.catalogue
    try:
        page = await catalogue.discovery.search(query, sort, search.limit, search.after)
    except ValueError:
        raise Refused(problem(ErrorCode.INVALID, "This page mark is not of such a list.")) from None
    events = await catalogue.events_by_id([found.event for found in page.found])
    venues = await _venues(call, events.values())
    seen = {name: event for name, event in events.items() if call.may_see(event)}
    return page, _joined(page.found, seen, venues)


def _joined(
    found: Sequence[Found], events: dict[str, EventInfo], venues: dict[str, Venue]
) -> list[EventReply]:
    return [
        event_reply(events[each.event], venues.get(events[each.event].billing.venue or ""), each)
        for each in found
        if each.event in events
    ]


async def _one(call: Call) -> EventReply:
    """The event that the path names, with what is left of it. Raises `Refused`."""
    event = await call.parts.catalogue.event(call.path("event"))
    if event is None or (event.status == "draft" and not call.is_staff):
        raise Refused(NO_EVENT)
    venues = await _venues(call, [event])
    return event_reply(event, venues.get(event.billing.venue or ""))


async def _venues(call: Call, events: Iterable[EventInfo]) -> dict[str, Venue]:
    wanted = {event.billing.venue for event in events if event.billing.venue is not None}
    return await call.parts.catalogue.discovery.venues_by_id(sorted(wanted))


def _root(call: Call) -> str:
    """Where the caller found this server, for links to its pages."""
    return str(call.request.base_url).rstrip("/")


def tagged(call: Call, body: bytes, media_type: str = "application/json") -> Ready:
    """A reply that is not sent again to who has it already (RFC 9110, 13.1.2)."""
    etag = f'"{blake2b(body, digest_size=ETAG_BYTES).hexdigest()}"'
    headers = {"ETag": etag, "Cache-Control": "no-cache", "Vary": "Authorization"}
    if etag in call.request.headers.get("if-none-match", ""):
        return Ready(b"", media_type, headers, 304)
    return Ready(body, media_type, headers)


def _look(
    path: str, summary: str, handler: Handler, reply: Any = bytes, media_type: str = "application/json"
) -> Operation:
    return Operation(
        "GET",
        path,
        summary,
        handler,
        reply=reply,
        query=EventSearch if path.startswith("/events") and "{" not in path else None,
        errors=(ErrorCode.INVALID,),
        media_type=media_type,
        conditional=True,
    )


OPERATIONS: Final = (
    _look("/events", "Look for events", list_events, EventList),
    _look("/events.geojson", "Look for events on a map", map_events, media_type=GEOJSON),
    _look("/events.ics", "Look for events as a calendar", list_events_as_calendar, media_type=ICALENDAR),
    _look(
        "/events/{event}/calendar.ics",
        "Get an event as a calendar",
        read_event_as_calendar,
        media_type=ICALENDAR,
    ),
    _look(
        "/events/{event}/schema.jsonld",
        "Get an event as linked data",
        read_event_as_linked_data,
        media_type=JSON_LD,
    ),
)
