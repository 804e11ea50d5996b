"""Elsewhere: a sweep ends holds some time after their time, and until then they stand in the way."""

from __future__ import annotations

import pytest

from engine.commands import BookHold, BookOrder, PinHold
from engine.views import counts
from tests.integration.actors.conftest import House, ask, body, by, hold, send

TTL_MS = 60_000
PAY_MS = 900_000


async def test_a_hold_that_ran_out_is_in_nobodys_way(house: House) -> None:
    """Its owner and everybody else can take the seat in the instant in which it ends."""
    shell = await house.shell("one")
    await ask(shell, hold("1", "usr_ada", "first"))
    house.clock.ms += TTL_MS - 1
    assert "seat_taken" == (await ask(shell, hold("1", "usr_ada", "second"))).code
    house.clock.ms += 1
    assert None is (await ask(shell, hold("1", "usr_ada", "third"))).code
    house.clock.ms += TTL_MS
    assert None is (await ask(shell, hold("1", "usr_bob"))).code
    assert house.same_as_journal(shell)


@pytest.mark.parametrize("pinned", [False, True])
async def test_buying_a_hold_that_ran_out_sells_and_loses_nothing(house: House, pinned: bool) -> None:
    """The buyer is told that it has ended, and the seat is on sale: no status keeps it for nobody."""
    shell = await house.shell("one")
    hold_id = str(body(await ask(shell, hold("1", "usr_ada")))["hold"])
    if pinned:
        order = str(body(await ask(shell, by("usr_ada", PinHold(hold_id), "pin")))["order"])
        house.clock.ms += PAY_MS
        late = by("usr_ada", BookOrder(order), "pay")
    else:
        house.clock.ms += TTL_MS
        late = by("usr_ada", BookHold(hold_id), "pay")
    assert "hold_expired" == (await ask(shell, late)).code
    assert (15, 0, 0) == counts(shell.state)
    assert None is (await ask(shell, hold("1", "usr_bob"))).code
    assert house.same_as_journal(shell)


async def test_cleaning_up_takes_nothing_from_who_has_paid(house: House) -> None:
    """A sale in the last instant of a hold is one, whatever is ended in the next, and it stays one."""
    shell = await house.shell("one")
    hold_id = str(body(await ask(shell, hold("1", "usr_ada")))["hold"])
    house.clock.ms += TTL_MS - 1
    bought = send(shell, by("usr_ada", BookHold(hold_id), "pay"))
    house.clock.ms += 1
    refused = send(shell, hold("1", "usr_bob"))
    assert [None] == [answer and answer.code for answer in await bought]
    assert ["seat_taken"] == [answer and answer.code for answer in await refused]
    house.clock.ms += 86_400_000
    assert "seat_taken" == (await ask(shell, hold("1", "usr_cyd"))).code
    assert (14, 0, 1) == counts(shell.state)
    assert house.same_as_journal(shell)
