from __future__ import annotations

from collections import Counter

from bench.habits import CrowdOptions, Habit, Person, draw_people
from bench.ledger import Ledger
from protocol.replies import HoldReply, Item, Money, OrderReply

PRICE = Money("1.00", "EUR")
NOW_S = 1_767_225_600.0
LATER = "2026-01-01T00:10:00.000Z"
"""Ten minutes after `NOW_S`."""
MUCH_LATER = "2026-01-01T00:30:00.000Z"


def _ledger(now_s: float = NOW_S, capacity: int = 10) -> Ledger:
    return Ledger(capacity, {"FLOOR": 3}, lambda: 1.0, lambda: now_s)


def _item(seat: str, qty: int = 1) -> Item:
    return Item(seat, "A", "c", "standard", PRICE, qty)


def _hold(name: str, *seats: str, until: str = LATER) -> HoldReply:
    return HoldReply(name, tuple(_item(seat) for seat in seats), PRICE, until, 10, ("e", 1))


def _order(*items: Item) -> OrderReply:
    return OrderReply("ord_1", "confirmed", PRICE, tickets=items)


def _people(seed: int, areas: tuple[str, ...] = ("FLOOR",), count: int = 2_000) -> list[Person]:
    return draw_people(count, CrowdOptions(seed=seed), ("A", "B"), areas)


def test_the_same_seed_draws_the_same_crowd() -> None:
    """A run can be repeated; another seed is another crowd."""
    assert _people(7) == _people(7)
    assert _people(7) != _people(8)


def test_habits_come_by_their_weights_and_half_of_the_crowd_early() -> None:
    """A quarter of the time sees half of the arrivals."""
    people = _people(1)
    shares = Counter(person.habit for person in people)
    assert 400 < shares[Habit.NAMED] < 600
    assert 1_100 < shares[Habit.BEST_TWO] < 1_300
    early = sum(person.arrives_s < 1.25 for person in people)
    assert 900 < early < 1_100


def test_a_house_without_areas_gets_nobody_who_wants_one() -> None:
    """And one without numbered seats only such buyers."""
    assert Habit.GENERAL not in {person.habit for person in _people(1, areas=())}
    standing = draw_people(50, CrowdOptions(), (), ("FLOOR",))
    assert {Habit.GENERAL} == {person.habit for person in standing}


def test_a_seat_acknowledged_to_two_live_holds_is_a_breach() -> None:
    """Before the first one's deadline."""
    ledger = _ledger()
    ledger.held(1, _hold("hld_1", "A-1"), 1)
    ledger.held(2, _hold("hld_2", "A-1"), 1)
    assert ["A-1 was acknowledged to 2 while 1 held it"] == ledger.breaches


def test_a_seat_may_be_anybodys_after_a_release_or_an_expiry() -> None:
    """Also when the release's reply has not come yet."""
    released, expired = _ledger(), _ledger(now_s=NOW_S + 601)
    released.held(1, _hold("hld_1", "A-1"), 1)
    released.releasing("hld_1")
    expired.held(1, _hold("hld_1", "A-1"), 1)
    for ledger in (released, expired):
        ledger.held(2, _hold("hld_2", "A-1"), 1)
        assert [] == ledger.breaches


def test_a_checkout_that_comes_too_late_proves_nothing() -> None:
    """Whether the hold was pinned before its deadline is known only once the order is answered."""
    moments = iter((NOW_S, NOW_S + 601))
    ledger = Ledger(10, {}, lambda: 1.0, lambda: next(moments))
    ledger.held(1, _hold("hld_1", "A-1"), 1)
    ledger.held(2, _hold("hld_2", "A-1", until=MUCH_LATER), 1)
    assert [] == ledger.breaches
    ledger.booked(1, _order(_item("A-1")))
    assert ["A-1 was sold to 1 while 2 held it"] == ledger.breaches


def test_an_acknowledgement_that_comes_after_its_deadline_proves_nothing() -> None:
    """The seat may be somebody else's by then, and sold."""
    held, sold = _ledger(now_s=NOW_S + 601), _ledger(now_s=NOW_S + 601)
    for ledger in (held, sold):
        ledger.held(2, _hold("hld_2", "A-1", until=MUCH_LATER), 1)
    sold.booked(2, _order(_item("A-1")))
    for ledger in (held, sold):
        ledger.held(1, _hold("hld_1", "A-1"), 1)
        assert [] == ledger.breaches


def test_a_seat_sold_twice_and_a_hold_of_a_sold_seat_are_breaches() -> None:
    """Oversell, seen by the buyers."""
    ledger = _ledger()
    ledger.held(1, _hold("hld_1", "A-1"), 1)
    ledger.booked(1, _order(_item("A-1")))
    ledger.booked(1, _order(_item("A-1")))
    ledger.held(2, _hold("hld_2", "A-1"), 1)
    assert "A-1 was sold twice" in ledger.breaches
    assert "A-1 was acknowledged to 2 after it was sold" in ledger.breaches


def test_an_area_sold_beyond_its_places_is_a_breach() -> None:
    """Places have no names, so they are counted."""
    ledger = _ledger()
    ledger.booked(1, _order(_item("FLOOR", 2)))
    assert [] == ledger.breaches
    ledger.booked(2, _order(_item("FLOOR", 2)))
    assert ["FLOOR was sold beyond its 3 places"] == ledger.breaches


def test_fewer_seats_than_asked_for_and_another_outcome_under_one_key_are_breaches() -> None:
    """All or none, and the first outcome again."""
    ledger = _ledger()
    ledger.held(1, _hold("hld_1", "A-1"), 2)
    ledger.same_outcome(1, _hold("hld_1", "A-1"), _hold("hld_2", "A-2"))
    assert 2 == len(ledger.breaches)


def test_the_first_hold_has_its_moment() -> None:
    """Later ones do not change it."""
    times = iter([2.5, 7.0])
    ledger = Ledger(3, {}, lambda: next(times))
    assert ledger.first_hold_s is None
    ledger.held(1, _hold("hld_1", "A-1"), 1)
    ledger.held(2, _hold("hld_2", "A-2"), 1)
    assert 2.5 == ledger.first_hold_s


def test_the_sale_is_over_with_its_last_place() -> None:
    """And the moment is kept."""
    ledger = _ledger(capacity=3)
    ledger.booked(1, _order(_item("A-1"), _item("A-2")))
    assert not ledger.over
    ledger.booked(2, _order(_item("FLOOR")))
    assert (True, 1.0, 3) == (ledger.over, ledger.sold_out_s, ledger.sold)
