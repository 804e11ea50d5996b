"""What both homes of the relay's positions promise."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from engine.bus import Backlog
from persistence.memory.relay import MemoryRelay
from persistence.postgres.relay import PostgresRelay
from tests.contract.backends import AT_MS, Backend, MemoryBackend, PostgresBackend, new_streams

Relays = PostgresRelay | MemoryRelay
LONG_MS = 600_000


@pytest.fixture
async def relays(backend: Backend) -> AsyncIterator[Relays]:
    """The positions of a bus."""
    if isinstance(backend, MemoryBackend):
        yield MemoryRelay(backend.database, lambda: AT_MS)
        return
    assert isinstance(backend, PostgresBackend)
    found = PostgresRelay(backend.dsn)
    yield found
    await found.close()


async def test_what_was_not_relayed_is_told_stream_by_stream(backend: Backend, relays: Relays) -> None:
    """A new stream has its first record; what was relayed is told no more."""
    first, second = await new_streams(backend, 2)
    assert [Backlog(first, 0, 1), Backlog(second, 0, 1)] == await relays.behind(10)
    assert 1 == len(await relays.behind(1))
    assert 2 == await relays.lag()
    epoch = await relays.take_lease("one", LONG_MS)
    assert epoch is not None
    assert await relays.advance(epoch, [Backlog(first, 0, 1)])
    assert [Backlog(second, 0, 1)] == await relays.behind(10)
    assert [Backlog(second, 0, 1)] == await relays.behind_of([first, second])
    assert [] == await relays.behind_of([first]) == await relays.behind_of([])
    assert 1 == await relays.lag()


async def test_streams_with_news_come_before_new_ones(backend: Backend, relays: Relays) -> None:
    """Many events that were just made keep nobody's letter waiting."""
    quiet, busy = await new_streams(backend, 2)
    store = backend.open_store()
    lease = await store.take_over(busy, "owner")
    assert await store.append(busy, lease.epoch, 2, AT_MS, [b"two"])
    assert [Backlog(busy, 0, 2), Backlog(quiet, 0, 1)] == await relays.behind(10)
    assert [Backlog(busy, 0, 2)] == await relays.behind(1)


async def test_a_position_never_goes_back(backend: Backend, relays: Relays) -> None:
    """Whoever comes late with an older number changes nothing."""
    [stream] = await new_streams(backend)
    store = backend.open_store()
    lease = await store.take_over(stream, "owner")
    assert await store.append(stream, lease.epoch, 2, AT_MS, [b"two", b"three"])
    epoch = await relays.take_lease("one", LONG_MS)
    assert epoch is not None
    assert await relays.advance(epoch, [Backlog(stream, 0, 3)])
    assert await relays.advance(epoch, [Backlog(stream, 0, 2)])
    assert [] == await relays.behind(10)


async def test_one_owner_at_a_time(relays: Relays) -> None:
    """Until a lease ends nobody else gets it, and its owner keeps it under the same epoch."""
    epoch = await relays.take_lease("one", LONG_MS)
    assert epoch is not None
    assert await relays.take_lease("two", LONG_MS) is None
    assert epoch == await relays.take_lease("one", LONG_MS)


async def test_a_lease_that_ended_or_was_given_up_is_anybodys(relays: Relays) -> None:
    """The next owner has a newer epoch."""
    first = await relays.take_lease("one", 0)
    second = await relays.take_lease("two", LONG_MS)
    assert first is not None
    assert second is not None
    assert first < second
    await relays.give_up("one")
    assert await relays.take_lease("three", LONG_MS) is None
    await relays.give_up("two")
    third = await relays.take_lease("three", LONG_MS)
    assert third is not None
    assert second < third


async def test_positions_of_an_old_epoch_do_not_count(backend: Backend, relays: Relays) -> None:
    """A relay that was overtaken is told so, and moves nothing."""
    [stream] = await new_streams(backend)
    old = await relays.take_lease("one", 0)
    assert await relays.take_lease("two", LONG_MS) is not None
    assert old is not None
    assert not await relays.advance(old, [Backlog(stream, 0, 1)])
    assert [Backlog(stream, 0, 1)] == await relays.behind(10)
