"""Owners are told that a hold ends soon and that it has ended, and never wrongly."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from actors.answers import LOST, RECOVERING, accepted, explained
from actors.wire import Answer
from engine.commands import GetHold, Request
from engine.guards import GIVEN_BACK
from engine.views import HoldView, ItemView, Money, rfc3339
from gateway import notices as module
from gateway.notices import LOOK_AGAIN_MS, WARN_MS, HoldNotices
from gateway.websocket.session import Session
from tests.unit.gateway.desks import ANN, Memory, new_session
from tests.unit.gateway.houses import hold_in

NOON_MS = 1_790_000_000_000
HOLD, OTHER = hold_in(7), hold_in(8)
EXPIRED = explained("hold_expired", "The hold has ended; its seats went back on sale.")
RELEASED = explained("hold_expired", GIVEN_BACK)


def view(ends_ms: int, hold: str = HOLD, items: int = 1) -> HoldView:
    """A hold of one seat that ends at a time; without items it was given back."""
    price = Money("50.00", "EUR")
    seats = tuple(ItemView("A-1-1", "A", "std", "standard", price) for _ in range(items))
    return HoldView(hold, seats, price, rfc3339(ends_ms), 10, ("h", 1), "S")


class Booth:
    """Notices with a clock to turn, a section that waits to be told its answers, and Ann's session."""

    def __init__(self) -> None:
        self.now_ms = NOON_MS
        self.asked: list[tuple[int, Request, Callable[[Answer], None]]] = []
        self.notices = HoldNotices(self, lambda: self.now_ms)
        self.memory = Memory()
        self.session = self.join(self.memory)

    def join(self, memory: Memory) -> Session:
        session = new_session(memory)
        self.notices.join(session)
        return session

    def submit(
        self, stream: int, request: Request, deadline_ms: int, on_answer: Callable[[Answer], None]
    ) -> None:
        self.asked.append((stream, request, on_answer))

    async def ask(self, stream: int, request: Request, deadline_ms: int) -> Answer:
        raise NotImplementedError

    def hear(self, ends_ms: int, hold: str = HOLD, items: int = 1, owner: str = ANN.id) -> None:
        self.notices.heard(owner, msgspec.Raw(msgspec.msgpack.encode(view(ends_ms, hold, items))))

    def at(self, after_noon_ms: int) -> int:
        """Sweep at a time; how many sections are asked then."""
        self.now_ms = NOON_MS + after_noon_ms
        before = len(self.asked)
        while self.notices.sweep():
            pass
        return len(self.asked) - before

    def answer(self, answer: Answer) -> None:
        self.asked[-1][2](answer)

    def stands(self, ends_ms: int) -> None:
        self.answer(accepted(view(NOON_MS + ends_ms), 3))

    @property
    def told(self) -> list[tuple[str, Any]]:
        return [(each["t"], each["d"]) for each in self.memory.replies()]


@pytest.fixture
def booth() -> Booth:
    """Notices with one session of Ann's."""
    return Booth()


def expiring(ends_ms: int) -> tuple[str, Any]:
    """The warning for the hold that ends so long after noon."""
    return "hold.expiring", {"hold": HOLD, "expires_at": rfc3339(NOON_MS + ends_ms)}


def test_a_hold_is_announced_a_minute_ahead_and_at_its_end(booth: Booth) -> None:
    """The section is asked once for each announcement and not before its time."""
    booth.hear(NOON_MS + 600_000)
    assert 0 == booth.at(0)
    assert 0 == booth.at(539_000)
    assert 1 == booth.at(541_000)
    assert (7, Request(ANN.id, GetHold(HOLD))) == booth.asked[0][:2]
    assert [] == booth.told
    booth.stands(600_000)
    assert [expiring(600_000)] == booth.told
    assert 0 == booth.at(599_000)
    assert 1 == booth.at(601_000)
    booth.answer(EXPIRED)
    assert [expiring(600_000), ("hold.expired", {"hold": HOLD})] == booth.told
    assert 0 == len(booth.notices)


def test_a_short_hold_is_announced_at_once_and_once(booth: Booth) -> None:
    """A hold that is shorter than the warning is announced at the next sweep, not at every one."""
    booth.hear(NOON_MS + 30_000)
    assert 1 == booth.at(500)
    booth.stands(30_000)
    booth.hear(NOON_MS + 30_000)
    assert 0 == booth.at(29_000)
    assert [expiring(30_000)] == booth.told


def test_a_renewed_hold_is_not_announced_for_its_old_end(booth: Booth) -> None:
    """What the section says counts: the warning comes before the new end alone."""
    booth.hear(NOON_MS + 600_000)
    assert 1 == booth.at(541_000)
    booth.stands(700_000)
    assert [] == booth.told
    assert 1 == booth.at(541_000 + LOOK_AGAIN_MS + 1_000)
    booth.stands(700_000)
    assert 1 == booth.at(641_000)
    booth.stands(700_000)
    assert [expiring(700_000)] == booth.told


def test_a_renewal_that_passed_here_moves_the_warning(booth: Booth) -> None:
    """Then the section is not even asked about the old end."""
    booth.hear(NOON_MS + 600_000)
    booth.at(0)
    booth.hear(NOON_MS + 900_000)
    assert 0 == booth.at(800_000)
    assert 1 == booth.at(841_000)


@pytest.mark.parametrize("answer", [RELEASED, explained("already_booked", ""), explained("not_found", "")])
def test_a_hold_that_ended_otherwise_is_not_announced(booth: Booth, answer: Answer) -> None:
    """Given back, booked or somebody else's: nothing is said and the hold is forgotten."""
    booth.hear(NOON_MS + 600_000)
    booth.at(0)
    booth.at(541_000)
    booth.answer(answer)
    assert ([], 0) == (booth.told, len(booth.notices))


def test_a_released_hold_is_forgotten_without_asking(booth: Booth) -> None:
    """The reply to a release has no items: nothing is left to be looked at."""
    booth.hear(NOON_MS + 600_000)
    booth.hear(NOON_MS, items=0)
    assert 0 == booth.at(541_000)
    assert 0 == len(booth.notices)


@pytest.mark.parametrize("answer", [LOST, RECOVERING])
def test_a_section_that_cannot_answer_is_asked_again(booth: Booth, answer: Answer) -> None:
    """Nothing is said on suspicion, and patience has an end."""
    booth.hear(NOON_MS + 600_000)
    booth.at(0)
    tries = 0
    now_ms = 541_000
    while booth.at(now_ms):
        booth.answer(answer)
        tries += 1
        now_ms += 2_000
    assert module.TRIES_MAX + 1 == tries
    assert ([], 0) == (booth.told, len(booth.notices))


def test_all_sessions_of_the_owner_are_told_and_nobody_else(booth: Booth) -> None:
    """A second session of the same caller hears it too; one that has left does not."""
    other, gone = Memory(), Memory()
    booth.join(other)
    booth.notices.leave(booth.join(gone))
    booth.hear(NOON_MS + 30_000)
    booth.hear(NOON_MS + 30_000, owner="usr_staff")
    assert 1 == booth.at(500)
    booth.stands(30_000)
    assert [1, 1, 0] == [len(each.said) for each in (booth.memory, other, gone)]


def test_an_owner_who_is_away_at_the_warning_is_told_of_the_end(booth: Booth) -> None:
    """While nobody is there the section is not asked; after the end the hold is forgotten."""
    booth.hear(NOON_MS + 600_000)
    booth.at(0)
    booth.notices.leave(booth.session)
    assert 0 == booth.at(541_000)
    booth.notices.join(booth.session)
    assert 1 == booth.at(601_000)
    booth.answer(EXPIRED)
    assert [("hold.expired", {"hold": HOLD})] == booth.told


def test_a_clock_that_is_ahead_of_the_section_asks_again(booth: Booth) -> None:
    """A hold that still stands at its end is looked at a little later, and not in a loop."""
    booth.hear(NOON_MS + 30_000)
    booth.at(500)
    booth.stands(30_000)
    assert 1 == booth.at(31_000)
    booth.stands(30_000)
    assert 0 == booth.at(31_000)
    assert 1 == booth.at(33_000)
    booth.answer(EXPIRED)
    assert ["hold.expiring", "hold.expired"] == [kind for kind, _ in booth.told]


def test_a_sold_hold_is_forgotten_without_asking(booth: Booth) -> None:
    """Whether or not its reply was read by then; somebody else's word for it does not count."""
    booth.hear(NOON_MS + 600_000)
    booth.notices.sweep()
    booth.notices.sold("usr_bob", HOLD)
    assert 1 == len(booth.notices)
    booth.notices.sold(ANN.id, HOLD)
    booth.hear(NOON_MS + 600_000, OTHER)
    booth.notices.sold(ANN.id, OTHER)
    booth.notices.sweep()
    assert 0 == len(booth.notices)
    booth.hear(NOON_MS + 600_000, OTHER)
    booth.notices.sweep()
    assert 1 == len(booth.notices)


def test_everything_is_bounded(booth: Booth, monkeypatch: pytest.MonkeyPatch) -> None:
    """Replies noted, holds known, and sections asked at the same time have their limits."""
    for name, bound in (("HEARD_MAX", 5), ("HOLDS_MAX", 4), ("CHECKS_MAX", 2)):
        monkeypatch.setattr(module, name, bound)
    for number in range(9):
        booth.hear(NOON_MS + 30_000, hold_in(7)[:-9] + f"{number}" + hold_in(7)[-8:])
    assert 2 == booth.at(500)
    assert 4 == len(booth.notices)
    booth.answer(RELEASED)
    assert 3 == len(booth.asked)


def test_a_hold_that_is_made_and_given_back_leaves_nothing(booth: Booth) -> None:
    """Many short lives do not add up: no entry waits for a hold that is gone."""
    for number in range(1000):
        hold = hold_in(number)
        booth.hear(NOON_MS + 600_000, hold)
        booth.hear(NOON_MS, hold, items=0)
    booth.at(0)
    assert 0 == len(booth.notices)
    assert WARN_MS < 600_000
    assert 0 == booth.at(600_000)
