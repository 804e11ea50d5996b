"""What both homes of the inbox promise."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from engine.bus import TrailRow
from persistence.memory.inbox import MemoryAuditTrail, MemoryInbox
from persistence.postgres.inbox import PostgresAuditTrail, PostgresInbox
from tests.contract.backends import AT_MS, Backend, MemoryBackend, PostgresBackend
from tests.unit.payments.payment_data import payment

Inbox = PostgresInbox | MemoryInbox
Trail = PostgresAuditTrail | MemoryAuditTrail


@pytest.fixture
async def inbox(backend: Backend) -> AsyncIterator[Inbox]:
    """An inbox."""
    if isinstance(backend, MemoryBackend):
        yield MemoryInbox(backend.database)
        return
    assert isinstance(backend, PostgresBackend)
    found = PostgresInbox(backend.dsn)
    yield found
    await found.close()


@pytest.fixture
async def trail(backend: Backend, inbox: Inbox) -> AsyncIterator[Trail]:
    """An audit trail beside that inbox."""
    if isinstance(inbox, MemoryInbox):
        yield MemoryAuditTrail(inbox)
        return
    assert isinstance(backend, PostgresBackend)
    found = PostgresAuditTrail(backend.dsn)
    yield found
    await found.close()


async def test_each_consumer_takes_a_message_once(inbox: Inbox) -> None:
    """A repeat leads to nothing, also among new ones; another consumer has its own."""
    row = payment()
    assert 1 == await inbox.keep("one", "letters", {(7, 1, 0): [row]}, AT_MS)
    assert 1 == await inbox.keep("one", "letters", {(7, 1, 0): [row], (7, 2, 0): []}, AT_MS)
    assert 0 == await inbox.keep("one", "letters", {(7, 2, 0): [row]}, AT_MS)
    assert 2 == await inbox.keep("two", "letters", {(7, 1, 0): [], (7, 2, 0): []}, AT_MS)


async def test_two_who_take_the_same_at_once_take_it_once(inbox: Inbox) -> None:
    """Whichever comes second takes nothing."""
    taken = await asyncio.gather(
        *(inbox.keep("one", "deliveries", {(7, seq, 0): [] for seq in range(1, 40)}, AT_MS) for _ in range(4))
    )
    assert [0, 0, 0, 39] == sorted(taken)


async def test_what_was_taken_in_long_ago_is_forgotten(inbox: Inbox) -> None:
    """Only what is older than that, and then it would take effect again."""
    await inbox.keep("one", "letters", {(7, 1, 0): []}, AT_MS)
    await inbox.keep("one", "letters", {(7, 2, 0): []}, AT_MS + 1)
    assert 1 == await inbox.forget(AT_MS + 1)
    assert 1 == await inbox.keep("one", "letters", {(7, 1, 0): [], (7, 2, 0): []}, AT_MS)


async def test_dead_letters_are_counted_by_consumer(inbox: Inbox) -> None:
    """The same one is put aside once."""
    for seq in (1, 1, 2):
        await inbox.bury("one", (7, seq, 0), "ValueError: no", b"{}", AT_MS)
    assert {"one": 2} == await inbox.dead()


async def test_the_audit_trail_has_a_line_for_each_message(trail: Trail) -> None:
    """Written again, it stays as it is."""
    rows = [TrailRow(7, seq, 0, "evt_1", "order.confirmed", f"ord_{seq}", AT_MS) for seq in (1, 2)]
    assert 1 == await trail.write("audit", rows[:1], AT_MS)
    assert 1 == await trail.write("audit", rows, AT_MS)
    assert 0 == await trail.write("audit", rows, AT_MS)
