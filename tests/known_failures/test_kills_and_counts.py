"""Elsewhere: a counter in a cache beside a database row, which a kill, a restart or a repair sets apart."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import msgspec
import pytest

from actors.limits import ShellLimits
from actors.shell import SectionShell
from engine.commands import BookHold, HoldPlaces, Request
from engine.events import HoldPlaced, HoldsExpired
from engine.journal import StoredSnapshot
from engine.views import area_free, counts
from tests.integration.actors.conftest import House, ask, body, by, hold, send
from tests.known_failures.conftest import kill

SEATS, PLACES = 10, 5
HOLDS = 6
"""Where a snapshot's bytes have the live holds."""
EAGER = ShellLimits(retry_first_ms=1, retry_max_ms=2, lease_check_ms=20, snapshot_every_records=2)


def places(buyer: str, qty: int = 1) -> Request:
    """A request for places of the pit."""
    return by(buyer, HoldPlaces("PIT", qty), f"{buyer}-pit")


@pytest.mark.parametrize("turns", range(8))
async def test_a_kill_in_mid_sale_loses_no_seat(house: House, turns: int) -> None:
    """Wherever the kill falls, who asks again gets their seat, and each seat was placed once."""
    first = await house.shell("one")
    wishes = [hold(str(number), f"usr_{number}") for number in range(1, SEATS + 1)]
    calls = [send(first, wish) for wish in wishes[: SEATS // 2]]
    for _ in range(turns):
        await asyncio.sleep(0)
    kill(first)
    told = [call.result()[0] if call.done() else None for call in calls]
    second = await house.shell("two")
    answers = [await ask(second, wish) for wish in wishes]
    assert [None] * SEATS == [answer.code for answer in answers]
    for before, after in zip(told, answers, strict=False):
        assert before is None or (body(before), True) == (body(after), after.replayed)
    assert SEATS == sum(isinstance(event, HoldPlaced) for _, event in house.records())
    assert house.same_as_journal(second)


async def test_counting_anew_in_mid_sale_oversells_nothing(house: House) -> None:
    """With each buyer a new owner counts what is left from the books, while a hold is still under way."""
    shell = await house.shell("owner-0")
    answers = []
    for number in range(1, 2 * PLACES + 1):
        wish = places(f"usr_{number}")
        under_way = send(shell, wish)
        shell = await house.shell(f"owner-{number}")
        await under_way
        answers.append(await ask(shell, wish))
    assert [None] * PLACES + ["sold_out"] * PLACES == [answer.code for answer in answers]
    for number, answer in enumerate(answers[:PLACES], 1):
        sale = by(f"usr_{number}", BookHold(str(body(answer)["hold"])), "buy")
        assert None is (await ask(shell, sale)).code
    assert (0, [0], [PLACES]) == (area_free(shell.state, 0), shell.state.area_held, shell.state.area_sold)
    assert house.same_as_journal(shell)


def _lost(_kept: list[StoredSnapshot]) -> list[StoredSnapshot]:
    return []


def _old(kept: list[StoredSnapshot]) -> list[StoredSnapshot]:
    return kept[-1:]


def _damaged(kept: list[StoredSnapshot]) -> list[StoredSnapshot]:
    newest = kept[0]
    return [StoredSnapshot(newest.seq, newest.digest, newest.data[:-1] + b"\x00"), *kept[1:]]


def _without_its_holds(kept: list[StoredSnapshot]) -> list[StoredSnapshot]:
    newest = kept[0]
    fields = msgspec.msgpack.decode(newest.data)
    fields[HOLDS] = []
    return [StoredSnapshot(newest.seq, newest.digest, msgspec.msgpack.encode(fields)), *kept[1:]]


def _of_another_time(kept: list[StoredSnapshot]) -> list[StoredSnapshot]:
    oldest = kept[-1]
    return [StoredSnapshot(kept[0].seq, oldest.digest, oldest.data)]


@pytest.mark.parametrize("befall", [_lost, _old, _damaged, _without_its_holds, _of_another_time])
async def test_what_was_kept_aside_can_be_lost_stale_or_damaged(
    house: House, befall: Callable[[list[StoredSnapshot]], list[StoredSnapshot]]
) -> None:
    """Whatever becomes of snapshots, the house has the same seats and places left, and sells just these."""
    first = await house.shell("one", EAGER)
    for wish in (hold("1"), hold("2"), hold("3"), places("usr_bob", 2)):
        await ask(first, wish)
        await asyncio.gather(*filter(None, [first._snapshots._running]))
    await first.leave()
    stored = house.database.streams[house.stream]
    assert 2 == len(stored.snapshots)
    stored.snapshots[:] = befall(stored.snapshots)
    second = await house.shell("two")
    assert (SEATS + PLACES - 5, 5, 0) == counts(second.state)
    await _sell_the_rest(second)
    assert house.same_as_journal(second)


async def _sell_the_rest(shell: SectionShell) -> None:
    for number in range(1, SEATS + 1):
        answer = await ask(shell, hold(str(number), f"usr_{number}"))
        assert ("seat_taken" if number <= 3 else None) == answer.code
    answers = [await ask(shell, places(f"usr_{number}")) for number in range(PLACES)]
    assert [None] * (PLACES - 2) + ["sold_out"] * 2 == [answer.code for answer in answers]


@pytest.mark.parametrize("turns", range(6))
async def test_an_expiry_that_a_kill_interrupts_credits_the_counter_once(house: House, turns: int) -> None:
    """Places of a hold that ran out come back once, whether its record was written or not."""
    first = await house.shell("one")
    await ask(first, places("usr_ada", 3))
    house.clock.ms += 60_000
    _under_way = send(first, places("usr_bob"))
    for _ in range(turns):
        await asyncio.sleep(0)
    kill(first)
    second = await house.shell("two")
    assert None is (await ask(second, places("usr_bob"))).code
    assert PLACES - 1 == area_free(second.state, 0)
    assert 1 == sum(isinstance(event, HoldsExpired) for _, event in house.records())
    assert "sold_out" == (await ask(second, places("usr_cyd", PLACES))).code
    assert house.same_as_journal(second)


async def test_an_owner_that_was_killed_leaves_no_lock_behind(house: House) -> None:
    """Its successor sells in the same instant: a lease is compared, it is not waited for."""
    first = await house.shell("one")
    _under_way = send(first, hold("1"))
    kill(first)
    killed_at_ms = house.clock.ms
    second = await house.shell("two")
    assert None is (await ask(second, hold("1", "usr_bob"))).code
    assert killed_at_ms == house.clock.ms
