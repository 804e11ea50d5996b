"""A house on sale in memory whose journal the workers follow."""

from __future__ import annotations

from collections.abc import Sequence

from engine.events import AnyEvent, HoldPlaced, HoldReleased, OrderBooked, Record, SeatItem
from engine.plan import Category, Plan, Row, Seat, Section
from engine.record_codec import encode_record
from engine.terms import Terms
from persistence.memory.catalogue import MemoryCatalogue
from persistence.memory.database import MemoryDatabase
from persistence.memory.store import MemorySectionStore
from workers.message import Message

AT_MS = 1_700_000_000_000
PRICE = 5_000


def plan_of(sections: int = 1) -> Plan:
    """Sections `S0`, `S1`, … with a row of ten seats each."""
    seats = tuple(Seat(str(number), float(number), 0.0, "std") for number in range(1, 11))
    return Plan(
        "House",
        (Category("std", "Standard", price="50.00"),),
        tuple(Section(f"S{number}", (Row("A", seats),)) for number in range(sections)),
    )


def placed(hold: str, *seats: int) -> HoldPlaced:
    """A hold of these seats."""
    return HoldPlaced(
        hold, tuple(SeatItem(seat, "standard", PRICE) for seat in seats), (), AT_MS + 60_000, 10
    )


def booked(hold: str, order: str, *seats: int) -> OrderBooked:
    """A hold's seats sold to an order."""
    items = tuple(SeatItem(seat, "standard", PRICE) for seat in seats)
    return OrderBooked(hold, order, items, (), PRICE * len(seats))


def released(hold: str) -> HoldReleased:
    """A hold given back."""
    return HoldReleased(hold, AT_MS)


class House:
    """An event on a `MemoryDatabase`; whoever holds the lease writes."""

    def __init__(self, database: MemoryDatabase) -> None:
        self.database = database
        self.catalogue = MemoryCatalogue(database)
        self.store = MemorySectionStore(database)
        self.streams: list[int] = []
        self.event = ""

    @classmethod
    async def open(cls, sections: int = 1) -> House:
        house = cls(MemoryDatabase())
        info = await house.catalogue.save_plan(plan_of(sections), AT_MS)
        event = await house.catalogue.create_event("Night", info.id, Terms(), AT_MS)
        house.event = event.id
        house.streams = [section.stream for section in event.sections]
        return house

    def write(self, stream: int, *events: AnyEvent) -> None:
        """Append records, as the section's owner does."""
        for event in events:
            self.write_record(stream, Record(AT_MS, "usr_ada", event))

    def write_record(self, stream: int, record: Record) -> None:
        """Append one record."""
        self.database.write(self.database.stream(stream), AT_MS, [encode_record(record)])


def positions(messages: Sequence[Message], stream: int) -> list[int]:
    """The numbers of one stream's messages, in the order they came."""
    return [message.seq for message in messages if message.stream == stream]
