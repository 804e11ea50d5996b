"""Best available against a reference that looks at everything and remembers nothing."""

from __future__ import annotations

from itertools import combinations, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from engine.best import best_available
from engine.commands import HoldBest, HoldSeats, Request
from engine.decisions import Accepted, Rejected
from engine.orphans import singles_left
from engine.plan import Plan, Point, Row, Section, Table
from engine.refusals import Code
from engine.state import BLOCKED, FREE, SOLD, SectionState
from engine.terms import DEFAULT_TYPE, OrphanRule, Terms
from tests.unit.section_world import PLAN, TERMS, World, chairs

SEATS = 21
CHANNELS = ("vip",)


def takeable(state: SectionState, seat: int, command: HoldBest, channels: tuple[str, ...]) -> bool:
    """Whether one seat suits the request, from the truth alone."""
    layout = state.layout
    category = layout.category_of[seat]
    price = state.price_of(category, command.types.get(category, DEFAULT_TYPE))
    channel = state.seat_channel[seat]
    return (
        state.status[seat] == FREE
        and not state.seat_off_sale[seat]
        and (channel is None or channel in channels)
        and (not command.categories or category in command.categories)
        and (command.accessible is None or layout.accessible[seat] is command.accessible)
        and price is not None
        and (command.max_price is None or price <= command.max_price)
    )


def windows(state: SectionState, command: HoldBest, channels: tuple[str, ...]) -> list[list[int]]:
    """All adjacent choices, best first."""
    layout = state.layout
    found: list[tuple[int, int, int]] = []
    for run in layout.runs:
        for first in range(run.first, run.stop - command.qty + 1):
            seats = range(first, first + command.qty)
            whole = run.whole is None or run.stop - run.first == command.qty
            if whole and all(takeable(state, seat, command, channels) for seat in seats):
                wheelchairs = sum(layout.accessible[seat] for seat in seats)
                found.append((wheelchairs, sum(layout.distance[seat] for seat in seats), first))
    return [list(range(first, first + command.qty)) for _, _, first in sorted(found)]


def best_by_hand(state: SectionState, command: HoldBest, channels: tuple[str, ...]) -> list[int] | None:
    """The adjacent choice that must be made."""
    found = windows(state, command, channels)
    if state.terms.orphan_rule != "off":
        found = [each for each in found if not singles_left(state, each)] or found
    return found[0] if found else None


def pieces(state: SectionState, seats: list[int]) -> int:
    """How many separate stretches some seats make up."""
    ordered = sorted(seats)
    run_of = state.layout.run_of
    joined = sum(1 for one, other in pairwise(ordered) if other == one + 1 and run_of[one] == run_of[other])
    return len(ordered) - joined


requests = st.builds(
    HoldBest,
    qty=st.integers(1, 5),
    categories=st.sampled_from([(), ("gold",), ("silver", "free"), ("wheel",)]),
    adjacent=st.booleans(),
    accessible=st.sampled_from([None, True, False]),
    max_price=st.sampled_from([None, 0, 600]),
    types=st.sampled_from([{}, {"gold": "child"}]),
)
questions = st.lists(st.tuples(st.sampled_from([(), CHANNELS]), requests), min_size=1, max_size=3)
changes = st.lists(
    st.tuples(
        st.sampled_from(["flip", "flip", "flip", "flag", "channel"]),
        # Mostly in one row, so that seats come and go around each other.
        st.one_of(st.integers(0, 5), st.integers(0, SEATS - 1)),
    ),
    max_size=40,
)


def change(state: SectionState, what: str, seat: int) -> None:
    """Change a seat as evolve would."""
    if what == "flip":
        state.set_status(seat, FREE if state.status[seat] else SOLD)
        return
    if what == "flag":
        state.seat_off_sale[seat] = not state.seat_off_sale[seat]
    else:
        state.seat_channel[seat] = "vip" if state.seat_channel[seat] is None else None
    state.channels_used = frozenset(filter(None, state.seat_channel))
    state.refresh(seat)


@settings(max_examples=200, deadline=None)
@given(
    rule=st.sampled_from(["off", "best", "strict"]),
    sold=st.sets(st.integers(0, SEATS - 1)),
    asked=questions,
    story=changes,
)
def test_low_water_marks_change_no_choice(
    rule: OrphanRule,
    sold: set[int],
    asked: list[tuple[tuple[str, ...], HoldBest]],
    story: list[tuple[str, int]],
) -> None:
    """Whatever happened before, the choice is the one a search of everything would make."""
    state = World(PLAN, Terms(prices=TERMS.prices, orphan_rule=rule)).state
    assert SEATS == state.layout.seat_count
    for seat in sold:
        state.set_status(seat, SOLD)
    for what, seat in story:
        change(state, what, seat)
        for channels, command in asked:
            actual = best_available(state, Request("ann", command, channels=channels), command)
            expected = best_by_hand(state, command, channels)
            if expected is not None or command.adjacent:
                assert expected == actual
            else:
                check_scattered(state, command, channels, actual)


def check_scattered(
    state: SectionState, command: HoldBest, channels: tuple[str, ...], actual: list[int] | None
) -> None:
    """Apart: refused only when too few seats are left, and never in more pieces than needed."""
    usable = [
        seat
        for seat in range(state.layout.seat_count)
        if state.layout.whole_of[seat] is None and takeable(state, seat, command, channels)
    ]
    if actual is None:
        assert len(usable) < command.qty
        return
    assert command.qty == len(set(actual)) == len(actual)
    assert set(actual) <= set(usable)
    fewest = min(pieces(state, list(choice)) for choice in combinations(usable, command.qty))
    assert fewest == pieces(state, actual)


ROW = Plan("Row", PLAN.categories, (Section("S", (Row("1", chairs(1, "gold", 9)),), focal=Point(5, 0)),))


@settings(max_examples=200, deadline=None)
@given(
    qty=st.integers(1, 3),
    sold=st.sets(st.integers(0, 8)),
    story=st.lists(st.integers(0, 8), max_size=30),
)
def test_marks_follow_what_happens_beside_a_window(qty: int, sold: set[int], story: list[int]) -> None:
    """A choice that would have left a single seat is made as soon as it leaves none."""
    state = World(ROW, Terms(sale="open")).state
    command = HoldBest(qty)
    for seat in (*sold, *story):
        change(state, "flip", seat)
        actual = best_available(state, Request("ann", command), command)
        assert best_by_hand(state, command, ()) == actual


HALL = Plan(
    name="Hall",
    categories=PLAN.categories,
    sections=(
        Section("H", tuple(Row(str(row), chairs(row, "gold", 7)) for row in range(1, 9)), focal=Point(4, 0)),
    ),
)


@pytest.mark.parametrize("rule", ["off", "best", "strict"])
def test_a_crowd_sells_a_house_to_its_last_pair(rule: OrphanRule) -> None:
    """Asking for two, nobody is refused while two adjacent seats are free."""
    world = World(HALL, Terms(sale="open", orphan_rule=rule))
    for buyer in range(100):
        pairs = windows(world.state, HoldBest(2), ())
        decision = world.ask(f"buyer{buyer}", HoldBest(2))
        if isinstance(decision, Rejected):
            assert Code.BEST_AVAILABLE_NOT_FOUND == decision.refusal.code
            assert [] == pairs
            break
        assert pairs
    world.audit()
    assert 8 * 3 == len(world.state.holds)


def test_a_row_of_two_categories_is_chosen_from_by_category() -> None:
    """Of a row that is gold on the left and silver on the right, each request gets its own part."""
    seats = chairs(1, "gold", 6)
    row = seats[:3] + tuple(replace(seat, category="silver") for seat in seats[3:])
    world = World(Plan("Mixed", PLAN.categories, (Section("S", (Row("A", row),)),)), Terms(sale="open"))
    world.play(
        """
        ann best 4 categories=gold        -> best_available_not_found
        ann best 2 categories=silver      -> placed A-5 A-6
        ann best 2 categories=silver      -> best_available_not_found
        ann best 2 categories=gold,silver -> placed A-3 A-4
        """
    )


def test_a_whole_table_is_no_part_of_a_scattered_choice() -> None:
    """A table that sells only whole goes to a party of its size, even when others must be refused."""
    rows = (Row("A", chairs(1, "gold", 1)), Row("B", chairs(2, "gold", 1)))
    section = Section("S", rows, (Table("T", chairs(3, "gold", 2), sell="whole"),))
    world = World(Plan("P", PLAN.categories, (section,)), Terms(sale="open"))
    world.play(
        """
        ann best 3 adjacent=no           -> best_available_not_found
        ann best 2 adjacent=no           -> placed T-1 T-2
        bob best 2 adjacent=yes          -> best_available_not_found
        bob best 2 adjacent=no           -> placed A-1 B-1
        """
    )


def test_orphans_are_avoided_but_never_cost_a_booking() -> None:
    """In a row of four two are taken from an end though the middle is nearer; the rest is sold too."""
    world = World(
        Plan("Row", PLAN.categories, (Section("S", (Row("4", chairs(1, "gold", 4)),), focal=Point(2.5, 0)),)),
        Terms(sale="open"),
    )
    world.play("""
        ann best 2                       -> placed 4-1 4-2
        bob hold 4-4                     -> placed 4-4
        cat best 1                       -> placed 4-3
        cat best 1                       -> best_available_not_found
        ann hold 4-1                     -> seat_taken 4-1
    """)


def test_after_many_changes_the_marks_start_over(monkeypatch: pytest.MonkeyPatch) -> None:
    """Marks that missed more changes than they follow one by one start over, and miss nothing."""
    monkeypatch.setattr("engine.availability._CATCH_UP_MAX", 5)
    state = World(HALL, Terms(sale="open")).state
    command = HoldBest(2)
    for seat in range(state.layout.seat_count):
        state.set_status(seat, BLOCKED)
    assert best_available(state, Request("ann", command), command) is None
    state.set_status(0, FREE)
    state.set_status(1, FREE)
    for _ in range(3):
        state.set_status(20, FREE)
        state.set_status(20, BLOCKED)
    assert [0, 1] == best_available(state, Request("ann", command), command)


def test_a_log_that_was_cut_makes_the_marks_start_over(monkeypatch: pytest.MonkeyPatch) -> None:
    """A mark that slept through more changes than the log keeps is not trusted."""
    monkeypatch.setattr("engine.availability._LOG_MAX", 3)
    command = HoldBest(2)
    state = World(HALL, Terms(sale="open")).state
    taken = best_available(state, Request("ann", command), command)
    assert taken is not None
    for seat in taken:
        state.set_status(seat, SOLD)
    assert taken != best_available(state, Request("ann", command), command)
    for seat in taken:
        state.set_status(seat, FREE)
    for _ in range(2):
        state.set_status(SEATS, SOLD)
        state.set_status(SEATS, FREE)
    assert taken == best_available(state, Request("ann", command), command)


def test_only_so_many_questions_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    """Marks of rare questions give way, and the answers stay right."""
    monkeypatch.setattr("engine.availability._LADDERS_MAX", 2)
    state = World(HALL, Terms(sale="open", orphan_rule="off")).state
    for qty in (1, 2, 3, 1, 2, 3):
        command = HoldBest(qty)
        expected = best_by_hand(state, command, ())
        assert expected == best_available(state, Request("ann", command), command)


def test_the_order_of_two_takers_does_not_matter_to_the_rule() -> None:
    """Named seats and best available share one truth: what one takes the other does not get."""
    world = World(HALL, Terms(sale="open"))
    first = world.ask("ann", HoldBest(2))
    assert isinstance(first, Accepted)
    seats = [item.seat for item in first.record.event.seats]  # type: ignore[union-attr]  # it is a hold
    second = world.ask("bob", HoldSeats((world.layout.labels[seats[0]],)))
    assert isinstance(second, Rejected)
    assert Code.SEAT_TAKEN == second.refusal.code
