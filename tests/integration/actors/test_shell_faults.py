"""A bug in the domain or a snapshot that cannot be used costs a section a moment, never its books."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

import actors.section
import actors.shell
from actors.limits import ShellLimits
from actors.shell import SectionShell
from engine.events import HoldPlaced, Record
from engine.journal import StorageUnavailable, StoredSnapshot
from engine.state import SectionState
from engine.touched import Touched
from engine.waitlist.match import take_effect
from persistence.memory.store import MemorySectionStore
from tests.integration.actors.conftest import House, ask, hold, send

EAGER = ShellLimits(retry_first_ms=1, retry_max_ms=1, lease_check_ms=20, snapshot_every_records=1)
SOON_S = 30.0


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(actors.shell, "PARTING_S", 0.0)


Effect = Callable[[SectionState, Record, str], tuple[Record, Touched]]


def effect_that_fails(at: int, *, halfway: bool) -> Effect:
    """A `take_effect` whose call number `at` meets a bug, before or after it changed the state."""
    calls = 0

    def fail(state: SectionState, record: Record, fresh_id: str) -> tuple[Record, Touched]:
        nonlocal calls
        calls += 1
        if calls == at and not halfway:
            raise RuntimeError("a bug")
        effect = take_effect(state, record, fresh_id)
        if calls == at:
            raise RuntimeError("a bug")
        return effect

    return fail


async def successor(house: House, shell: SectionShell) -> SectionShell:
    """The next incarnation, once the first has given up of itself."""
    async with asyncio.timeout(SOON_S):
        assert "one" == await house.fenced.get()
    assert "section_recovering" == (await ask(shell, hold("9"))).code
    return await house.shell("two", EAGER)


@pytest.mark.parametrize("halfway", [False, True])
async def test_a_record_that_cannot_be_applied_does_not_stay_half_applied(
    house: House, monkeypatch: pytest.MonkeyPatch, halfway: bool
) -> None:
    """The request that met the bug is told so, and nothing decided on false ground becomes durable."""
    shell = await house.shell("one", EAGER)
    monkeypatch.setattr(actors.section, "take_effect", effect_that_fails(2, halfway=halfway))
    async with asyncio.timeout(SOON_S):
        answers = await send(shell, hold("1"), hold("2"), hold("3"))
    told = ["outcome_unknown", "internal", "section_recovering"]
    assert told == [answer.code for answer in answers if answer]
    second = await successor(house, shell)
    assert 1 == len(house.records())
    for seat in ("1", "2", "3"):
        assert None is (await ask(second, hold(seat))).code
    assert house.same_as_journal(second)


async def test_a_commit_under_way_is_kept_and_no_snapshot_is_taken_of_a_state_with_a_bug(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was cut before the bug is durable and answered; the state after it is never stored."""
    shell = await house.shell("one", EAGER)
    good = send(shell, hold("1"))
    await asyncio.sleep(0)
    monkeypatch.setattr(actors.section, "take_effect", effect_that_fails(1, halfway=True))
    async with asyncio.timeout(SOON_S):
        (bad,) = await send(shell, hold("2"))
        (kept,) = await good
    assert ("internal", None) == (bad and bad.code, kept and kept.code)
    monkeypatch.setattr(actors.section, "take_effect", take_effect)
    second = await successor(house, shell)
    assert [] == house.database.streams[house.stream].snapshots
    assert house.same_as_journal(second)
    assert (await ask(second, hold("1"))).replayed


async def test_no_snapshot_is_ahead_of_the_journal(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """While a record is on its way to the disk the state is not stored: a successor would start from it."""
    shell = await house.shell("one", EAGER)
    real, asked, lost = house.stores[0].append, asyncio.Event(), asyncio.Event()

    async def only_once(*arguments: Any) -> bool:
        if asked.is_set():
            await lost.wait()
            raise StorageUnavailable("the connection was lost")
        asked.set()
        return await real(*arguments)

    monkeypatch.setattr(house.stores[0], "append", only_once)
    durable = send(shell, hold("1"))
    await asked.wait()
    _never_durable = send(shell, hold("2"))
    await durable
    await asyncio.gather(*filter(None, [shell._snapshots._running]))
    second = await house.shell("two", EAGER)
    lost.set()
    assert "one" == await house.fenced.get()
    assert [2] == [seq for seq, event in house.records() if isinstance(event, HoldPlaced)]
    assert house.same_as_journal(second)
    assert None is (await ask(second, hold("2", "usr_bob"))).code


async def test_a_bug_met_by_an_expiry_ends_the_section_too(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Holds that are due are ended before a request is judged: a bug met there is no other bug."""
    shell = await house.shell("one", EAGER)
    monkeypatch.setattr(actors.section.Section, "expire", lambda _section, _at_ms: 1 // 0)
    async with asyncio.timeout(SOON_S):
        assert "internal" == (await ask(shell, hold("1"))).code
    monkeypatch.undo()
    assert None is (await ask(await house.shell("two", EAGER), hold("1"))).code


async def test_a_snapshot_that_cannot_be_read_costs_time_only(house: House) -> None:
    """What another version wrote, or what is damaged, is passed over: the journal is the truth."""
    await ask(await house.shell("one"), hold("1"))
    kept = house.database.streams[house.stream].snapshots
    kept.append(StoredSnapshot(2, "digest of another time", b"\x91\x63"))
    async with asyncio.timeout(SOON_S):
        shell = await house.shell("two")
    assert house.same_as_journal(shell)


async def test_a_snapshot_that_cannot_be_kept_does_not_hold_up_leaving(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The last snapshot only saves time."""

    async def fail(*_arguments: object) -> None:
        raise RuntimeError("a bug")

    shell = await house.shell("one")
    await ask(shell, hold("1"))
    monkeypatch.setattr(MemorySectionStore, "save_snapshot", fail)
    await shell.leave()
    assert [] == house.database.streams[house.stream].snapshots


async def test_a_watcher_that_vanished_does_not_keep_a_section_awake(house: House) -> None:
    """A long poll whose caller is gone leaves nothing behind, also when nothing happens any more."""
    shell = await house.shell("one")
    waiting = asyncio.ensure_future(shell.changes(1))
    await asyncio.sleep(0)
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)
    house.clock.ms += ShellLimits().passivate_after_ms
    assert shell.idle
