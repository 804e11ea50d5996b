"""What both homes of the projections promise."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from msgspec.structs import replace

from engine.analytics import (
    MinuteKey,
    OrderFact,
    Projected,
    Resume,
    Sales,
    SalesKey,
    StepKey,
    Stock,
    Tally,
    TurnedAwaySum,
)
from engine.bus import Backlog
from engine.catalogue import DEFAULT_ORGANISER, OrderRow
from persistence.memory.projections import MemoryAnalytics, MemoryProjections
from persistence.postgres.analytics import PostgresAnalytics
from persistence.postgres.projections import PostgresProjections
from tests.contract.backends import AT_MS, Backend, MemoryBackend, PostgresBackend, new_streams

Tables = PostgresProjections | MemoryProjections
Reader = PostgresAnalytics | MemoryAnalytics
DAY, MINUTE = AT_MS // 86_400_000, AT_MS // 60_000


@pytest.fixture
async def homes(backend: Backend) -> AsyncIterator[tuple[Tables, Reader]]:
    """Where counts are kept and told."""
    if isinstance(backend, MemoryBackend):
        memory = MemoryProjections(backend.database)
        catalogue = backend.catalogue
        yield memory, MemoryAnalytics(memory, catalogue.all_events, catalogue.all_orders)
        return
    assert isinstance(backend, PostgresBackend)
    tables, reader = PostgresProjections(backend.dsn), PostgresAnalytics(backend.dsn)
    yield tables, reader
    await tables.close()
    await reader.close()


async def event_of(backend: Backend, stream: int) -> str:
    """The event that a stream is of."""
    info = await backend.catalogue.event_of_stream(stream)
    assert info is not None
    return info.id


def batch(stream: int, event: str, after_seq: int = 0, seq: int = 1) -> Projected:
    """One order of two places, a refusal and an admission."""
    order = OrderFact(
        *(f"ord_{stream}_{seq}", stream, event, "S0", "hld_1", "confirmed", 2, 2_000, 0, "EUR", AT_MS),
        booked_ms=AT_MS,
    )
    return Projected(
        *(stream, event, "S0", after_seq, seq, AT_MS, Stock(1, 2, 1, 2_000), b"state"),
        steps={StepKey(DAY, "booked"): Tally(1, 2, 2_000), StepKey(DAY, "refused", "seat_taken"): Tally(3)},
        minutes={MinuteKey(MINUTE, "booked"): Tally(1, 2, 2_000)},
        sales={SalesKey(DAY, "std", ""): Sales(held=2, checkout=2, sold=2, value=2_000)},
        orders={order.id: order},
    )


async def test_streams_with_sales_come_before_new_ones(
    backend: Backend, homes: tuple[Tables, Reader]
) -> None:
    """Many events that were just made keep nobody's figures waiting."""
    tables, _ = homes
    quiet, busy = await new_streams(backend, 2)
    store = backend.open_store()
    lease = await store.take_over(busy, "owner")
    assert await store.append(busy, lease.epoch, 2, AT_MS, [b"two"])
    assert [Backlog(busy, 0, 2), Backlog(quiet, 0, 1)] == await tables.behind(10)


async def test_a_batch_is_added_once(backend: Backend, homes: tuple[Tables, Reader]) -> None:
    """Again, or out of turn, it changes nothing; the next one adds to it."""
    tables, reader = homes
    stream, other = await new_streams(backend, 2)
    event = await event_of(backend, stream)
    assert None is await tables.resume(stream)
    assert [Backlog(stream, 0, 1), Backlog(other, 0, 1)] == await tables.behind(10)
    assert not await tables.add(batch(stream, event, 4, 5))
    assert (await reader.progress(event)).at_ms is None
    assert await tables.add(batch(stream, event))
    assert not await tables.add(batch(stream, event))
    assert Resume(1, b"state") == await tables.resume(stream)
    assert [Backlog(other, 0, 1)] == await tables.behind(10) == await tables.behind_of([stream, other])
    assert [] == await tables.behind_of([stream])
    assert 1 == await tables.lag() == (await reader.progress(event)).behind
    assert await tables.add(batch(stream, event, 1, 2))
    assert not await tables.add(batch(stream, event, 1, 2))
    steps = {(each.step, each.reason): each for each in await reader.steps(event, DAY, DAY)}
    assert (2, 4, 4_000) == (
        *(steps["booked", ""].count, steps["booked", ""].places, steps["booked", ""].amount),
    )
    assert 6 == steps["refused", "seat_taken"].count
    assert [] == await reader.steps(event, DAY + 1, DAY + 9)


async def test_counts_are_told_in_groups_and_minutes(backend: Backend, homes: tuple[Tables, Reader]) -> None:
    """Sections of an event add up; minutes are of the event."""
    tables, reader = homes
    streams = await new_streams(backend, 2)
    event = await event_of(backend, streams[0])
    for stream, section in zip(streams, ("S0", "S1"), strict=True):
        await tables.add(replace(batch(stream, event), section=section))
    [minute] = await reader.minutes(event, MINUTE - 5, MINUTE)
    assert (MINUTE, "booked", 2, 4, 4_000) == (
        *(minute.minute, minute.step, minute.count, minute.places, minute.amount),
    )
    assert ["S0", "S1"] == [each.key for each in await reader.sales(event, DAY, DAY, "section")]
    [category] = await reader.sales(event, DAY, DAY, "category")
    assert ("std", 4, 4, 4, 0, 4_000, 0) == (
        *(category.key, category.held, category.checkout, category.sold),
        *(category.returned, category.value, category.returned_value),
    )
    [channel] = await reader.sales(event, DAY, DAY, "channel")
    assert ("", 4) == (channel.key, channel.sold)
    system = await reader.system(DAY, MINUTE)
    assert ({"draft": 1}, 2, 2, 0, 2, 4) == (
        *(system.events, system.streams, system.records, system.behind, system.held, system.sold),
    )
    assert ({"booked": 2, "refused": 6}, {"booked": 2}) == (system.day, system.minute)


async def test_who_was_turned_away_is_added_up(homes: tuple[Tables, Reader]) -> None:
    """By code, the most frequent first, of one event in the days that are asked for."""
    _, reader = homes
    for _ in range(2):
        await reader.turn_away(
            [
                TurnedAwaySum("evt_a", DAY, "not_admitted", 3),
                TurnedAwaySum("evt_a", DAY, "rate_limited", 4),
                TurnedAwaySum("evt_a", DAY + 1, "not_admitted", 5),
                TurnedAwaySum("evt_b", DAY, "not_admitted", 7),
            ]
        )
    told = await reader.turned_away("evt_a", DAY, DAY + 1)
    assert [("not_admitted", 16), ("rate_limited", 8)] == list(told.items())
    told = await reader.turned_away("evt_a", DAY, DAY)
    assert [("rate_limited", 8), ("not_admitted", 6)] == list(told.items())
    assert {} == await reader.turned_away("evt_c", DAY, DAY)


async def test_events_are_ranked_within_their_house(backend: Backend, homes: tuple[Tables, Reader]) -> None:
    """By what is asked for; then by id."""
    tables, reader = homes
    events = []
    for count in (1, 2, 3):
        streams = await new_streams(backend, count)
        events.append(await event_of(backend, streams[0]))
        for stream in streams:
            await tables.add(batch(stream, events[-1]))
    found = await reader.top(DEFAULT_ORGANISER, "live", DAY, DAY, "revenue", 2)
    assert events[:0:-1] == [each.event for each in found]
    assert (3, 9, 6, 6_000, 0) == (
        *(found[0].orders, found[0].refused, found[0].sold, found[0].revenue, found[0].refunds),
    )
    assert 3 == len(await reader.top(DEFAULT_ORGANISER, "live", DAY, DAY, "refused", 9))
    assert [] == await reader.top("org_other", "live", DAY, DAY, "sold", 9)
    assert [] == await reader.top(DEFAULT_ORGANISER, "test", DAY, DAY, "held", 9)


async def test_orders_are_paged_with_the_names_that_are_kept(
    backend: Backend, homes: tuple[Tables, Reader]
) -> None:
    """An order that changed is told as it is now."""
    tables, reader = homes
    stream, other = await new_streams(backend, 2)
    event = await event_of(backend, stream)
    await tables.add(batch(stream, event))
    await tables.add(batch(other, event))
    first = f"ord_{stream}_1"
    row = OrderRow(first, event, stream, "hld_1", "usr_1", "Ann", "ann@example.org", "sandbox", AT_MS)
    await backend.catalogue.save_orders([row])
    one, two = await reader.orders(event, "", 10)
    assert (first, "Ann", None) == (one.fact.id, one.buyer_name, two.buyer_name)
    assert [two] == await reader.orders(event, first, 10)
    known = await tables.known([first, "ord_none"])
    assert {first: one.fact} == known
    cancelled = replace(one.fact, status="cancelled", places=0, refunded=2_000, ended_ms=AT_MS + 1)
    await tables.add(replace(batch(stream, event, 1, 2), orders={first: cancelled}))
    assert cancelled == (await reader.orders(event, "", 1))[0].fact
