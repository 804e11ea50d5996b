"""What is offered instead of seats that are gone, and what the strict orphan rule offers."""

from __future__ import annotations

from msgspec.structs import replace

from engine.commands import HoldSeats
from engine.decisions import Rejected
from engine.plan import Plan, Point, Row, Section, Table
from engine.refusals import Code, Refusal
from engine.terms import Terms
from tests.unit.section_world import PLAN, TERMS, World, chairs

HALL = Plan(
    "Hall",
    PLAN.categories,
    (
        Section(
            "S",
            (
                Row("A", chairs(1, "gold", 6)),
                Row("B", chairs(2, "silver", 6)),
                Row("C", chairs(3, "gold", 6)),
            ),
            focal=Point(3.5, 0),
        ),
    ),
)
STRICT = Terms(sale="open", orphan_rule="strict")


def refused(world: World, *labels: str, who: str = "late") -> Refusal:
    """How a late comer is refused."""
    decision = world.ask(who, HoldSeats(tuple(f"S-{label}" for label in labels)))
    assert isinstance(decision, Rejected)
    return decision.refusal


def offered(world: World, *labels: str, who: str = "late") -> list[list[str]]:
    """What a late comer is offered."""
    told = refused(world, *labels, who=who).alternatives
    return [[label.removeprefix("S-") for label in each] for each in told]


def test_neighbours_of_the_same_category_come_first() -> None:
    """As many as were asked for, together, nearest first, other categories last."""
    world = World(HALL, Terms(sale="open"))
    world.play("ann hold A-3 -> placed A-3")
    assert [["A-2"], ["A-4"], ["C-2"]] == offered(world, "A-3")
    assert [["A-4", "A-5"], ["A-1", "A-2"], ["C-2", "C-3"]] == offered(world, "A-3", "A-4")


def test_a_herd_of_losers_is_not_sent_to_the_same_seats() -> None:
    """Each is offered one of the nearest three, one of the next and one of the last, and again the same."""
    rows = tuple(Row(str(row), chairs(row, "gold", 20)) for row in range(1, 10))
    world = World(Plan("Wide", PLAN.categories, (Section("S", rows),)), Terms(sale="open"))
    world.play("ann hold 5-10 -> placed 5-10")
    herd = [f"late-{number}" for number in range(60)]
    told = {who: offered(world, "5-10", who=who) for who in herd}
    assert {3} == {len(each) for each in told.values()}
    firsts, seconds, thirds = ({each[at][0] for each in told.values()} for at in range(3))
    assert [3, 3, 3] == [len(firsts), len(seconds), len(thirds)]
    assert 9 == len(firsts | seconds | thirds)
    assert {"5-9", "5-11"} < firsts
    assert told == {who: offered(world, "5-10", who=who) for who in herd}


def test_other_categories_are_better_than_nothing() -> None:
    """When the own category has nothing left others are offered."""
    world = World(HALL, Terms(sale="open"))
    gold = " ".join(f"{row}-{seat}" for row in "AC" for seat in range(1, 7))
    world.play(f"staff hold {gold} -> placed {gold}")
    assert [["B-3"], ["B-2"]] == offered(world, "A-3")


def test_far_away_is_better_than_nothing() -> None:
    """With nothing free around, the best that is left anywhere is offered; then nothing."""
    rows = tuple(Row(str(row), chairs(row, "gold", 2)) for row in range(1, 30))
    world = World(Plan("Deep", PLAN.categories, (Section("S", rows),)), Terms(sale="open"))
    taken = " ".join(f"{row}-{seat}" for row in range(1, 29) for seat in (1, 2))
    world.play(f"staff hold {taken} -> placed {taken}")
    assert [["29-1", "29-2"]] == offered(world, "1-1", "1-2")
    world.play("staff hold 29-1 -> placed 29-1")
    assert [] == offered(world, "1-1", "1-2")


def test_tables_are_offered_whole_or_by_the_chair() -> None:
    """A table sold whole is offered by its label, and only to a party of its size."""
    tables = (
        Table("T1", chairs(1, "gold", 4), sell="whole"),
        Table("T2", chairs(2, "gold", 4), sell="whole"),
        Table("T3", chairs(3, "gold", 4)),
    )
    world = World(Plan("Tables", PLAN.categories, (Section("S", (), tables),)), Terms(sale="open"))
    world.play("staff hold T1 -> placed T1-1 T1-2 T1-3 T1-4")
    assert [["T2"], ["T3-1", "T3-2", "T3-3", "T3-4"]] == offered(world, "T1")
    world.play("staff hold T3-1 -> placed T3-1")
    assert [["T3-2"]] == offered(world, "T3-1")


def test_more_than_a_hold_may_have_is_not_searched_for() -> None:
    """There is no point in offering what would be refused."""
    world = World(HALL, replace(TERMS, orphan_rule="off"))
    world.play("ann hold A-1 -> placed A-1")
    assert [
        ["A-2", "A-3", "A-4", "A-5"],
        ["C-1", "C-2", "C-3", "C-4"],
        ["B-1", "B-2", "B-3", "B-4"],
    ] == offered(world, "A-1", "A-2", "A-3", "A-4")
    assert [] == offered(world, "A-1", "A-2", "A-3", "A-4", "A-5")


def test_strict_rule_refuses_to_leave_a_single_seat() -> None:
    """The refusal names who would be left alone, and offers the best choice that leaves none."""
    world = World(HALL, STRICT)
    refusal = refused(world, "A-2", "A-3")
    assert (Code.ORPHAN_RULE, ("S-A-1",)) == (refusal.code, refusal.objects)
    assert (("S-A-3", "S-A-4"),) == refusal.alternatives
    world.play("ann hold A-1 A-2 -> placed A-1 A-2\nann hold A-5 A-6 as h -> placed A-5 A-6")
    world.play("bob hold A-3 -> orphan_rule A-4")
    world.play("bob hold A-3 A-4 -> placed A-3 A-4")


def test_strict_rule_never_costs_a_booking_when_nothing_else_fits() -> None:
    """In a row of three a pair must leave one alone: it is sold all the same."""
    row = Plan("Row", PLAN.categories, (Section("S", (Row("A", chairs(1, "gold", 3)),)),))
    world = World(row, STRICT)
    world.play("ann hold A-2 A-3 -> placed A-2 A-3")


def test_strict_rule_counts_what_a_swap_gives_back() -> None:
    """A seat beside one that is given back is not alone."""
    world = World(HALL, STRICT)
    world.play("ann hold A-1 A-2 as h -> placed A-1 A-2")
    world.play("ann swap h A-1 for A-4 -> orphan_rule A-3")
    world.play("ann swap h A-2 for A-4 -> changed A-1 A-4")


def test_strict_rule_offers_a_whole_table_by_its_label() -> None:
    """What is offered can be asked for as it is."""
    section = Section(
        "S",
        (Row("A", chairs(9, "gold", 3)),),
        (Table("T", chairs(1, "gold", 2), sell="whole"),),
        focal=Point(1, 0),
    )
    refusal = refused(World(Plan("P", PLAN.categories, (section,)), STRICT), "A-1", "A-2")
    assert (("S-T",),) == refusal.alternatives
