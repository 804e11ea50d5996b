"""Counts of any sale, however often they were interrupted: the same as counted anew, and as the audit's."""

from __future__ import annotations

import contextlib
from collections.abc import Coroutine
from typing import Any, TypeVar

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition, rule

from engine.analytics import Projected
from engine.commands import BookHold, HoldSeats, SettlePart, TakePart
from engine.decisions import Accepted
from engine.events import HoldPlaced, PartTaken
from engine.figures import figures_of
from engine.journal import StorageUnavailable, StoredRecord
from holdfast.replays import SectionReplay
from persistence.memory.database import MemoryDatabase
from persistence.memory.projections import MemoryProjections
from persistence.memory.store import MemorySectionStore
from tests.unit.test_section_machine import Section, buyers, some_seats
from workers.limits import ProjectorLimits
from workers.projections.projector import Counter

T = TypeVar("T")
STREAM = 7


def done(work: Coroutine[Any, Any, T]) -> T:
    """What a coroutine comes to that waits for nothing but its turn, as all on a database in memory."""
    while True:
        try:
            work.send(None)
        except StopIteration as end:
            found: T = end.value
            return found


class Remembering(MemoryProjections):
    """Keeps what was added, so that it can come again; `lose_next` adds one and loses the answer."""

    def __init__(self, database: MemoryDatabase) -> None:
        super().__init__(database)
        self.added: list[Projected] = []
        self.lose_next = False

    async def add(self, projected: Projected) -> bool:
        taken = await super().add(projected)
        self.added += [projected] if taken else []
        if self.lose_next:
            self.lose_next = False
            raise StorageUnavailable("the answer was lost")
        return taken


class CountedSale(Section):
    """A section under whatever Hypothesis thinks of, counted meanwhile by projectors that come and go."""

    @initialize()
    def begin(self) -> None:
        """Nothing is counted yet."""
        self.database = MemoryDatabase()
        self.database.add_stream(self.world.source, self.world.now_ms, self.world.journal[0])
        self.tables = Remembering(self.database)
        self.parts: list[str] = []
        self.restart()

    def write(self) -> None:
        """What was decided since the last time is durable now."""
        stream = self.database.streams[STREAM]
        self.database.write(stream, self.world.now_ms, self.world.journal[len(stream.records) :])

    def counter(self, tables: MemoryProjections, records: int) -> Counter:
        limits = ProjectorLimits(records_per_batch=records)
        return Counter(MemorySectionStore(self.database), tables, limits)

    @rule(who=buyers, chosen=some_seats)
    def sell(self, who: str, chosen: list[int]) -> None:
        """A hold is placed and paid for at once."""
        placed = self.give(who, HoldSeats(self.labels(chosen)))
        if isinstance(placed, Accepted) and isinstance(placed.record.event, HoldPlaced):
            self.give(who, BookHold(placed.record.event.hold))

    @rule(who=buyers, chosen=some_seats)
    def lend(self, who: str, chosen: list[int]) -> None:
        """A hold of another section gets seats of this one."""
        gathering = f"gth_{len(self.parts)}"
        decision = self.world.ask(who, TakePart(gathering, 8, HoldSeats(self.labels(chosen))))
        if isinstance(decision, Accepted):
            assert isinstance(decision.record.event, PartTaken)
            self.owner |= {item.seat: ("lent", gathering) for item in decision.record.event.seats}
            self.parts.append(gathering)

    @precondition(lambda self: self.parts)
    @rule(data=st.data(), sold=st.booleans(), fewer=st.booleans())
    def settle_part(self, data: st.DataObject, sold: bool, fewer: bool) -> None:
        """What is lent is sold, or less, or comes back."""
        gathering = data.draw(st.sampled_from(self.parts))
        lent = self.world.state.lent.get(gathering)
        if lent is None:
            return
        kept = [item.seat for item in lent.seats][: -1 if fewer else None]
        sold = sold or lent.sold
        self.world.ask("staff", SettlePart(gathering, self.labels(kept), sold, 8, self.world.state.seq))
        self.owner = {
            seat: owner for seat, owner in self.owner.items() if owner != ("lent", gathering) or seat in kept
        }

    @rule(seat=st.integers(1, 6), channel=st.sampled_from(["vip", ""]))
    def reserve(self, seat: int, channel: str) -> None:
        """Staff reserve seats, also such as are held or sold."""
        self.world.tell(f"staff reserve A-{seat} channel={channel}".split())

    @rule()
    def restart(self) -> None:
        """The projector dies with all it knew; another one begins."""
        self.projector = self.counter(self.tables, 3)

    @rule(rounds=st.integers(1, 4))
    def count(self, rounds: int) -> None:
        """Some of what was written is counted."""
        self.write()
        for _ in range(rounds):
            done(self.projector.count(STREAM))

    @rule()
    def count_and_lose_the_answer(self) -> None:
        """The commit happened, and the projector, which goes on, does not know."""
        self.write()
        self.tables.lose_next = True
        with contextlib.suppress(StorageUnavailable):
            done(self.projector.count(STREAM))
        self.tables.lose_next = False

    @precondition(lambda self: self.tables.added)
    @rule(data=st.data())
    def repeat(self, data: st.DataObject) -> None:
        """A batch comes again, from a projector that was frozen."""
        assert not done(self.tables.add(data.draw(st.sampled_from(self.tables.added))))

    def seats_are_as_the_model_says(self) -> None:
        """Seats that are lent are not in the model of its parent."""

    def nothing_is_lost_or_made(self) -> None:
        """As above."""

    def teardown(self) -> None:
        """All is counted in the end, and compared."""
        self.write()
        while done(self.projector.count(STREAM)):
            pass
        anew = MemoryProjections(self.database)
        while done(self.counter(anew, 1_000).count(STREAM)):
            pass
        assert anew.steps == self.tables.steps
        assert anew.minutes == self.tables.minutes
        assert anew.sales == self.tables.sales
        assert anew.orders == self.tables.orders
        assert anew.streams[STREAM].stock == self.tables.streams[STREAM].stock
        assert anew.streams[STREAM].state == self.tables.streams[STREAM].state
        self.compare_with_the_audit()
        self.world.audit()

    def compare_with_the_audit(self) -> None:
        replay = SectionReplay(self.world.source)
        rows = self.database.streams[STREAM].records
        replay.take([StoredRecord(row.seq, row.epoch, row.data) for row in rows])
        stock, bookings = self.tables.streams[STREAM].stock, replay.bookings
        expected = (*replay.held_and_sold, len(bookings), sum(bookings.values()))
        assert expected == (stock.held, stock.sold, stock.orders, stock.booked)
        sales = self.tables.sales.values()
        assert stock.sold == sum(each.sold - each.returned for each in sales)
        cells = figures_of(self.world.state).cells
        assert sum(cell.value for cell in cells) == sum(each.value - each.returned_value for each in sales)


TestCountedSale = CountedSale.TestCase
TestCountedSale.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
