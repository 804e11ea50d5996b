"""Events in the words of others: GeoJSON (RFC 7946), iCalendar (RFC 5545) and schema.org."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, Final

import msgspec
from icalendar import Alarm, Calendar, Event

from gateway.rest.event_views import EventReply

GEOJSON: Final = "application/geo+json"
ICALENDAR: Final = "text/calendar"
JSON_LD: Final = "application/ld+json"
PRODUCT: Final = "-//Holdfast//Events//EN"
REMINDED_BEFORE: Final = timedelta(minutes=10)
AVAILABILITY: Final = {
    "published": "https://schema.org/PreOrder",
    "open": "https://schema.org/InStock",
    "paused": "https://schema.org/LimitedAvailability",
    "closed": "https://schema.org/SoldOut",
}


def features(events: Iterable[EventReply]) -> bytes:
    """Those that have a place, as a collection of features."""
    found = [_feature(event) for event in events if event.venue is not None]
    return msgspec.json.encode({"type": "FeatureCollection", "features": found})


def _feature(event: EventReply) -> dict[str, Any]:
    venue = event.venue
    if venue is None:
        raise AssertionError("only events with a place are put on a map")
    told = ("event", "name", "status", "starts_at", "ends_at", "category", "left")
    return {
        "type": "Feature",
        "id": event.event,
        "geometry": {"type": "Point", "coordinates": [venue.longitude, venue.latitude]},
        "properties": {name: getattr(event, name) for name in told}
        | {"venue": venue.name, "city": venue.city, "distance_m": venue.distance_m},
    }


def calendar(events: Iterable[EventReply], root: str) -> bytes:
    """Those that have a date; `root` is where their pages are."""
    made = Calendar()
    made.add("prodid", PRODUCT)
    made.add("version", "2.0")
    for event in events:
        if event.starts_at is not None:
            made.add_component(_entry(event, event.starts_at, root))
    return bytes(made.to_ical())


def reminder(event: EventReply, root: str) -> bytes:
    """One event, and before its sale opens by itself also that, with an alarm."""
    made = Calendar.from_ical(calendar([event], root))
    if event.status == "published" and event.opens_at is not None:
        made.add_component(_opening(event, event.opens_at, root))
    return bytes(made.to_ical())


def _opening(event: EventReply, opens_at: str, root: str) -> Event:
    entry = Event()
    entry.add("uid", f"{event.event}.sale@holdfast")
    entry.add("summary", f"{event.name}: the sale opens")
    entry.add("dtstamp", datetime.fromisoformat(event.created_at))
    entry.add("dtstart", datetime.fromisoformat(opens_at))
    entry.add("url", f"{root}/e/{event.event}")
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", event.name)
    alarm.add("trigger", -REMINDED_BEFORE)
    entry.add_component(alarm)
    return entry


def _entry(event: EventReply, starts_at: str, root: str) -> Event:
    entry = Event()
    entry.add("uid", f"{event.event}@holdfast")
    entry.add("summary", event.name)
    entry.add("dtstamp", datetime.fromisoformat(event.created_at))
    entry.add("dtstart", datetime.fromisoformat(starts_at))
    if event.ends_at is not None:
        entry.add("dtend", datetime.fromisoformat(event.ends_at))
    if event.description:
        entry.add("description", event.description)
    if event.category is not None:
        entry.add("categories", [event.category])
    if event.venue is not None:
        venue = event.venue
        entry.add("location", ", ".join(filter(None, (venue.name, venue.address, venue.city, venue.country))))
        entry.add("geo", (venue.latitude, venue.longitude))
    entry.add("url", f"{root}/e/{event.event}")
    return entry


def linked_data(event: EventReply, root: str) -> bytes:
    """An `Event` of schema.org; what is not known is left out."""
    told: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "Event",
        "name": event.name,
        "url": f"{root}/e/{event.event}",
        "eventStatus": "https://schema.org/EventScheduled",
        "eventAttendanceMode": "https://schema.org/OfflineEventAttendanceMode",
        "startDate": event.starts_at,
        "endDate": event.ends_at,
        "doorTime": event.doors_at,
        "description": event.description or None,
        "location": _location(event),
        "offers": _offers(event, root),
    }
    return msgspec.json.encode({name: value for name, value in told.items() if value is not None})


def _location(event: EventReply) -> dict[str, Any] | None:
    venue = event.venue
    if venue is None:
        return None
    address = {"streetAddress": venue.address, "addressLocality": venue.city, "addressCountry": venue.country}
    return {
        "@type": "Place",
        "name": venue.name,
        "address": {"@type": "PostalAddress", **{name: text for name, text in address.items() if text}},
        "geo": {"@type": "GeoCoordinates", "latitude": venue.latitude, "longitude": venue.longitude},
    }


def _offers(event: EventReply, root: str) -> dict[str, Any] | None:
    availability = AVAILABILITY.get(event.status)
    if availability is None:
        return None
    return {
        "@type": "Offer",
        "url": f"{root}/e/{event.event}",
        "priceCurrency": event.currency,
        "availability": availability,
    }
