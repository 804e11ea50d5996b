"""What both homes of due rows promise."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from msgspec.structs import replace

from engine.due_rows import DueRows
from engine.payments.payment import Payment
from persistence.memory.due_rows import MemoryDueRows
from persistence.postgres.due_rows import PostgresDueRows
from tests.contract.backends import Backend, MemoryBackend, PostgresBackend
from tests.unit.payments.payment_data import payment


@pytest.fixture
async def pair(backend: Backend) -> AsyncIterator[tuple[DueRows[Payment], DueRows[Payment]]]:
    """The rows as two processes have them."""
    if isinstance(backend, MemoryBackend):
        rows: DueRows[Payment] = MemoryDueRows(backend.database)
        yield rows, rows
        return
    assert isinstance(backend, PostgresBackend)
    here, there = (PostgresDueRows(backend.dsn, "payments", Payment) for _ in range(2))
    yield here, there
    await here.close()
    await there.close()


def row(number: int, due_ms: int | None = 1_000) -> Payment:
    """A payment of its own."""
    return replace(payment(), id=f"ord_{number}", due_ms=due_ms)


async def test_the_first_of_an_id_stays(pair: tuple[DueRows[Payment], DueRows[Payment]]) -> None:
    """Whoever begins what was begun is given what is there."""
    here, there = pair
    assert row(1) == await here.begin(row(1))
    assert row(1) == await there.begin(replace(row(1), amount=1))
    assert [row(1), None] == [await here.get("ord_1"), await here.get("ord_\x00")]


async def test_one_of_two_changes_counts(pair: tuple[DueRows[Payment], DueRows[Payment]]) -> None:
    """Of changes to the same version exactly one counts, and a row that is not there cannot change."""
    here, there = pair
    await here.begin(row(1))
    changes = [replace(row(1), version=1, tries=1), replace(row(1), version=1, tries=2)]
    told = await asyncio.gather(here.advance(changes[0]), there.advance(changes[1]))
    assert [False, True] == sorted(told)
    assert changes[told.index(True)] == await there.get("ord_1")
    assert not await here.advance(replace(row(1), version=1, tries=3))
    assert not await here.advance(replace(row(2), version=1))


async def test_the_second_name_finds_it(pair: tuple[DueRows[Payment], DueRows[Payment]]) -> None:
    """News name a payment by the provider's name for it, once that is known."""
    here, there = pair
    await here.begin(row(1))
    assert await here.find("sandbox:pi_1") is None
    known = replace(row(1), version=1, intent="pi_1")
    assert await here.advance(known)
    assert known == await there.find("sandbox:pi_1")


async def test_due_rows_are_given_to_one(pair: tuple[DueRows[Payment], DueRows[Payment]]) -> None:
    """Longest due first, so many at a time, to one at a time, and again when the time is over."""
    here, there = pair
    for number, due_ms in enumerate((3_000, 1_000, 2_000, 9_000, None)):
        await here.begin(row(number, due_ms))
    first = await here.claim(5_000, 8_000, 2)
    assert {"ord_1", "ord_2"} == {each.id for each in first}
    assert ["ord_0"] == [each.id for each in await there.claim(5_000, 8_000, 2)]
    assert [] == await here.claim(5_000, 8_000, 2)
    assert await there.advance(replace(row(1), version=1, due_ms=None))
    assert {"ord_0", "ord_2"} == {each.id for each in await there.claim(8_000, 9_000, 9)}


async def test_all_rows_are_read_by_pages(pair: tuple[DueRows[Payment], DueRows[Payment]]) -> None:
    """Page after page, each row once."""
    here, _ = pair
    for number in range(5):
        await here.begin(row(number))
    pages = [await here.page(after, 2) for after in ("", "ord_1", "ord_3", "ord_4")]
    assert [["ord_0", "ord_1"], ["ord_2", "ord_3"], ["ord_4"], []] == [
        [each.id for each in page] for page in pages
    ]


async def test_claims_at_the_same_time_share_nothing(
    pair: tuple[DueRows[Payment], DueRows[Payment]],
) -> None:
    """Two keepers at once are given different rows, and together all of them."""
    here, there = pair
    for number in range(20):
        await here.begin(row(number))
    taken = await asyncio.gather(*(each.claim(5_000, 8_000, 5) for each in (here, there) * 3))
    ids = [each.id for rows in taken for each in rows]
    assert len(ids) == len(set(ids))
    assert {each.id for each in await here.among([f"ord_{n}" for n in range(30)])} >= set(ids)
