from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Iterator

import pytest

from bench.baselines.catalogue import DESIGNS, NAMES, DesignName, make_design
from bench.baselines.ports import Books, Claim, Design, Purchase
from bench.baselines.redis_server import redis_server
from engine.catalogue import OrderRow
from persistence.postgres.catalogue import PostgresCatalogue
from tests.e2e.world import random_port
from tests.services import REDIS, used

NOW_MS = 1_700_000_000_000
ENDS_MS = NOW_MS + 60_000


@pytest.fixture(scope="session")
def redis_url() -> Iterator[str]:
    """The Redis that the designs get; tests that need one are skipped where there is none."""
    given = os.environ.get("HOLDFAST_TEST_REDIS_URL")
    if given:
        yield given
        return
    with redis_server(random_port()) as place:
        if place is None:
            pytest.skip("no Redis")
        yield place.url


@pytest.fixture(params=NAMES)
async def design(request: pytest.FixtureRequest, dsn: str) -> AsyncIterator[Design]:
    """Each design over stores of its own, with ten seats on sale."""
    name: DesignName = request.param
    url: str | None = None
    if DESIGNS[name].needs_redis:
        url = request.getfixturevalue("redis_url")
        used(request, REDIS)
    design = make_design(name, dsn, url)
    await design.open()
    await design.stock(7, 10)
    yield design
    await design.close()


def _claim(hold: str, *seats: int, holder: str = "ada", now_ms: int = NOW_MS) -> Claim:
    return Claim(7, 1, seats, hold, holder, now_ms, now_ms + 60_000)


def _purchase(hold: str, order: str, holder: str = "ada", now_ms: int = NOW_MS) -> Purchase:
    return Purchase(7, 1, hold, holder, order, now_ms)


def _row(order: str, hold: str) -> OrderRow:
    return OrderRow(order, "evt", 7, hold, "ada", "Ada", "ada@example.org", "sandbox", NOW_MS)


async def test_a_seat_is_held_once_and_several_are_held_all_or_none(design: Design) -> None:
    """Whoever comes second gets nothing, not even what would be free."""
    assert await design.hold(_claim("h1", 1, 2))
    assert not await design.hold(_claim("h2", 2, 3, holder="bob"))
    assert await design.hold(_claim("h3", 3, holder="bob"))
    assert Books(0, 3, ()) == await design.audit()


async def test_of_a_crowd_that_wants_one_seat_exactly_one_gets_it(design: Design) -> None:
    """All of them at once."""
    got = await asyncio.gather(*(design.hold(_claim(f"h{n}", 5, holder=f"b{n}")) for n in range(30)))
    assert 1 == sum(got)


async def test_a_hold_is_sold_once_and_by_its_holder_alone(design: Design) -> None:
    """Not by a stranger, and not again."""
    await design.hold(_claim("h1", 4))
    assert [] == list(await design.confirm(_purchase("h1", "o0", holder="bob")))
    sold = await asyncio.gather(*(design.confirm(_purchase("h1", f"o{n}")) for n in range(1, 9)))
    assert [[4]] == [list(each) for each in sold if each]
    assert not await design.hold(_claim("h2", 4, holder="bob"))


async def test_what_is_given_back_can_be_held_again(design: Design) -> None:
    """Given back by its holder alone."""
    await design.hold(_claim("h1", 4))
    assert [] == list(await design.release(7, "h1", "bob"))
    assert [4] == list(await design.release(7, "h1", "ada"))
    assert await design.hold(_claim("h2", 4, holder="bob"))


async def test_a_hold_ends_with_its_time(design: Design) -> None:
    """Then its seat is somebody else's, who alone can buy it."""
    await design.hold(_claim("h1", 4))
    assert await design.hold(_claim("h2", 4, holder="bob", now_ms=ENDS_MS))
    assert [4] == list(await design.confirm(_purchase("h2", "o2", "bob", ENDS_MS)))


async def test_the_audit_finds_an_order_whose_seat_is_anothers(design: Design, dsn: str) -> None:
    """Which is what a seat that was sold twice leaves behind."""
    await design.hold(_claim("h1", 4))
    await design.confirm(_purchase("h1", "o1"))
    catalogue = PostgresCatalogue(dsn)
    rows = [_row("o1", "h1"), _row("o2", "h2")]
    if not await design.save_orders(rows):
        await catalogue.save_orders(rows)
    await catalogue.close()
    assert Books(1, 0, ("order o2 has no seat",)) == await design.audit()
