"""What a section lends to holds of others, and a hold of what others have lent."""

from __future__ import annotations

from engine.commands import (
    BookHold,
    CancelOrder,
    GatherHold,
    GetGathering,
    HoldPlaces,
    HoldSeats,
    ReduceOrder,
    ReleaseHold,
    SettlePart,
    SwapHold,
    TakePart,
    WithParts,
)
from engine.decisions import Accepted, Decision, Read, Rejected
from engine.events import HoldPlaced, OrderBooked, Part, PartItem
from engine.state import FREE, HELD, SOLD
from tests.unit.section_world import World

ELSEWHERE = Part("gth_2", 8, "T", 3, (PartItem("T-A-1", "gold", "standard", 1000),))
TABLE = Part(
    "gth_3", 8, "T", 4, tuple(PartItem(f"T-X-{n}", "gold", "standard", 10, whole="T-X") for n in (1, 2))
)


def code(decision: Decision) -> str:
    """Why something was refused."""
    assert isinstance(decision, Rejected), decision
    return decision.refusal.code.value


def test_a_part_is_held_gets_less_is_sold_and_comes_back() -> None:
    """News of it may come twice and in any order."""
    world = World()
    take = TakePart("gth_1", 8, HoldSeats(("S-A-1", "S-A-2")))
    assert isinstance(world.ask("ann", take, "k"), Accepted)
    assert "hold_mismatch" == code(world.ask("ann", take, "other"))
    assert "seat_taken" == code(world.ask("bob", TakePart("gth_9", 8, HoldSeats(("S-A-1",)))))
    assert "scope_missing" == code(world.ask("ann", SettlePart("gth_1", (), False, 8, 1)))
    less = SettlePart("gth_1", ("S-A-1",), False, 8, 1)
    assert isinstance(world.ask("staff", less), Accepted)
    assert "hold_mismatch" == code(world.ask("staff", less))
    assert (HELD, FREE) == tuple(world.state.status[:2])
    assert isinstance(world.ask("staff", SettlePart("gth_1", ("S-A-1",), True, 8, 2)), Accepted)
    assert SOLD == world.state.status[0]
    world.audit()
    assert isinstance(world.ask("staff", SettlePart("gth_1", (), False, 8, 3)), Accepted)
    assert "not_found" == code(world.ask("staff", less))
    assert isinstance(world.ask("ann", TakePart("gth_4", 8, HoldPlaces("Floor", 2)), "p"), Accepted)
    world.audit()


def test_a_key_that_lent_something_is_no_answer_to_a_swap() -> None:
    """The swap of a hold with parts lends under its buyer's key; asked again, it leads to its gathering."""
    world = World()
    assert isinstance(world.ask("ann", TakePart("gth_1", 8, HoldSeats(("S-A-1",))), "k"), Accepted)
    again = world.ask("ann", SwapHold("hld_1", ("S-A-2",), ("S-A-1",)), "k")
    assert isinstance(again, Rejected)
    assert ("hold_mismatch", ("hld_1", "gth_1")) == (code(again), again.refusal.objects)
    assert again.record is None


def test_a_hold_of_parts_lives_like_any_other() -> None:
    """Gathered, reduced, sold, reduced once more, cancelled; who knows of no parts is told so."""
    world = World()
    assert "invalid" == code(world.ask("ann", GatherHold(())))
    placed = world.ask("ann", GatherHold((ELSEWHERE, TABLE)))
    assert isinstance(placed, Accepted)
    assert isinstance(placed.record.event, HoldPlaced)
    hold = placed.record.event.hold
    assert "hold_mismatch" == code(world.ask("ann", GatherHold((ELSEWHERE,))))
    assert "hold_mismatch" == code(world.ask("ann", ReleaseHold(hold, ("T-A-1",)), "r"))
    found = world.ask("staff", GetGathering("gth_3"))
    assert isinstance(found, Read)
    assert "not_found" == code(world.ask("ann", GetGathering("gth_3")))
    assert "invalid" == code(world.ask("ann", WithParts(ReleaseHold(hold, ("T-X-1",)))))
    assert "not_found" == code(world.ask("ann", WithParts(ReleaseHold(hold, ("NO-A-1",)))))
    assert isinstance(world.ask("ann", WithParts(ReleaseHold(hold, ("T-X",)))), Accepted)
    more = Part("gth_5", 9, "V", 5, (PartItem("V-A-1", "gold", "standard", 7),))
    assert isinstance(world.ask("ann", GatherHold((more,), hold)), Accepted)
    sold = world.ask("ann", WithParts(BookHold(hold)))
    assert isinstance(sold, Accepted)
    assert isinstance(sold.record.event, OrderBooked)
    order = sold.record.event.order
    assert "hold_mismatch" == code(world.ask("staff", ReduceOrder(order, ("V-A-1",))))
    assert isinstance(world.ask("staff", WithParts(ReduceOrder(order, ("V-A-1",)))), Accepted)
    assert "invalid" == code(world.ask("staff", WithParts(ReduceOrder(order, ("T-A-1",)))))
    world.audit()
    assert isinstance(world.ask("ann", WithParts(CancelOrder(order))), Accepted)
    assert {} == world.state.gathered
    world.audit()
