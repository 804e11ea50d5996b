"""What gateways are told of entries."""

from __future__ import annotations

import msgspec

from engine.decisions import Accepted, Read, Replayed
from engine.ids import derived_body, id_body, stream_of
from engine.rendering import render_event, render_read
from engine.views import Acknowledged, HoldView, Money
from engine.waitlist.standing import Standing
from engine.waitlist.views import EntriesView, EntryView
from engine.waitlist.wish import Wish
from tests.unit.section_world import START_MS, World
from tests.unit.story_commands import command_of
from tests.unit.test_scenarios_waitlist import full_world


def seen(world: World, line: str) -> msgspec.Struct:
    """What the caller of a line is told."""
    who, verb, *rest = line.split()
    options = dict(word.split("=", 1) for word in rest if "=" in word)
    objects = [word for word in rest if "=" not in word]
    command = command_of(verb, objects, options, world.names, world.label)
    decision = world.ask(who, command, options.get("key"))
    state = world.state
    if isinstance(decision, Read):
        return render_read(state.layout, state.terms, decision.found, state.seq, "ep")
    assert isinstance(decision, Accepted | Replayed)
    event = decision.record.event if isinstance(decision, Accepted) else decision.outcome.event
    return render_event(state.layout, state.terms, event, state.seq, "ep")


def entry(view: msgspec.Struct) -> EntryView:
    """It is one."""
    assert isinstance(view, EntryView)
    return view


def test_an_entry_from_joining_to_its_end() -> None:
    """Its place, its offer with seats and price, and how it ended; the same for the same key."""
    world = full_world()
    joined = entry(seen(world, "ann join 2 categories=silver key=k"))
    assert (0, Wish(2, ("silver",)), (7,), START_MS) == (
        joined.ahead,
        joined.wish,
        joined.streams,
        joined.joined_ms,
    )
    assert joined.entry == entry(seen(world, "ann join 2 categories=silver key=k")).entry
    world.names["a"] = joined.entry
    world.tell(["staff", "release", "rowb", "B-1", "B-2"])
    mine = entry(seen(world, "ann mine"))
    assert mine.offered is not None
    assert (Standing.OFFERED, ["S-B-1", "S-B-2"], Money("12.00", "EUR")) == (
        mine.standing,
        [item.seat for item in mine.offered.items],
        mine.offered.total,
    )
    accepted = entry(seen(world, "ann accept a"))
    assert accepted.offered is not None
    assert (mine.hold, mine.offered.items) == (accepted.hold, accepted.offered.items)
    ended = entry(seen(world, "ann mine"))
    assert (Standing.ACCEPTED, None) == (ended.standing, ended.ahead)
    hold = seen(world, f"ann see {mine.hold}")
    assert isinstance(hold, HoldView)
    assert hold.items == accepted.offered.items
    released = seen(world, f"ann release {mine.hold}")
    assert isinstance(released, HoldView)
    assert () == released.items


def test_lists_for_staff_and_gateways() -> None:
    """In their order, with who moved whom."""
    world = full_world()
    for name in ("ann", "bob"):
        world.tell([name, "join", "1", "as", name[0]])
    moved = entry(seen(world, "staff move b before=a why=ill"))
    assert 0 == moved.ahead
    page = seen(world, "staff line 1")
    assert isinstance(page, EntriesView)
    assert ([world.names["b"]], False) == ([each.entry for each in page.entries], page.whole)
    assert page.entries[0].moved is not None
    assert ("staff", "ill") == (page.entries[0].moved.by, page.entries[0].moved.why)
    left = entry(seen(world, "ann leave a"))
    assert Standing.LEFT == left.standing
    listed = seen(world, "system list wtl_9 1 owner=dan rank=9")
    assert Acknowledged("S", ("ep", world.state.seq)) == listed


def test_further_ids_follow_from_one() -> None:
    """Each another one of the same time and stream."""
    body = id_body(START_MS, 77, 7)
    further = [derived_body(body, number) for number in range(100)]
    assert 100 == len({*further, body} - {body})
    assert {7} == {stream_of(f"hld_{each}", "hld") for each in further}
    assert all(each[:12] == body[:12] for each in further)
