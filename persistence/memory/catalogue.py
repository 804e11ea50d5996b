"""The catalogue in memory, on the same `MemoryDatabase` as the section stores."""

from __future__ import annotations

import secrets
from collections.abc import Sequence

import msgspec

from engine.announcements import encode_announcement, publication
from engine.catalogue import (
    DEFAULT_ORGANISER,
    QUEUE,
    Billing,
    EventInfo,
    EventPage,
    EventStatus,
    Mode,
    OrderRow,
    PlanInfo,
    QueueInfo,
    SectionInfo,
    StreamRef,
    pause_in,
)
from engine.journal import StorageUnavailable, StreamSource
from engine.plan import Plan, Section
from engine.plans.canonical import canonical_json
from engine.queue.terms import QueueTerms
from engine.terms import Terms, with_price
from persistence.drafts import (
    RandomBits,
    genesis,
    new_history,
    new_id,
    plan_info,
    room_genesis,
    section_counts,
)
from persistence.errors import PlanUnknown
from persistence.memory.database import MemoryDatabase
from persistence.memory.discovery import MemoryDiscovery
from persistence.memory.openings import MemoryOpenings
from persistence.memory.tickets import MemoryTickets

NO_BILLING = Billing()


class MemoryCatalogue:
    """Plans, events and orders. Every call raises `StorageUnavailable` while the database is down.

    `randbits` is what new ids are made of, `actors` how many processes a new event may have for its sections.
    """

    def __init__(
        self, database: MemoryDatabase, randbits: RandomBits = secrets.randbits, actors: int = 1
    ) -> None:
        self._actors = actors
        self._database = database
        self._randbits = randbits
        self._plans: dict[str, tuple[PlanInfo, Plan]] = {}
        self._events: dict[str, EventInfo] = {}
        self._orders: dict[str, OrderRow] = {}
        self.tickets = MemoryTickets(database)
        self.discovery = MemoryDiscovery(database, self._events)
        self.openings = MemoryOpenings(database, self._events)

    def all_events(self) -> dict[str, EventInfo]:
        """Every event by its id, for the twins beside this one."""
        return self._events

    def all_orders(self) -> dict[str, OrderRow]:
        """Every order row by its id, as above."""
        return self._orders

    async def save_plan(self, plan: Plan, at_ms: int, organiser: str = DEFAULT_ORGANISER) -> PlanInfo:
        """Store a plan; the same plan of the same organiser again gives what was stored first."""
        self._reach()
        info = plan_info(plan, at_ms, organiser, self._randbits)
        for known, _ in self._plans.values():
            if (known.digest, known.organiser) == (info.digest, organiser):
                return known
        self._plans[info.id] = (info, plan)
        return info

    async def plan_info(self, plan_id: str) -> PlanInfo | None:
        """What is known of a plan without its seats."""
        self._reach()
        stored = self._plans.get(plan_id)
        return stored and stored[0]

    async def plan(self, plan_id: str) -> Plan | None:
        """The whole plan."""
        self._reach()
        stored = self._plans.get(plan_id)
        return stored and stored[1]

    async def create_event(  # what an event is made of
        self,
        name: str,
        plan_id: str,
        terms: Terms,
        at_ms: int,
        queue: QueueTerms | None = None,
        *,
        mode: Mode = "live",
        billing: Billing = NO_BILLING,
    ) -> EventInfo:
        """A draft event: a stream for each section, with its lease and first record.

        With `queue` it has a waiting room, which is a stream too. It belongs to the plan's organiser.
        `billing` is how it is announced. Raises `PlanUnknown` or `VenueUnknown`.
        """
        self._reach()
        if plan_id not in self._plans:
            raise PlanUnknown(f"there is no plan {plan_id}")
        info, plan = self._plans[plan_id]
        self.discovery.check(billing)
        event_id = new_id("evt", at_ms, self._randbits)
        sections = tuple(
            self._begin(event_id, plan_id, section, ordinal, terms, at_ms)
            for ordinal, section in enumerate(plan.sections)
        )
        room = None if queue is None else self._begin_room(event_id, plan_id, queue, at_ms)
        event = EventInfo(
            *(event_id, name, plan_id, "draft", terms, sections, at_ms, room),
            organiser=info.organiser,
            mode=mode,
            actors=self._actors,
            billing=billing,
        )
        self._events[event_id] = event
        self.discovery.begin(event, plan)
        return event

    async def change_event(self, event_id: str, name: str, billing: Billing) -> EventInfo | None:
        """Change how an event is announced. Raises `VenueUnknown`."""
        self._reach()
        self.discovery.check(billing)
        if event_id in self._events:
            changed = msgspec.structs.replace(self._events[event_id], name=name, billing=billing)
            self._events[event_id] = changed
            self.openings.billed(changed)
        return self._events.get(event_id)

    async def events_by_id(self, event_ids: Sequence[str]) -> dict[str, EventInfo]:
        """Those that there are."""
        self._reach()
        return {key: self._events[key] for key in event_ids if key in self._events}

    async def event(self, event_id: str) -> EventInfo | None:
        """The event with its sections in plan order."""
        self._reach()
        return self._events.get(event_id)

    async def events(self, limit: int, after: str | None = None) -> EventPage:
        """Up to `limit` events, newest first, of those older than `after`."""
        self._reach()
        older = sorted((key for key in self._events if after is None or key < after), reverse=True)
        page = older[:limit]
        return EventPage(tuple(self._events[key] for key in page), page[-1] if len(older) > limit else None)

    async def set_event_status(
        self, event_id: str, status: EventStatus, at_ms: int, reason: str = ""
    ) -> EventInfo | None:
        """Change an event's status and give the event as it is now; that it is no draft any more is told."""
        self._reach()
        before = self._events.get(event_id)
        if before is None:
            return None
        pause = pause_in(status, before.pause, at_ms, reason)
        event = self._events[event_id] = msgspec.structs.replace(before, status=status, pause=pause)
        self.openings.stands(event)
        if before.status == "draft" != status:
            record = encode_announcement(publication(event, at_ms))
            self._database.write(self._database.announcements, at_ms, [record])
        return event

    async def set_price(self, event_id: str, category: str, ticket_type: str, amount: int) -> None:
        """Keep a price in the event's terms, and find the event by it from now on."""
        self._reach()
        event = self._events.get(event_id)
        if event is not None:
            terms = with_price(event.terms, category, ticket_type, amount)
            self._events[event_id] = msgspec.structs.replace(event, terms=terms)
            self.discovery.reprice(self._events[event_id])

    async def event_of_stream(self, stream: int) -> EventInfo | None:
        """The event that a stream is a section of."""
        self._reach()
        found = self._database.streams.get(stream)
        return None if found is None else self._events.get(found.source.event)

    async def streams(self) -> list[StreamRef]:
        """Every journal stream, by number."""
        self._reach()
        sources = (stream.source for _, stream in sorted(self._database.streams.items()))
        return [StreamRef(source.stream, source.event, source.section) for source in sources]

    async def save_orders(self, rows: Sequence[OrderRow]) -> None:
        """Store orders; one whose id is stored already is left as it is."""
        self._reach()
        for row in rows:
            self._orders.setdefault(row.id, row)

    async def order(self, order_id: str) -> OrderRow | None:
        """An order's personal side."""
        self._reach()
        return self._orders.get(order_id)

    async def orders_of(
        self, principals: Sequence[str], limit: int, after: str | None = None
    ) -> list[OrderRow]:
        """Up to `limit` orders of these people, newest first, of those older than the order `after`."""
        self._reach()
        theirs = [row for row in self._orders.values() if row.principal in principals]
        older = [row for row in theirs if after is None or row.id < after]
        return sorted(older, key=lambda row: row.id, reverse=True)[:limit]

    def forget_buyers(self, principals: set[str]) -> set[str]:
        """Take the names from the orders of these principals; the orders' ids."""
        theirs = {row.id: row for row in self._orders.values() if row.principal in principals}
        for order, row in theirs.items():
            self._orders[order] = msgspec.structs.replace(row, buyer_name="", buyer_email="")
        return set(theirs)

    async def close(self) -> None:
        """Nothing to close. May be called twice."""

    def _begin(
        self, event: str, plan_id: str, section: Section, ordinal: int, terms: Terms, at_ms: int
    ) -> SectionInfo:
        info, plan = self._plans[plan_id]
        stream = len(self._database.streams) + 1
        history = new_history(self._randbits)
        source = StreamSource(stream, event, section.name, history, plan_id, canonical_json(plan))
        self._database.add_stream(source, at_ms, genesis(event, section.name, info, terms, at_ms))
        seats, ga_capacity, areas = section_counts(section)
        return SectionInfo(stream, section.name, ordinal, history, seats, ga_capacity, areas)

    def _begin_room(self, event: str, plan_id: str, terms: QueueTerms, at_ms: int) -> QueueInfo:
        plan = self._plans[plan_id][1]
        room = QueueInfo(len(self._database.streams) + 1, new_history(self._randbits))
        source = StreamSource(room.stream, event, QUEUE, room.history, plan_id, canonical_json(plan))
        self._database.add_stream(source, at_ms, room_genesis(event, terms, at_ms))
        return room

    def _reach(self) -> None:
        if self._database.down:
            raise StorageUnavailable("the database is down")
