"""What a section remembers of a best-available search that also visits others."""

from __future__ import annotations

import msgspec
import pytest
from msgspec.structs import replace

from engine.commands import AnyCommand, CloseKey, Entry, HoldBest, Request
from engine.decide import decide
from engine.decisions import Accepted, Decision, Rejected, Replayed
from engine.events import HoldPlaced, Refused
from engine.evolve import evolve
from engine.refusals import Code, Refusal
from tests.unit.section_world import World

TOO_CHEAP = HoldBest(2, categories=("gold",), max_price=1, tentative=True)
TOO_CHEAP_HERE = HoldBest(2, categories=("gold",), max_price=1)


def judge(world: World, command: AnyCommand) -> Decision:
    """Ask under one key, and let what is decided take effect."""
    entry = Entry(world.now_ms, f"{world.state.seq:026d}", Request("usr_ann", command, "key", b"12345678"))
    decision = decide(world.state, entry)
    if isinstance(decision, Accepted | Rejected) and decision.record is not None:
        evolve(world.state, decision.record)
    return decision


def test_a_tentative_request_that_finds_nothing_leaves_its_key_open() -> None:
    """Another section may have something, and a retry may find something here."""
    world = World()
    assert Rejected(None, Refusal(Code.BEST_AVAILABLE_NOT_FOUND)) == judge(world, TOO_CHEAP)
    found = judge(world, HoldBest(2, tentative=True))
    assert isinstance(found, Accepted)
    assert isinstance(found.record.event, HoldPlaced)


def test_a_tentative_request_that_is_refused_for_itself_is_remembered() -> None:
    """No other section would say anything else."""
    world = World()
    refused = judge(world, HoldBest(99, tentative=True))
    assert isinstance(refused, Rejected)
    assert refused.record is not None
    assert Code.LIMIT_EXCEEDED == refused.refusal.code
    assert isinstance(judge(world, HoldBest(99, tentative=True)), Replayed)


def test_a_key_that_was_closed_gets_nothing_any_more() -> None:
    """The note stays, also when it is closed again."""
    world = World()
    closing = judge(world, CloseKey("ended", final=True))
    assert isinstance(closing, Rejected)
    assert Refusal(Code.BEST_AVAILABLE_NOT_FOUND, "ended") == closing.refusal
    for late in (HoldBest(2, tentative=True), CloseKey("again")):
        again = judge(world, late)
        assert isinstance(again, Replayed)
        assert Refused(closing.refusal) == again.outcome.event


def test_closing_a_key_that_got_something_gives_what_it_got() -> None:
    """Nothing that was placed is taken back."""
    world = World()
    found = judge(world, HoldBest(2, tentative=True))
    assert isinstance(found, Accepted)
    closing = judge(world, CloseKey("ended"))
    assert isinstance(closing, Replayed)
    assert found.record.event == closing.outcome.event


@pytest.mark.parametrize(
    ("command", "final"),
    [
        (TOO_CHEAP_HERE, True),
        (replace(TOO_CHEAP_HERE, walking=True), False),
        (HoldBest(99, walking=True), True),
        (CloseKey("ended", final=True), True),
        (CloseKey("anew"), False),
    ],
)
def test_a_refusal_that_leads_to_other_sections_is_not_final(command: AnyCommand, final: bool) -> None:
    """What nobody is told is not counted among refusals; what no other section would mend is."""
    refused = judge(World(), command)
    assert isinstance(refused, Rejected)
    assert refused.record is not None
    assert Refused(refused.refusal, final) == refused.record.event


def test_a_refusal_of_an_older_journal_is_final() -> None:
    """It was written before there was a difference."""
    old = msgspec.msgpack.encode(["refused", Refusal(Code.SEAT_TAKEN)])
    assert Refused(Refusal(Code.SEAT_TAKEN)) == msgspec.msgpack.decode(old, type=Refused)
