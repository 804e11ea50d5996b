"""What a section promises while its storage, its owners and its time misbehave."""

from __future__ import annotations

import asyncio

import pytest

from actors.clock import SystemClock
from actors.limits import ShellLimits
from actors.shell import Activation, SectionShell
from actors.wire import Answer, Changes
from engine.commands import BookOrder, GetHold, PinHold, Request
from engine.events import HoldPlaced, HoldsExpired, Refused
from engine.journal import StreamSource
from persistence.memory.store import MemorySectionStore
from tests.integration.actors.conftest import LIMITS, NOON_MS, House, ask, body, by, hold, send


async def test_an_acknowledged_hold_is_in_the_journal(house: House) -> None:
    """When the answer arrives the record is durable, and the journal gives the live state."""
    shell = await house.shell("one")
    answer = await ask(shell, hold("1"))
    assert (None, 2) == (answer.code, answer.seq)
    assert isinstance(house.records()[-1][1], HoldPlaced)
    assert house.same_as_journal(shell)


async def test_one_of_many_gets_the_seat_and_the_others_learn_it_after_the_commit(house: House) -> None:
    """In one batch the first hold wins and every refusal carries a position of its own record."""
    shell = await house.shell("one")
    answers = await send(shell, *(hold("5", f"usr_{number}") for number in range(100)))
    codes = [answer.code for answer in answers if answer is not None]
    assert [None, *["seat_taken"] * 99] == codes
    assert house.same_as_journal(shell)


async def test_a_retry_gets_the_first_outcome_also_from_another_incarnation(house: House) -> None:
    """The key's outcome survives the actor: same hold, same position, marked as replayed."""
    first = await ask(await house.shell("one"), hold("1"))
    again = await ask(await house.shell("two"), hold("1"))
    assert (body(first), first.seq, True) == (body(again), again.seq, again.replayed)


async def test_a_refusal_is_remembered_under_its_key(house: House) -> None:
    """A seat that was taken then stays refused under the key, although it is free by now."""
    shell = await house.shell("one")
    await ask(shell, hold("1", "usr_ada"))
    refused = await ask(shell, hold("1", "usr_bob"))
    house.clock.ms += 61_000
    assert None is (await ask(shell, hold("1", "usr_cyd"))).code
    again = await ask(shell, hold("1", "usr_bob"))
    assert ("seat_taken", True, refused.seq) == (again.code, again.replayed, again.seq)


async def test_expiry_is_written_before_the_seat_is_given_to_another(house: House) -> None:
    """A hold that ran out ends by a record of its own, in front of the next hold's."""
    shell = await house.shell("one")
    await ask(shell, hold("1", "usr_ada"))
    house.clock.ms += 60_000
    assert None is (await ask(shell, hold("1", "usr_bob"))).code
    events = [type(event) for _, event in house.records()]
    assert [HoldPlaced, HoldsExpired, HoldPlaced] == events[1:]
    assert house.same_as_journal(shell)


async def test_a_lost_commit_reply_is_settled_and_not_written_twice(house: House) -> None:
    """The commit happened, its reply was lost: the writer learns nothing, the journal has it once."""
    shell = await house.shell("one")
    house.database.lost_replies = 1
    assert "outcome_unknown" == (await ask(shell, hold("1"))).code
    retry = await ask_until(shell, hold("1"))
    assert (None, True) == (retry.code, retry.replayed)
    assert 1 == sum(isinstance(event, HoldPlaced) for _, event in house.records())


async def ask_until(shell: SectionShell, request: Request) -> Answer:
    """Ask again, as routers do, while the section says that storage is away."""
    while True:
        answer = await ask(shell, request)
        if answer.code not in ("storage_unavailable", "outcome_unknown"):
            return answer
        await asyncio.sleep(0)


async def test_nothing_is_acknowledged_while_storage_is_down(house: House) -> None:
    """Writers are told that the outcome is unknown, later ones that storage is away; then it goes on."""
    shell = await house.shell("one")
    house.database.down = True
    assert "outcome_unknown" == (await ask(shell, hold("1", "usr_ada"))).code
    assert "storage_unavailable" == (await ask(shell, hold("1", "usr_bob"))).code
    assert 1 == len(house.records())
    house.database.down = False
    answer = await ask_until(shell, hold("1", "usr_ada"))
    assert (None, True) == (answer.code, answer.replayed)
    assert "seat_taken" == (await ask(shell, hold("1", "usr_bob"))).code
    assert house.same_as_journal(shell)


async def test_the_map_goes_on_and_shows_nothing_undurable_while_storage_is_down(house: House) -> None:
    """During an outage the feed still answers, with the state of the last commit."""
    shell = await house.shell("one")
    await ask(shell, hold("1"))
    house.database.down = True
    await ask(shell, hold("2"))
    whole = await shell.changes(-1)
    assert isinstance(whole, Changes)
    assert (2, (14, 1, 0)) == (whole.seq, whole.counts)


async def test_a_reader_of_what_is_not_durable_waits_for_it(house: House) -> None:
    """A read in the same batch as the hold it sees is answered after the commit, not before."""
    shell = await house.shell("one")
    placed = await ask(shell, hold("1"))
    house.database.down = True
    hold_id = str(body(placed)["hold"])
    answers = await send(shell, hold("2"), by("usr_ada", GetHold(hold_id)))
    assert ["outcome_unknown", "storage_unavailable"] == [each.code for each in answers if each]


async def test_a_stale_owner_neither_writes_nor_answers(house: House) -> None:
    """After a take-over the old owner finds out at its next word and falls silent."""
    old = await house.shell("old")
    await ask(old, hold("1", "usr_ada"))
    new = await house.shell("new")
    answer = await ask(old, hold("2", "usr_bob"))
    assert "outcome_unknown" == answer.code
    assert "old" == await house.fenced.get()
    assert Activation.FENCED is old.activation
    assert "section_recovering" == (await ask(old, hold("3"))).code
    assert None is (await ask(new, hold("2", "usr_cyd"))).code
    assert house.same_as_journal(new)


async def test_a_stale_owner_does_not_even_read(house: House) -> None:
    """A read of an owner whose lease was not confirmed lately checks it first."""
    old = await house.shell("old")
    placed = await ask(old, hold("1"))
    await house.shell("new")
    house.clock.ms += LIMITS.lease_check_ms + 1
    answer = await ask(old, by("usr_ada", GetHold(str(body(placed)["hold"]))))
    assert "storage_unavailable" == answer.code
    assert "old" == await house.fenced.get()


async def test_what_a_replaced_owner_reads_out_is_never_old_news(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A new owner serves when the old one trusts its memory no more, however lately it was confirmed."""
    monkeypatch.setattr(house, "clock", SystemClock())
    limits = ShellLimits(retry_first_ms=1, retry_max_ms=2, lease_check_ms=40)
    old = await house.shell("old", limits)
    placed = await ask(old, hold("1"))
    await house.shell("new", limits)
    answer = await ask(old, by("usr_ada", GetHold(str(body(placed)["hold"]))))
    assert "storage_unavailable" == answer.code
    assert "old" == await house.fenced.get()


async def test_recovery_from_a_snapshot_and_its_tail_gives_the_same_state(house: House) -> None:
    """Snapshot plus the records after it are as good as the whole journal."""
    limits = ShellLimits(snapshot_every_records=3, retry_first_ms=1)
    first = await house.shell("one", limits)
    for seat in ("1", "2", "3", "4"):
        await ask(first, hold(seat))
    await first.leave()
    assert [] != house.database.streams[house.stream].snapshots
    second = await house.shell("two")
    await ask(second, hold("5"))
    third = await house.shell("three")
    assert house.same_as_journal(third)


async def test_a_damaged_snapshot_is_not_believed(house: House) -> None:
    """A snapshot whose digest does not fit is passed over; the journal is the truth."""
    first = await house.shell("one")
    await ask(first, hold("1"))
    await first.leave()
    stored = house.database.streams[house.stream].snapshots
    (snapshot,) = stored
    stored[:] = [type(snapshot)(seq=snapshot.seq, digest="0" * 32, data=snapshot.data)]
    second = await house.shell("two")
    assert house.same_as_journal(second)


async def test_recovery_waits_for_storage(house: House) -> None:
    """A section that starts during an outage says so, and serves once storage is back."""
    house.database.down = True
    shell = house.start("one")
    assert "section_recovering" == (await ask(shell, hold("1"))).code
    house.database.down = False
    await shell.served()
    assert None is (await ask(shell, hold("1"))).code


async def test_a_full_mailbox_refuses_instead_of_growing(house: House) -> None:
    """Beyond `mailbox_max` asks that wait for a commit the section says that it is overloaded."""
    shell = await house.shell("one", ShellLimits(mailbox_max=3))
    answers = await send(shell, *(hold(str(number)) for number in range(1, 6)))
    codes = [answer.code for answer in answers if answer is not None]
    assert [None, None, None, "section_overloaded", "section_overloaded"] == codes


async def test_a_long_poll_wakes_with_the_commit(house: House) -> None:
    """Whoever waits for news gets them as soon as they are durable, and not earlier."""
    shell = await house.shell("one")
    waiting = asyncio.ensure_future(shell.changes(1))
    await asyncio.sleep(0)
    assert not waiting.done()
    await ask(shell, hold("3"))
    changes = await waiting
    assert isinstance(changes, Changes)
    assert (1, 2, ((2, 1),)) == (changes.from_seq, changes.seq, changes.seats)


async def test_an_order_is_booked_once_through_every_incarnation(house: House) -> None:
    """Pin in one life, book in the next, book again under another key in a third: one booking."""
    placed = await ask(await house.shell("one"), hold("1"))
    hold_id = str(body(placed)["hold"])
    pinned = await ask(await house.shell("two"), by("usr_ada", PinHold(hold_id), "pin"))
    order = str(body(pinned)["order"])
    third = await house.shell("three")
    assert None is (await ask(third, by("usr_ada", BookOrder(order), "book"))).code
    assert "already_booked" == (await ask(third, by("usr_ada", BookOrder(order), "book-2"))).code
    assert isinstance(house.records()[-1][1], Refused)
    assert house.same_as_journal(third)


async def test_time_that_steps_back_does_not_step_back_in_the_journal(house: House) -> None:
    """Records keep the latest time they have seen when the wall clock is set back."""
    shell = await house.shell("one")
    await ask(shell, hold("1"))
    house.clock.ms = NOON_MS - 3_600_000
    await ask(shell, hold("2"))
    assert house.same_as_journal(shell)
    assert NOON_MS == shell.state.at_ms


async def test_an_idle_section_leaves_with_a_snapshot(house: House) -> None:
    """Without asks, watchers or holds a section is idle after a while, and its last state is kept."""
    shell = await house.shell("one")
    await ask(shell, hold("1"))
    house.clock.ms += 900_000
    assert not shell.idle
    await ask(shell, hold("1", "usr_eve"))
    house.clock.ms += 60_000
    await ask(shell, by("usr_eve", GetHold("hld_none")))
    house.clock.ms += 900_000
    assert shell.idle
    await shell.leave()
    assert shell.state.seq == house.database.streams[house.stream].snapshots[0].seq


async def test_a_section_that_meets_a_bug_ends_instead_of_falling_silent(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A failed commit that nobody foresaw leaves the outcome unknown, and a successor takes over."""
    shell = await house.shell("one")

    async def broken(*_arguments: object) -> bool:
        raise RuntimeError("nobody foresaw this")

    monkeypatch.setattr(house.stores[0], "append", broken)
    assert "outcome_unknown" == (await ask(shell, hold("1"))).code
    assert "one" == await house.fenced.get()
    assert Activation.FENCED is shell.activation
    assert None is (await ask(await house.shell("two"), hold("1"))).code


async def test_a_recovery_that_meets_a_bug_is_tried_again(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One that failed for a reason nobody foresaw does not leave the section dead for good."""
    failures = iter([RuntimeError("nobody foresaw this")])
    real = MemorySectionStore.source

    async def broken_once(store: MemorySectionStore, stream: int) -> StreamSource:
        for failure in failures:
            raise failure
        return await real(store, stream)

    monkeypatch.setattr(MemorySectionStore, "source", broken_once)
    assert None is (await ask(await house.shell("one"), hold("1"))).code
