"""Hundreds who wait when something comes free: in order, none passed over, and with bounded work."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from engine.commands import BlockSeats, HoldSeats, UnblockSeats
from engine.decisions import Accepted, Rejected
from engine.plan import Category, Plan, Row, Section
from engine.record_codec import decode_record
from engine.refusals import Code
from engine.waitlist import fit as fitting
from engine.waitlist import match, waitlist
from engine.waitlist.commands import JoinWaitlist, LeaveWaitlist
from engine.waitlist.fit import Fit
from engine.waitlist.wish import Wish
from tests.unit.section_world import TERMS, World, chairs

ROWS, SEATS = 20, 10
PLAN = Plan(
    "Rows",
    (Category("gold", "Gold"),),
    (Section("S", tuple(Row(str(row), chairs(row, "gold", SEATS)) for row in range(ROWS))),),
)
ALL = tuple(f"S-{row}-{seat}" for row in range(ROWS) for seat in range(1, SEATS + 1))


class Counted:
    """The world of a house that is blocked as a whole, and how often was looked for what fits."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.world = World(PLAN, replace(TERMS, orphan_rule="off"))
        self.looked = 0
        self.world.ask("staff", BlockSeats(ALL))
        monkeypatch.setattr(match, "fit", self._fit)

    def _fit(self, *asked: object) -> Fit | None:
        self.looked += 1
        return fitting.fit(*asked)  # type: ignore[arg-type]  # they are what `fit` takes

    def join(self, who: str, wish: Wish) -> None:
        """Somebody waits."""
        self.world.ask(who, JoinWaitlist(wish, (7,), True))

    def free(self, seats: tuple[str, ...]) -> list[str]:
        """Who is offered what this sets free, in the order of the offers."""
        self.looked = 0
        self.world.ask("staff", UnblockSeats(seats))
        parties = self.world.state.waitlist.parties
        record = decode_record(self.world.journal[-1])
        return [parties[made.entry].owner for made in record.offers]


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> Counted:
    """Nobody waits yet."""
    return Counted(monkeypatch)


def test_many_prices_are_one_demand(counted: Counted) -> None:
    """All who would pay enough are looked for together, and so are all who never would."""
    for number in range(100):
        counted.join(f"rich{number}", Wish(2, max_price=1_000 + number))
        counted.join(f"poor{number}", Wish(1, max_price=number))
    assert [] == counted.free(ALL[:1])
    assert 2 == counted.looked


def test_a_house_that_comes_free_is_offered_in_one_walk(counted: Counted) -> None:
    """Each offer is looked for once, and each kind of demand once in vain; who came first is first."""
    for number in range(150):
        counted.join(f"w{number}", Wish(number % 4 + 1, max_price=1_000 + number))
    offered = counted.free(ALL)
    assert sorted(offered, key=_number) == offered
    assert counted.looked <= len(offered) + 4
    assert len(ALL) == sum(_number(who) % 4 + 1 for who in offered)
    counted.world.audit()


def _number(who: str) -> int:
    return int(who[1:])


def test_a_large_party_does_not_starve_behind_small_ones(counted: Counted) -> None:
    """It is passed over for those whom single seats fit, and is the first whom neighbours are offered."""
    counted.join("four", Wish(4))
    for number in range(60):
        counted.join(f"w{number}", Wish(1))
    for number in range(40):
        assert [f"w{number}"] == counted.free(ALL[number * 5 : number * 5 + 1])
    assert ["four", "w40"] == counted.free((*ALL[1:5], ALL[6]))
    counted.world.audit()


def test_who_has_all_that_they_may_have_keeps_nobody_waiting(counted: Counted) -> None:
    """The next who wishes for the same is offered it, and who was passed over waits on."""
    for who in ("ann", "bob", "cat"):
        counted.join(who, Wish(4))
    apart = ALL[1], ALL[4], ALL[7]
    assert [] == counted.free(apart)
    assert isinstance(counted.world.ask("ann", HoldSeats(apart)), Accepted)
    assert ["bob", "cat"] == counted.free(ALL[10:14] + ALL[20:24])
    assert {"ann", "bob", "cat"} == set(counted.world.state.waitlist.by_owner)
    counted.world.audit()


def test_wishes_are_bounded(counted: Counted, monkeypatch: pytest.MonkeyPatch) -> None:
    """One more of a known kind may wait, and no other kind until one has gone."""
    monkeypatch.setattr(waitlist, "WISHES_MAX", 3)
    for number in range(3):
        counted.join(f"w{number}", Wish(1, max_price=number + 1))
    refused = counted.world.ask("late", JoinWaitlist(Wish(2), (7,), True))
    assert isinstance(refused, Rejected)
    assert Code.LIMIT_EXCEEDED is refused.refusal.code
    counted.join("known", Wish(1, max_price=1))
    counted.world.ask("w2", LeaveWaitlist(counted.world.state.waitlist.by_owner["w2"]))
    counted.join("late", Wish(2))
    assert {"w0", "w1", "known", "late"} == set(counted.world.state.waitlist.by_owner)
    counted.world.audit()
