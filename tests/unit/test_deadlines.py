"""When the next hold ends, and which have ended."""

from __future__ import annotations

from engine.state import due_holds, next_deadline
from tests.unit.section_world import START_MS, World


def test_the_next_deadline_is_that_of_a_live_hold() -> None:
    """What a renewal, a payment or an ending left behind is not taken for one."""
    world = World()
    assert next_deadline(world.state) is None
    world.play("ann hold A-1 as a -> placed A-1\n+1000\nbob hold A-2 as b -> placed A-2")
    assert START_MS + 600_000 == next_deadline(world.state)
    world.play("+1000\nann extend a -> changed A-1")
    assert START_MS + 601_000 == next_deadline(world.state)
    world.play("bob pin b -> pinned 1000")
    assert START_MS + 602_000 == next_deadline(world.state)
    world.play("ann release a -> released")
    assert START_MS + 902_000 == next_deadline(world.state)


def test_those_that_have_ended_are_told_earliest_first() -> None:
    """Those that end in this very millisecond among them; to ask changes nothing."""
    world = World()
    world.play("ann hold A-1 as a -> placed A-1\n+1000\nbob hold A-2 as b -> placed A-2")
    a, b = world.names["a"], world.names["b"]
    assert [] == due_holds(world.state, START_MS + 599_999)
    assert [a] == due_holds(world.state, START_MS + 600_000)
    assert [a, b] == due_holds(world.state, START_MS + 601_000) == due_holds(world.state, START_MS + 601_000)
    world.play("+1000\nann extend a -> changed A-1")
    assert [b, a] == due_holds(world.state, START_MS + 602_000)
