"""Counts made anew beside the ones there are, on PostgreSQL."""

from __future__ import annotations

from msgspec.structs import replace

from holdfast.projections_command import LIMITS, rebuild
from persistence.postgres.analytics import PostgresAnalytics
from persistence.postgres.projections import PostgresProjections
from tests.contract.backends import AT_MS, PostgresBackend
from tests.unit.section_world import PLAN, TERMS, World
from tests.unit.test_scenarios_checkout import STORIES
from workers.projections.projector import Counter


def nobody(_total: int | None, _done: int) -> None:
    """Nobody watches the bar."""


async def write_a_story(backend: PostgresBackend) -> tuple[int, str]:
    """The journal of a section that sells and gives back; its stream, and its event."""
    info = await backend.catalogue.save_plan(PLAN, AT_MS)
    event = await backend.catalogue.create_event("Night", info.id, TERMS, AT_MS)
    world, [section] = World(), event.sections
    world.play(STORIES["checkout"])
    store = backend.open_store()
    lease = await store.take_over(section.stream, "owner")
    assert await store.append(section.stream, lease.epoch, lease.next_seq, AT_MS, world.journal[1:])
    return section.stream, event.id


async def test_counted_anew_it_is_the_same(postgres: PostgresBackend) -> None:
    """However it was counted before: in small batches, in part, or not at all; nothing is left behind."""
    stream, event = await write_a_story(postgres)
    tables, reader = PostgresProjections(postgres.dsn), PostgresAnalytics(postgres.dsn)
    counter = Counter(postgres.open_store(), tables, replace(LIMITS, records_per_batch=2))
    assert 4 == await counter.count(stream) + await counter.count(stream)
    for swap in (False, True, False):
        rebuilt = await rebuild(postgres.dsn, nobody, swap=swap)
        assert (0, 1, 0, 1) == (rebuilt.differences, rebuilt.held, rebuilt.sold, rebuilt.streams)
    assert (0, 0) == ((await reader.progress(event)).behind, rebuilt.booked)
    async with postgres.connected() as connection:
        schemas = await connection.fetch("SELECT nspname FROM pg_namespace WHERE nspname LIKE 'proj%'")
        indexes = await connection.fetch("SELECT indexname FROM pg_indexes WHERE tablename LIKE 'proj%'")
    assert [] == schemas
    assert {"projected_orders_event_id_idx", "projected_streams_event_idx"} <= {each[0] for each in indexes}
    await tables.close()
    await reader.close()


async def test_what_is_wrong_is_found_and_mended(postgres: PostgresBackend) -> None:
    """A row that somebody changed, and one that somebody dropped; the projector goes on afterwards."""
    stream, event = await write_a_story(postgres)
    tables, reader = PostgresProjections(postgres.dsn), PostgresAnalytics(postgres.dsn)
    counter = Counter(postgres.open_store(), tables, LIMITS)
    await counter.count(stream)
    right = await reader.steps(event, 0, AT_MS)
    await postgres.execute("UPDATE projected_steps SET count = count + 1 WHERE step = 'held'")
    await postgres.execute("DELETE FROM projected_orders")
    assert 3 == (await rebuild(postgres.dsn, nobody, swap=False)).differences
    assert right != await reader.steps(event, 0, AT_MS)
    assert 3 == (await rebuild(postgres.dsn, nobody, swap=True)).differences
    assert right == await reader.steps(event, 0, AT_MS)
    assert 0 == (await rebuild(postgres.dsn, nobody, swap=False)).differences
    assert 0 == await counter.count(stream)
    await tables.close()
    await reader.close()
