"""What a catalogue promises, wherever it lives."""

from __future__ import annotations

import asyncio

import msgspec
import pytest

from engine.accounts.nouns import Organiser
from engine.catalogue import DEFAULT_ORGANISER, QUEUE, EventInfo, EventStatus, OrderRow, Pause
from engine.events import Record, SectionCreated
from engine.journal import StorageUnavailable
from engine.plan import Area, Category, Plan, Row, Seat, Section, Table
from engine.plans.canonical import plan_digest
from engine.queue.events import RoomCreated, decode_room_record
from engine.queue.terms import QueueTerms
from engine.record_codec import decode_record
from engine.terms import Limits, Terms
from persistence.errors import PlanUnknown
from persistence.migrate import upgrade
from persistence.postgres.catalogue import PostgresCatalogue
from tests.contract.backends import AT_MS, Backend, PostgresBackend, small_plan

TERMS = Terms("USD", {"std": {"standard": 8900}}, Limits(seats_per_hold=4), "strict", "open")
MIXED = Plan(
    "Mixed house",
    (Category("std", "Standard", price="89.00"),),
    (
        Section("FLOOR", areas=(Area("Pit", 500, "std"), Area("Bar", 80, "std"))),
        Section(
            "ORCH",
            (Row("A", (Seat("1", 0.0, 0.0, "std"), Seat("2", 1.0, 0.0, "std"))),),
            (Table("T1", (Seat("1", 5.0, 5.0, "std"),), "whole"),),
        ),
    ),
)


async def new_event(backend: Backend, name: str = "Night") -> EventInfo:
    """An event in the mixed house."""
    info = await backend.catalogue.save_plan(MIXED, AT_MS)
    return await backend.catalogue.create_event(name, info.id, TERMS, AT_MS)


def order(number: int, buyer: str = "Ada") -> OrderRow:
    """An order of number `number`."""
    return OrderRow(
        f"ord_{number}", "evt_1", number, "hld_1", "usr_1", buyer, "ada@example.org", "sandbox", AT_MS
    )


async def test_a_plan_is_stored_whole(backend: Backend) -> None:
    """A stored plan comes back equal, and its entry counts what is in it."""
    info = await backend.catalogue.save_plan(MIXED, AT_MS)
    assert MIXED == await backend.catalogue.plan(info.id)
    assert info == await backend.catalogue.plan_info(info.id)
    assert info.id.startswith("pln_")
    assert ("Mixed house", plan_digest(MIXED), 2, 3, 580, AT_MS) == (
        *(info.name, info.digest, info.sections, info.seats),
        *(info.ga_capacity, info.created_ms),
    )


async def test_the_same_plan_is_stored_once(backend: Backend) -> None:
    """A plan that is saved again, later or at the same time, is the one that was saved first."""
    saved = await asyncio.gather(*(backend.catalogue.save_plan(MIXED, AT_MS + n) for n in range(4)))
    assert [saved[0]] * 4 == saved
    other = await backend.catalogue.save_plan(small_plan("Another"), AT_MS)
    assert other.id != saved[0].id


async def test_an_event_begins_with_its_sections(backend: Backend) -> None:
    """A new event is a draft with one stream a section, in plan order."""
    event = await new_event(backend)
    assert ("Night", "draft", TERMS, AT_MS) == (event.name, event.status, event.terms, event.created_ms)
    assert event.id.startswith("evt_")
    assert [("FLOOR", 0, 0, 580, ("Pit", "Bar")), ("ORCH", 1, 3, 0, ())] == [
        (section.name, section.ordinal, section.seats, section.ga_capacity, section.areas)
        for section in event.sections
    ]
    assert event == await backend.catalogue.event(event.id)
    for section in event.sections:
        assert event == await backend.catalogue.event_of_stream(section.stream)


async def test_an_events_streams_begin_with_its_terms(backend: Backend) -> None:
    """Each section's journal opens with a record that names the event, the plan and the terms."""
    event = await new_event(backend)
    plan = await backend.catalogue.plan_info(event.plan)
    assert plan is not None
    store = backend.open_store()
    for section in event.sections:
        created = SectionCreated(event.id, section.name, plan.id, plan.digest, TERMS)
        records = await store.read(section.stream, 0, 2)
        assert [Record(AT_MS, "system", created)] == [decode_record(record.data) for record in records]


async def test_an_event_needs_a_stored_plan(backend: Backend) -> None:
    """An event on an unknown plan is refused, and no stream begins."""
    with pytest.raises(PlanUnknown):
        await backend.catalogue.create_event("Night", "pln_none", TERMS, AT_MS)
    assert [] == await backend.catalogue.streams()


async def test_an_event_is_created_whole_or_not_at_all(postgres: PostgresBackend) -> None:
    """When the last statement fails nothing of the event is left."""
    info = await postgres.catalogue.save_plan(MIXED, AT_MS)
    await postgres.execute("ALTER TABLE journal ADD CONSTRAINT none CHECK (seq > 1)")
    with pytest.raises(Exception, match="violates check constraint"):
        await postgres.catalogue.create_event("Night", info.id, TERMS, AT_MS)
    assert ([], ()) == (await postgres.catalogue.streams(), (await postgres.catalogue.events(9)).events)


async def test_events_are_paged_newest_first(backend: Backend) -> None:
    """Pages follow each other without a gap or a repeat, and the last one says that it is."""
    info = await backend.catalogue.save_plan(MIXED, AT_MS)
    created = [
        await backend.catalogue.create_event(f"Night {n}", info.id, TERMS, AT_MS + n) for n in range(5)
    ]
    first = await backend.catalogue.events(2)
    second = await backend.catalogue.events(2, first.next)
    third = await backend.catalogue.events(2, second.next)
    assert created[::-1] == [*first.events, *second.events, *third.events]
    assert third.next is None
    assert (await backend.catalogue.events(5)).next is None


async def test_an_events_status_changes(backend: Backend) -> None:
    """A changed status is seen at once and changes nothing else."""
    event = await new_event(backend)
    opened = msgspec.structs.replace(event, status="open")
    assert opened == await backend.catalogue.set_event_status(event.id, "open", AT_MS)
    assert opened == await backend.catalogue.event(event.id)


async def test_a_pause_is_kept_with_its_beginning_and_its_reason(backend: Backend) -> None:
    """For as long as it lasts; whoever pauses again may only give another reason."""
    event, catalogue = await new_event(backend), backend.catalogue

    async def then(status: EventStatus, after_ms: int, reason: str = "") -> Pause | None:
        changed = await catalogue.set_event_status(event.id, status, AT_MS + after_ms, reason)
        assert changed is not None
        assert changed == await catalogue.event(event.id)
        return changed.pause

    assert None is await then("open", 1, "not told of an open sale")
    assert Pause(AT_MS + 2) == await then("paused", 2)
    assert Pause(AT_MS + 2, "Fire drill") == await then("paused", 3, "Fire drill")
    assert Pause(AT_MS + 2, "Fire drill") == await then("paused", 4)
    assert None is await then("open", 5)
    assert Pause(AT_MS + 6, "Once more") == await then("paused", 6, "Once more")
    assert None is await then("closed", 7)


async def test_what_is_not_there_is_none(backend: Backend) -> None:
    """Ids that name nothing give nothing."""
    catalogue = backend.catalogue
    assert [None] * 6 == [
        await catalogue.plan("pln_none"),
        await catalogue.plan_info("pln_none"),
        await catalogue.event("evt_none"),
        await catalogue.set_event_status("evt_none", "open", AT_MS),
        await catalogue.event_of_stream(4_000_000_000),
        await catalogue.order("ord_none"),
    ]
    assert ((), None) == ((await catalogue.events(5)).events, (await catalogue.events(5)).next)


async def test_all_streams_are_listed(backend: Backend) -> None:
    """The list of streams names the event and the section of each, by number."""
    events = [await new_event(backend), await new_event(backend)]
    expected = [(section.stream, event.id, section.name) for event in events for section in event.sections]
    listed = [(ref.stream, ref.event, ref.section) for ref in await backend.catalogue.streams()]
    assert sorted(expected) == listed


async def test_orders_are_stored_once(backend: Backend) -> None:
    """A batch may be repeated, in part or with other contents: the first order of an id stays."""
    await backend.catalogue.save_orders([order(1), order(2)])
    await backend.catalogue.save_orders([order(2, "Eve"), order(3)])
    await backend.catalogue.save_orders([])
    assert [order(1), order(2), order(3)] == [
        await backend.catalogue.order(f"ord_{number}") for number in (1, 2, 3)
    ]


async def test_an_order_keeps_every_letter_of_its_buyer(backend: Backend) -> None:
    """Quotes, backslashes and letters beyond ASCII come back as they were."""
    signed = order(1, 'Zoë "O\'Hara" \\ {[,]} \u0131\U0001f3ad')
    await backend.catalogue.save_orders([signed])
    assert signed == await backend.catalogue.order("ord_1")


async def test_somebodys_orders_are_listed_newest_first(backend: Backend) -> None:
    """Page by page, those of the people who were asked for alone."""
    catalogue = backend.catalogue
    strangers = msgspec.structs.replace(order(4), principal="usr_2")
    await catalogue.save_orders([order(1), order(2), order(3), strangers])
    assert [order(3), order(2)] == await catalogue.orders_of(("usr_1", "usr_none"), 2)
    assert [order(1)] == await catalogue.orders_of(("usr_1",), 2, "ord_2")
    assert [strangers, order(3)] == await catalogue.orders_of(("usr_1", "usr_2"), 2)
    assert [] == await catalogue.orders_of((), 2)
    assert [] == await catalogue.orders_of(("usr_\0",), 2, "\0")


async def test_an_absent_server_is_unavailable() -> None:
    """Nobody listens: catalogue and migrations say so in the domain's words."""
    dsn = "postgresql://holdfast@127.0.0.1:1/holdfast"
    with pytest.raises(StorageUnavailable):
        await upgrade(dsn)
    catalogue = PostgresCatalogue(dsn)
    with pytest.raises(StorageUnavailable):
        await catalogue.events(1)
    await catalogue.close()


async def test_the_catalogue_outlives_its_connections(postgres: PostgresBackend) -> None:
    """After the server ended every pooled connection the next call works."""
    event = await new_event(postgres)
    async with postgres.connected() as other:
        await other.execute(
            "SELECT pg_terminate_backend(pid, 1000) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    assert event == await postgres.catalogue.event(event.id)


async def test_a_lock_that_is_not_to_be_had_is_an_outage(postgres: PostgresBackend) -> None:
    """A call that waits for a lock too long is refused as unavailable, not as a bug."""
    event = await new_event(postgres)
    async with postgres.connected() as locker:
        await locker.execute("BEGIN")
        await locker.execute("LOCK TABLE events IN ACCESS EXCLUSIVE MODE")
        with pytest.raises(StorageUnavailable):
            await postgres.catalogue.event(event.id)
        await locker.execute("ROLLBACK")
    assert event == await postgres.catalogue.event(event.id)


async def test_an_id_that_no_database_could_hold_is_unknown(backend: Backend) -> None:
    """Ids come from callers, who may send anything."""
    await new_event(backend)
    catalogue = backend.catalogue
    for odd in ("evt_\0", "\0", "evt_" + "9" * 10_000):
        assert None is await catalogue.event(odd)
        assert None is await catalogue.plan(odd)
        assert None is await catalogue.plan_info(odd)
        assert None is await catalogue.order(odd)
        assert None is await catalogue.set_event_status(odd, "open", AT_MS)
        with pytest.raises(PlanUnknown):
            await catalogue.create_event("Night", odd, TERMS, AT_MS)
    assert 1 >= len((await catalogue.events(5, "evt_\0")).events)
    for stream in (-1, 0, 2**32 - 1):
        assert None is await catalogue.event_of_stream(stream)


async def test_an_event_with_a_waiting_room(backend: Backend) -> None:
    """The room is a stream of the event's that is no section, and begins with its terms."""
    info = await backend.catalogue.save_plan(MIXED, AT_MS)
    terms = QueueTerms(mode="fifo", rate_per_minute=60)
    event = await backend.catalogue.create_event("Night", info.id, TERMS, AT_MS, terms)
    assert event == await backend.catalogue.event(event.id)
    assert event == (await backend.catalogue.events(1)).events[0]
    assert ["FLOOR", "ORCH"] == [section.name for section in event.sections]
    assert event.queue is not None
    assert event == await backend.catalogue.event_of_stream(event.queue.stream)
    assert QUEUE in [ref.section for ref in await backend.catalogue.streams()]
    store = backend.open_store()
    source = await store.source(event.queue.stream)
    assert (event.id, QUEUE, event.queue.history) == (source.event, source.section, source.history)
    (first,) = await store.read(event.queue.stream, 0, 10)
    assert RoomCreated(event.id, terms) == decode_room_record(first.data).event
    plain = await new_event(backend)
    assert plain.queue is None


async def test_a_plan_is_its_organisers_and_so_is_what_is_sold_on_it(backend: Backend) -> None:
    """The same drawing is another plan of another organiser; an event has the organiser of its plan."""
    other = "org_other"
    await backend.accounts.organisers.add(Organiser(other, "Another house", AT_MS))
    first = await backend.catalogue.save_plan(small_plan("Shared"), AT_MS)
    second = await backend.catalogue.save_plan(small_plan("Shared"), AT_MS, other)
    again = await backend.catalogue.save_plan(small_plan("Shared"), AT_MS + 1, other)
    assert (DEFAULT_ORGANISER, other) == (first.organiser, second.organiser)
    assert first.id != second.id
    assert second == again == await backend.catalogue.plan_info(second.id)
    event = await backend.catalogue.create_event("Night", second.id, TERMS, AT_MS, mode="test")
    assert (other, "test") == (event.organiser, event.mode)
    assert event == await backend.catalogue.event(event.id)
