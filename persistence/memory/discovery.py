"""Finds events and venues in memory: the twin that says in plain words what PostgreSQL is asked."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from engine.catalogue import Billing, EventInfo
from engine.journal import StorageUnavailable
from engine.listings import (
    DEAR,
    FAR_MS,
    Audience,
    Availability,
    EventQuery,
    Found,
    FoundPage,
    Near,
    Offer,
    Sort,
    Survey,
    Venue,
    VenuePage,
)
from engine.offers import at_prices, first_offers
from engine.places import Place, distance_m
from engine.plan import Plan
from engine.words import words
from persistence.cursors import Cursor, read_cursor, written
from persistence.errors import VenueUnknown
from persistence.memory.database import MemoryDatabase

Row = tuple[float, str, Any]
"""What rows are ordered by, their id, and what is found."""


class MemoryDiscovery:
    """Searches over the events of a `MemoryCatalogue`, whose own dictionary `events` is."""

    def __init__(self, database: MemoryDatabase, events: dict[str, EventInfo]) -> None:
        self._database = database
        self._events = events
        self._venues: dict[str, Venue] = {}
        self._surveys: dict[int, Survey] = {}
        self._claimed: dict[int, int] = {}

    def check(self, billing: Billing) -> None:
        """Raises `VenueUnknown`."""
        if billing.venue is not None and billing.venue not in self._venues:
            raise VenueUnknown(f"there is no venue {billing.venue}")

    def begin(self, event: EventInfo, plan: Plan) -> None:
        """What there is of a new event, which nobody has taken anything of."""
        for part in event.sections:
            offers = first_offers(plan, part.name, event.terms)
            self._surveys[part.stream] = Survey(part.stream, event.id, 1, event.created_ms, offers)

    async def search(self, query: EventQuery, sort: Sort, limit: int, after: str | None = None) -> FoundPage:
        """Up to `limit` events that fit, from the page mark `after` on. Raises `CursorInvalid`."""
        self._reach()
        cursor = read_cursor(after, sort)
        rows = [
            self._row(event, query.near, sort) for event in self._events.values() if self._fits(event, query)
        ]
        page, following = _page(rows, sort, limit, cursor)
        return FoundPage(tuple(page), following)

    def _row(self, event: EventInfo, near: Near | None, sort: Sort) -> Row:
        place = self._place(event)
        away = None if near is None or place is None else distance_m(near.place, place)
        offers = self._offers(event)
        price = min((offer.price for offer in offers if offer.free), default=DEAR)
        as_of_ms = min((self._surveys[part.stream].as_of_ms for part in event.sections), default=0)
        keys: dict[Sort, float] = {
            "newest": 0.0,
            "date": FAR_MS if event.billing.starts_ms is None else event.billing.starts_ms,
            "price": price,
            "distance": away or 0.0,
        }
        told = None if price == DEAR else price
        return keys[sort], event.id, Found(event.id, away, sum(each.free for each in offers), told, as_of_ms)

    def _fits(self, event: EventInfo, query: EventQuery) -> bool:
        billing, place = event.billing, self._place(event)
        starts_ms = FAR_MS if billing.starts_ms is None else billing.starts_ms
        return (
            _is_shown(event, query.audience)
            and (query.near is None or (place is not None and _reaches(query.near, place)))
            and (query.box is None or place in query.box)
            and _has_words(self._words(event), query.words)
            and (query.from_ms is None or starts_ms >= query.from_ms)
            and (query.to_ms is None or starts_ms < query.to_ms)
            and query.category in (None, billing.category)
            and query.venue in (None, billing.venue)
            and query.currency in (None, event.terms.currency)
            and (query.available is None or _has_left(self._offers(event), query.available))
        )

    def _place(self, event: EventInfo) -> Place | None:
        venue = self._venues.get(event.billing.venue or "")
        return None if venue is None else venue.place

    def _words(self, event: EventInfo) -> tuple[str, ...]:
        venue = self._venues.get(event.billing.venue or "")
        parts = [event.name, event.billing.category or "", event.billing.description]
        if venue is not None:
            parts += [venue.name, venue.city, venue.country]
        return words(" ".join(parts))

    def _offers(self, event: EventInfo) -> list[Offer]:
        return [offer for part in event.sections for offer in self._surveys[part.stream].offers]

    def reprice(self, event: EventInfo) -> None:
        """Put the prices of an event's terms into what is left of it."""
        for part in event.sections:
            self._surveys[part.stream] = at_prices(self._surveys[part.stream], event.terms)

    async def add_venue(self, venue: Venue) -> None:
        """Keep a venue."""
        self._reach()
        self._venues[venue.id] = venue

    async def venue(self, venue_id: str) -> Venue | None:
        """The venue by its id."""
        self._reach()
        return self._venues.get(venue_id)

    async def venues_by_id(self, venue_ids: Sequence[str]) -> dict[str, Venue]:
        """Those that there are."""
        self._reach()
        return {key: self._venues[key] for key in venue_ids if key in self._venues}

    async def venues(self, near: Near | None, limit: int, after: str | None = None) -> VenuePage:
        """Venues, the nearest first, or the newest. Raises `CursorInvalid`."""
        self._reach()
        sort: Sort = "newest" if near is None else "distance"
        rows: list[Row] = []
        for venue in self._venues.values():
            away = None if near is None else distance_m(near.place, venue.place)
            if near is None or _reaches(near, venue.place):
                rows.append((away or 0.0, venue.id, (venue, away)))
        page, following = _page(rows, sort, limit, read_cursor(after, sort))
        return VenuePage(tuple(page), following)

    async def claim_surveys(self, now_ms: int, stale_ms: int, streams_max: int) -> list[int]:
        """Sections that went on since they were looked at, and that nobody has claimed since `stale_ms`."""
        self._reach()
        due = [
            survey
            for survey in self._surveys.values()
            if self._database.streams[survey.stream].lease.next_seq - 1 > survey.seq
            and self._claimed.get(survey.stream, 0) <= stale_ms
        ]
        claimed = [survey.stream for survey in sorted(due, key=_by_age)[:streams_max]]
        self._claimed |= dict.fromkeys(claimed, now_ms)
        return claimed

    async def save_survey(self, survey: Survey) -> None:
        """Keep what was found in a section, at the prices of now, unless something newer is known."""
        self._reach()
        if survey.seq >= self._surveys[survey.stream].seq:
            self._surveys[survey.stream] = at_prices(survey, self._events[survey.event].terms)
            self._claimed.pop(survey.stream, None)

    def _reach(self) -> None:
        if self._database.down:
            raise StorageUnavailable("the database is down")


def _is_shown(event: EventInfo, audience: Audience) -> bool:
    if audience.mode not in (None, event.mode):
        return False
    announced = audience.public and event.status != "draft" and event.mode == "live"
    return audience.everything or announced or event.organiser in audience.houses


def _by_age(survey: Survey) -> tuple[int, int]:
    return survey.as_of_ms, survey.stream


def _reaches(near: Near, place: Place) -> bool:
    return near.radius_m is None or distance_m(near.place, place) <= near.radius_m


def _has_words(there: Iterable[str], wanted: Iterable[str]) -> bool:
    return all(any(word.startswith(beginning) for word in there) for beginning in wanted)


def _has_left(offers: Iterable[Offer], wanted: Availability) -> bool:
    fits = [each for each in offers if wanted.max_price is None or each.price <= wanted.max_price]
    if wanted.together:
        return any(offer.run >= wanted.min_free for offer in fits)
    return sum(offer.free for offer in fits) >= wanted.min_free


def _page(rows: list[Row], sort: Sort, limit: int, cursor: Cursor | None) -> tuple[list[Any], str | None]:
    newest = sort == "newest"
    order: Callable[[Row], Any] = (lambda row: row[1]) if newest else (lambda row: row[:2])
    rows = sorted(rows, key=order, reverse=newest)
    if cursor is not None and newest:
        rows = [row for row in rows if row[1] < cursor.id]
    elif cursor is not None:
        rows = [row for row in rows if row[:2] > (cursor.value, cursor.id)]
    page = rows[:limit]
    following = written(Cursor(sort, float(page[-1][0]), page[-1][1])) if len(rows) > limit else None
    return [row[2] for row in page], following
