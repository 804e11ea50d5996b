"""The projections in memory: the twin of what PostgreSQL keeps and tells."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence

from engine.analytics import (
    EventSum,
    Group,
    MinuteKey,
    MinuteSum,
    OrderFact,
    OrderLine,
    Progress,
    Projected,
    Ranking,
    Resume,
    Sales,
    SalesKey,
    SalesSum,
    StepKey,
    StepSum,
    SystemSum,
    Tally,
    TurnedAwaySum,
)
from engine.bus import Backlog
from engine.catalogue import EventInfo, Mode, OrderRow
from engine.journal import StorageUnavailable
from persistence.memory.database import MemoryDatabase


class MemoryProjections:
    """The counts of all events. Every call raises `StorageUnavailable` while the database is down."""

    def __init__(self, database: MemoryDatabase) -> None:
        self.streams: dict[int, Projected] = {}
        self.steps: defaultdict[tuple[str, str, StepKey], Tally] = defaultdict(Tally)
        self.minutes: defaultdict[tuple[str, MinuteKey], Tally] = defaultdict(Tally)
        self.sales: defaultdict[tuple[str, str, SalesKey], Sales] = defaultdict(Sales)
        self.orders: dict[str, OrderFact] = {}
        self.database = database

    async def behind(self, streams_max: int) -> list[Backlog]:
        """Streams with records that were not counted."""
        self.reach()
        found = (
            Backlog(number, self.seq_of(number), stream.lease.next_seq - 1)
            for number, stream in sorted(self.database.streams.items())
        )
        waiting = [each for each in found if each.last_seq > each.after_seq]
        return sorted(waiting, key=lambda each: each.last_seq == 1)[:streams_max]

    async def behind_of(self, streams: Sequence[int]) -> list[Backlog]:
        """Those of these that have some."""
        return [each for each in await self.behind(len(self.database.streams)) if each.stream in streams]

    async def lag(self) -> int:
        """Records of all streams that were not counted yet."""
        return sum(each.last_seq - each.after_seq for each in await self.behind(len(self.database.streams)))

    async def resume(self, stream: int) -> Resume | None:
        """How far a stream was counted; None for one that was not begun."""
        self.reach()
        kept = self.streams.get(stream)
        return None if kept is None else Resume(kept.seq, kept.state)

    async def known(self, orders: Sequence[str]) -> Mapping[str, OrderFact]:
        """The orders that there are of these."""
        self.reach()
        return {order: self.orders[order] for order in orders if order in self.orders}

    async def add(self, projected: Projected) -> bool:
        """Add a batch if the stream was counted just up to where it begins; all of it, or (False) nothing."""
        self.reach()
        if self.seq_of(projected.stream) != projected.after_seq:
            return False
        self.streams[projected.stream] = projected
        event, section = projected.event, projected.section
        for step, tally in projected.steps.items():
            self.steps[event, section, step].add(tally.count, tally.places, tally.amount)
        for minute, tally in projected.minutes.items():
            self.minutes[event, minute].add(tally.count, tally.places, tally.amount)
        for key, more in projected.sales.items():
            kept = self.sales[event, section, key]
            for field in Sales.__struct_fields__:
                setattr(kept, field, getattr(kept, field) + getattr(more, field))
        self.orders |= projected.orders
        return True

    async def close(self) -> None:
        """Nothing to close. May be called twice."""

    def seq_of(self, stream: int) -> int:
        """How far a stream was counted."""
        kept = self.streams.get(stream)
        return 0 if kept is None else kept.seq

    def reach(self) -> None:
        """Raises `StorageUnavailable` while the database is down."""
        if self.database.down:
            raise StorageUnavailable("the database is down")


class MemoryAnalytics:
    """Reads what was counted. `events` and `orders` are those of the catalogue."""

    def __init__(
        self,
        tables: MemoryProjections,
        events: Callable[[], Mapping[str, EventInfo]],
        orders: Callable[[], Mapping[str, OrderRow]],
    ) -> None:
        self._tables = tables
        self._events = events
        self._orders = orders
        self._turned_away: Counter[tuple[str, int, str]] = Counter()

    async def progress(self, event: str) -> Progress:
        """How far the counts of an event are."""
        tables = self._tables
        of_event = [each for each in tables.database.streams.values() if each.source.event == event]
        streams = await tables.behind(len(tables.database.streams))
        numbers = {each.source.stream for each in of_event}
        behind = sum(each.last_seq - each.after_seq for each in streams if each.stream in numbers)
        times = [tables.streams[number].at_ms for number in numbers if number in tables.streams]
        return Progress(behind, max(times, default=None))

    async def steps(self, event: str, first_day: int, last_day: int) -> list[StepSum]:
        """What was counted of an event by day, both days included."""
        self._tables.reach()
        sums: defaultdict[StepKey, Tally] = defaultdict(Tally)
        for (name, _, key), tally in self._tables.steps.items():
            if name == event and first_day <= key.day <= last_day:
                sums[key].add(tally.count, tally.places, tally.amount)
        return [
            StepSum(key.day, key.step, key.reason, each.count, each.places, each.amount)
            for key, each in sorted(sums.items())
        ]

    async def turn_away(self, counts: Sequence[TurnedAwaySum]) -> None:
        """Add to how many were turned away."""
        self._tables.reach()
        for each in counts:
            self._turned_away[each.event, each.day, each.code] += each.count

    async def turned_away(self, event: str, first_day: int, last_day: int) -> dict[str, int]:
        """How many of an event were turned away by code, the most frequent first, both days included."""
        self._tables.reach()
        sums: Counter[str] = Counter()
        for (name, day, code), count in sorted(self._turned_away.items()):
            if name == event and first_day <= day <= last_day:
                sums[code] += count
        return dict(sorted(sums.items(), key=lambda each: (-each[1], each[0])))

    async def sales(self, event: str, first_day: int, last_day: int, by: Group) -> list[SalesSum]:
        """Seats and places of an event in groups."""
        self._tables.reach()
        sums: defaultdict[str, list[int]] = defaultdict(lambda: [0] * len(Sales.__struct_fields__))
        for (name, section, key), sales in self._tables.sales.items():
            if name == event and first_day <= key.day <= last_day:
                group = sums[section if by == "section" else getattr(key, by)]
                for index, field in enumerate(Sales.__struct_fields__):
                    group[index] += getattr(sales, field)
        return [SalesSum(key, *values) for key, values in sorted(sums.items())]

    async def minutes(self, event: str, first_minute: int, last_minute: int) -> list[MinuteSum]:
        """What was counted of an event by minute, both included."""
        self._tables.reach()
        return [
            MinuteSum(key.minute, key.step, tally.count, tally.places, tally.amount)
            for (name, key), tally in sorted(self._tables.minutes.items())
            if name == event and first_minute <= key.minute <= last_minute
        ]

    async def top(
        self, organiser: str, mode: Mode, first_day: int, last_day: int, by: Ranking, limit: int
    ) -> list[EventSum]:
        """The events of an organiser that have the most of something in these days."""
        found = []
        for event in self._events().values():
            if (event.organiser, event.mode) == (organiser, mode):
                steps = await self.steps(event.id, first_day, last_day)
                found += [_event_sum(event.id, steps)] if steps else []
        return sorted(found, key=lambda each: (-getattr(each, by), each.event))[:limit]

    async def orders(self, event: str, after: str, limit: int) -> list[OrderLine]:
        """Orders of an event by id, from behind `after` on."""
        self._tables.reach()
        facts = sorted(self._tables.orders.items())
        page = [fact for order, fact in facts if fact.event == event and order > after][:limit]
        return [_line(fact, self._orders().get(fact.id)) for fact in page]

    async def system(self, day: int, minute: int) -> SystemSum:
        """All of the house, with what was counted on that day and in that minute."""
        tables, streams = self._tables, self._tables.database.streams.values()
        behind = await tables.lag()
        of_day: Counter[str] = Counter()
        for (*_, step), tally in tables.steps.items():
            of_day[step.step] += tally.count if step.day == day else 0
        of_minute: Counter[str] = Counter()
        for (_, key), tally in tables.minutes.items():
            of_minute[key.step] += tally.count if key.minute == minute else 0
        return SystemSum(
            dict(Counter(event.status for event in self._events().values())),
            len(streams),
            sum(stream.lease.next_seq - 1 for stream in streams),
            behind,
            sum(each.stock.held for each in tables.streams.values()),
            sum(each.stock.sold for each in tables.streams.values()),
            dict(+of_day),
            dict(+of_minute),
        )


def _event_sum(event: str, steps: Sequence[StepSum]) -> EventSum:
    sums: defaultdict[str, Tally] = defaultdict(Tally)
    for each in steps:
        sums[each.step].add(each.count, each.places, each.amount)
    booked, returned = sums["booked"], sums["returned"]
    return EventSum(
        *(event, sums["held"].count, sums["refused"].count, booked.count, booked.places),
        *(returned.places, booked.amount, returned.amount),
    )


def _line(fact: OrderFact, row: OrderRow | None) -> OrderLine:
    if row is None:
        return OrderLine(fact, None, None, None)
    return OrderLine(fact, row.buyer_name, row.buyer_email, row.provider)
