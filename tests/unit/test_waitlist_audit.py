"""Each numbered invariant of the waitlist is broken once, and the audit says which."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from msgspec.structs import replace

from engine.events import AnyEvent, HoldReleased, Record
from engine.invariants import check
from engine.replay import replay
from engine.snapshot import capture, digest, encode, restore
from engine.state import SectionState
from engine.waitlist.events import (
    EntryEnded,
    EntryJoined,
    EntryListed,
    EntryMoved,
    OfferAccepted,
    OfferClaimed,
    OfferConfirmed,
    OfferMade,
    OfferReturned,
)
from engine.waitlist.standing import Standing
from engine.waitlist.waitlist import PAST_MAX, Waitlist
from engine.waitlist.wish import Wish
from tests.unit.section_world import TERMS, World
from tests.unit.test_scenarios_waitlist import full_world

STORY = """
    ann join 2 as a                  -> wait_joined @0
    bob join 1 as b                  -> wait_joined @1
    staff release rowb B-1           -> changed B-2 B-3 B-4 B-5 B-6 offers bob B-1
    cat join 1 streams=8 as c        -> wait_joined @1
    system claim c 8 hld_8           -> wait_claimed
"""


def waiting() -> World:
    """Ann waits, Bob has an offer, Cat one in another section."""
    world = full_world()
    world.play(STORY)
    return world


def change(state: SectionState, entry: str, **fields: object) -> None:
    """Alter an entry behind the section's back."""
    state.waitlist.put(replace(state.waitlist.parties[entry], **fields))


def lose_the_hold(world: World) -> None:
    """Lose the hold."""
    del world.state.holds[world.names["bob's"]]


def pin_the_hold(world: World) -> None:
    """Pin the hold."""
    hold = world.names["bob's"]
    world.state.holds[hold] = replace(world.state.holds[hold], order="ord_1")


def give_the_hold_away(world: World) -> None:
    """Give the hold away."""
    hold = world.names["bob's"]
    world.state.holds[hold] = replace(world.state.holds[hold], owner="dan")


def offer_twice(world: World) -> None:
    """Offer twice."""
    change(world.state, world.names["a"], standing=Standing.OFFERED, hold=world.names["bob's"])


def let_somebody_wait_twice(world: World) -> None:
    """Let somebody wait twice."""
    world.state.waitlist.parties["wtl_9"] = replace(
        world.state.waitlist.parties[world.names["a"]], entry="wtl_9", rank=1
    )


def share_a_rank(world: World) -> None:
    """Share a rank."""
    change(world.state, world.names["c"], rank=world.state.waitlist.parties[world.names["a"]].rank)


def keep_a_seat_from_those_who_wait(world: World) -> None:
    """Keep a seat from those who wait."""
    change(world.state, world.names["a"], wish=Wish(1))
    world.tell(["staff", "block", "A-1"])
    world.state.set_status(0, 0)


def miscount(world: World) -> None:
    """Miscount."""
    world.state.waitlist.in_line.pop()


def forget_where_the_offer_is(world: World) -> None:
    """Forget where the offer is."""
    change(world.state, world.names["c"], elsewhere=0)


def wait_with_a_hold(world: World) -> None:
    """Wait with a hold."""
    change(world.state, world.names["c"], standing=Standing.WAITING, elsewhere=0)


@pytest.mark.parametrize(
    ("number", "spoil"),
    [
        ("W1", lose_the_hold),
        ("W1", pin_the_hold),
        ("W1", give_the_hold_away),
        ("W1", offer_twice),
        ("W2", let_somebody_wait_twice),
        ("W3", share_a_rank),
        ("W4", keep_a_seat_from_those_who_wait),
        ("W5", miscount),
        ("W6", forget_where_the_offer_is),
        ("W6", wait_with_a_hold),
    ],
)
def test_each_invariant_is_missed_when_it_is_broken(number: str, spoil: Callable[[World], None]) -> None:
    """And not before."""
    world = waiting()
    assert [] == check(world.state)
    spoil(world)
    assert number in [breach.invariant for breach in check(world.state)]


JOINED = EntryJoined("wtl_9", Wish(9), 9 << 32, 0, (7,), True, 1)
OFFER = OfferMade("wtl_9", "hld_1", (), (), 1)


@pytest.mark.parametrize(
    ("number", "event"),
    [
        ("W2", JOINED),
        ("W2", replace(JOINED, entry="a")),
        ("W2", EntryListed("wtl_9", "ann", 1, Wish(9), 1)),
        ("W3", EntryMoved("wtl_9", 1, 0, "why")),
        ("W3", EntryMoved("a", 1, 0, "")),
        ("W1", EntryEnded("wtl_9", Standing.LEFT)),
        ("W6", OfferClaimed("b", 8, "hld_1")),
        ("W6", OfferReturned("a")),
        ("W6", OfferConfirmed("b", "bob's", 1)),
        ("W1", OfferAccepted("b", "hld_1", (), (), 1, 1)),
        ("W6", OfferAccepted("a", "hld_1", (), (), 1, 1)),
    ],
)
def test_a_step_that_is_not_allowed_is_found(number: str, event: AnyEvent) -> None:
    """By the replay, which ends before it."""
    world = waiting()
    names = {name: world.names[name] for name in ("a", "b", "bob's")}
    if isinstance(event, EntryJoined | EntryMoved | OfferAccepted | OfferClaimed | OfferReturned):
        event = replace(event, entry=names.get(event.entry, event.entry))
    if isinstance(event, OfferConfirmed):
        event = replace(event, entry=names["b"], hold=names["bob's"])
    assert number in broken(world, Record(world.now_ms, "ann", event))


def test_offers_that_cannot_be_are_found() -> None:
    """To nobody who waits, and of a hold that is there already."""
    world = waiting()
    given = HoldReleased(world.names["pit"], world.now_ms)
    known = replace(OFFER, entry=world.names["a"], hold=world.names["floor"])
    assert ["W1"] == broken(world, Record(world.now_ms, "staff", given, offers=(OFFER,)))
    assert ["W1"] == broken(world, Record(world.now_ms, "staff", given, offers=(known,)))


def broken(world: World, record: Record) -> list[str]:
    """What is broken by one more record."""
    _, breaches = replay(world.layout, [*world.records(), (world.state.seq + 1, record)])
    return [breach.invariant for breach in breaches]


def test_what_ended_is_forgotten_after_its_time() -> None:
    """By the time of records, as keys are; the newest ones stay however many they are."""
    world = waiting()
    world.play("ann leave a -> wait_ended left")
    world.now_ms += TERMS.limits.idempotency_ttl_ms + 1
    world.tell(["system", "expire"])
    assert {"ann", "bob"} & {past.owner for past in world.state.waitlist.past.values()} == {"bob"}
    waitlist = Waitlist()
    for number in range(PAST_MAX + 1):
        waitlist.parties.clear()
        world.state.waitlist = waitlist
        waitlist.fill([replace(JOINED_PARTY, entry=f"wtl_{number}", owner=f"{number}")], (), 1)
        waitlist.end(f"wtl_{number}", Standing.LEFT, 1)
    assert PAST_MAX == len(waitlist.past)
    assert "wtl_0" not in waitlist.past


def test_who_ended_twice_has_the_newer_of_both() -> None:
    """An older entry that waits again takes nothing from the newer."""
    waitlist = Waitlist()
    for entry in ("wtl_1", "wtl_2"):
        waitlist.put(replace(JOINED_PARTY, entry=entry))
        waitlist.end(entry, Standing.LEFT, 1)
    waitlist.revive("wtl_1")
    newest = waitlist.latest_of(JOINED_PARTY.owner)
    assert newest is not None
    assert "wtl_2" == newest.entry


JOINED_PARTY = next(iter(waiting().state.waitlist.parties.values()))


def test_a_house_where_nobody_waited_is_stored_as_before() -> None:
    """Its snapshot says nothing of a waitlist, so that those from before there was one keep their digests."""
    world = full_world()
    assert 15 == encode(capture(world.state))[0] & 0x0F
    world.play("ann join 1 -> wait_joined @0")
    restored = restore(world.layout, encode(capture(world.state)))
    assert digest(world.state) == digest(restored)
    assert world.state.waitlist.parties == restored.waitlist.parties
