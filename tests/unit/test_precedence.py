"""When several reasons to refuse apply, the first in the order of the catalogue is given."""

from __future__ import annotations

from itertools import pairwise

import pytest
from msgspec.structs import replace

from engine.commands import HoldSeats
from engine.decisions import Rejected
from engine.guards import earliest
from engine.refusals import Code, Refusal
from tests.unit.section_world import LIMITS, TERMS, World

PREPARED = """
    bob hold A-1 as taken            -> placed A-1
    staff block A-2                  -> blocked
    staff reserve A-3 channel=vip    -> channel
    ann hold B-1 as gone             -> placed B-1
    ann release gone                 -> released
    ann hold B-6 as pinned           -> placed B-6
    ann pin pinned                   -> pinned 600
    staff sale paused                -> sale
"""


@pytest.mark.parametrize(
    "line",
    [
        "ann hold X-1 A-1 into=gone -> not_found X-1",
        "ann hold A-1 into=nowhere -> not_found nowhere",
        "ann hold A-1 into=gone -> hold_expired gone",
        "ann hold A-1 A-2 A-3 into=pinned -> seat_taken A-1",
        "ann hold A-2 A-3 into=pinned -> seat_not_for_sale A-2",
        "ann hold A-3 into=pinned -> channel_denied A-3",
        "ann best 4 categories=wheel into=pinned -> best_available_not_found",
        "ann best 1 into=pinned types=gold:none -> hold_mismatch pinned",
        "ann hold B-1 B-1 into=pinned -> hold_mismatch pinned",
        "ann places Floor 0 into=pinned -> hold_mismatch pinned",
        "ann swap pinned B-6 for A-1 -> seat_taken A-1",
        "ann swap pinned B-6 for B-5 B-5 -> hold_mismatch pinned",
        "ann swap gone B-6 for A-1 -> hold_expired gone",
        "ann release gone X-1 -> not_found X-1",
        "ann release gone A-1 -> hold_expired gone",
        "ann hold B-1 B-1 -> invalid",
        "ann hold -> invalid",
        "ann hold B-1 B-2 B-3 B-4 B-5 types=B-1:none -> invalid none",
        "ann hold B-1 B-2 B-3 B-4 B-5 -> limit_exceeded",
        "ann places Floor 5 -> limit_exceeded",
        "ann hold B-1 -> sale_paused",
        "ann places Pit 3 -> sale_paused",
        "staff places Pit 3 -> sold_out Pit",
        "ann best 0 categories=nope -> not_found nope",
        "ann best 0 -> invalid",
    ],
)
def test_first_reason_wins(line: str) -> None:
    """Each line has at least two reasons to be refused, or the last one in the list."""
    world = World()
    world.play(PREPARED)
    world.play(line)


def test_a_limit_wins_over_the_orphan_rule_and_that_over_the_sale() -> None:
    """Three reasons in a row: limit, orphan, sale."""
    terms = replace(TERMS, orphan_rule="strict", sale="not_open", limits=replace(LIMITS, seats_per_hold=1))
    world = World(terms=terms)
    world.play("ann hold A-2 A-3 -> limit_exceeded")
    world.play("ann hold A-2 -> orphan_rule A-1")
    world.play("ann hold A-1 -> sale_not_open")


def test_declaration_order_is_precedence() -> None:
    """Of any two refusals, in either order, the code declared first wins."""
    for first, second in pairwise(Code):
        earlier, later = Refusal(first), Refusal(second)
        assert earlier is earliest(earlier, later)
        assert earlier is earliest(later, earlier)


def test_a_refusal_without_a_key_leaves_no_record() -> None:
    """Only a key makes a refusal worth remembering."""
    world = World()
    command = HoldSeats(("S-X-1",))
    without = world.ask("ann", command)
    assert isinstance(without, Rejected)
    assert without.record is None
    under_key = world.ask("ann", command, "k")
    assert isinstance(under_key, Rejected)
    assert under_key.record is not None
    assert 2 == world.state.seq
