"""The auditor's rules of the waitlist: clean on what the engine writes, and not on anything else."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from engine.events import AnyEvent, HoldChanged, HoldPinned, HoldReleased, PriceSet, Record
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
from engine.waitlist.wish import Wish
from proof.auditor import Rule
from tests.unit.proof.test_auditor import A1, A2, A3, LATER_MS, at, found
from tests.unit.proof.wishes import STAFF
from tests.unit.section_world import TERMS

ENDS_MS = LATER_MS + TERMS.limits.offer_ttl_ms
NONE = Wish(1, ("gold",), max_price=1)
"""What nothing in this house costs."""
DEAR = Wish(1, ("gold",), 1000)
FREE_PLACES = Wish(1, ("free",))
JOINED = EntryJoined("wtl_1", replace(NONE, qty=2), 1 << 32, 0, (7,), True, LATER_MS)
SECOND = at(LATER_MS, EntryJoined("wtl_2", NONE, 2 << 32, 1, (7,), True, LATER_MS), "usr_bob")
LISTED = EntryListed("wtl_1", "usr_ann", LATER_MS, NONE, 1)


def cheaper(*offers: OfferMade) -> Record:
    """The record that lets a single gold seat be had for one cent, and what it offers."""
    return Record(LATER_MS, STAFF, PriceSet("gold", "standard", 1), offers=offers)


A1_OFFERED = OfferMade("wtl_1", "hld_9", (replace(A1, price=1), replace(A2, price=1)), (), ENDS_MS)
PROPOSED = OfferMade("wtl_1", "hld_9", (replace(A1, price=1),), (), ENDS_MS, True)
SECOND_OFFERED = OfferMade("wtl_2", "hld_8", (replace(A3, price=1),), (), ENDS_MS)
ACCEPTED = OfferAccepted("wtl_1", "hld_9", A1_OFFERED.seats, (), ENDS_MS, TERMS.limits.renewals)
CONFIRMED = at(LATER_MS, OfferConfirmed("wtl_1", "hld_9", ENDS_MS), "system")
CLAIMED = at(LATER_MS, OfferClaimed("wtl_1", 8, "hld_9"), "system")
LISTED_HERE = at(LATER_MS, LISTED, "system")


def test_the_good_ones_are_clean() -> None:
    """What the rules below are broken with is sound without it."""
    moved = at(LATER_MS, EntryMoved("wtl_2", 5, 0, "came in a wheelchair"), STAFF)
    assert [] == found(JOINED, SECOND, moved, cheaper(SECOND_OFFERED, A1_OFFERED), ACCEPTED)
    assert [] == found(JOINED, SECOND, cheaper(A1_OFFERED, SECOND_OFFERED), HoldReleased("hld_9", LATER_MS))
    assert [] == found(LISTED_HERE, cheaper(PROPOSED), CONFIRMED)
    assert [] == found(JOINED, CLAIMED, at(LATER_MS, OfferReturned("wtl_1"), "system"))
    assert [] == found(JOINED, CLAIMED, at(LATER_MS, EntryEnded("wtl_1", Standing.LAPSED), "system"))


SPOILT: list[tuple[Rule, tuple[AnyEvent | Record, ...]]] = [
    (Rule.OFFERED, (JOINED, cheaper(replace(A1_OFFERED, seats=A1_OFFERED.seats[:1])))),
    (Rule.OFFERED, (JOINED, cheaper(replace(A1_OFFERED, seats=(A1_OFFERED.seats[0], replace(A3, price=1)))))),
    (Rule.OFFERED, (LISTED_HERE, cheaper(PROPOSED), HoldReleased("hld_9", LATER_MS))),
    (
        Rule.OFFERED,
        (LISTED_HERE, cheaper(PROPOSED), replace(CONFIRMED, event=replace(CONFIRMED.event, hold="x"))),
    ),
    (Rule.OFFERED, (JOINED, cheaper(A1_OFFERED), HoldChanged("hld_9", A1_OFFERED.seats[:1], (), ENDS_MS, 0))),
    (Rule.OFFERED, (JOINED, cheaper(A1_OFFERED), replace(ACCEPTED, seats=()))),
    (Rule.FAIR, (JOINED, SECOND, cheaper(SECOND_OFFERED))),
    (Rule.FAIR, (JOINED, SECOND, cheaper(A1_OFFERED))),
    (Rule.FAIR, (JOINED, SECOND, cheaper())),
    (Rule.FAIR, (replace(JOINED, wish=DEAR),)),
    (Rule.FAIR, (replace(JOINED, wish=FREE_PLACES),)),
    (Rule.FAIR, (replace(JOINED, wish=Wish(6, together=False)),)),
    (Rule.FAIR, (replace(JOINED, wish=Wish(2, accessible=True)),)),
    (Rule.ONE_OFFER, (JOINED, replace(JOINED, entry="wtl_3", rank=3 << 32))),
    (Rule.ONE_OFFER, (JOINED, EntryEnded("wtl_1", Standing.LEFT), replace(JOINED, rank=3 << 32))),
    (Rule.ONE_OFFER, (JOINED, EntryEnded("wtl_1", Standing.LEFT), LISTED_HERE)),
    (Rule.ONE_OFFER, (EntryEnded("wtl_1", Standing.LEFT),)),
    (Rule.ONE_OFFER, (JOINED, CLAIMED, CLAIMED)),
    (Rule.ONE_OFFER, (JOINED, CLAIMED, cheaper(A1_OFFERED))),
    (Rule.ONE_OFFER, (JOINED, ACCEPTED)),
    (Rule.ONE_OFFER, (CLAIMED,)),
    (Rule.ONE_OFFER, (JOINED, cheaper(replace(A1_OFFERED, proposed=True)))),
    (Rule.ONE_OFFER, (LISTED_HERE, cheaper(replace(PROPOSED, proposed=False)))),
    (Rule.REORDERED, (JOINED, replace(SECOND, event=replace(SECOND.event, rank=1)))),
    (Rule.REORDERED, (JOINED, at(LATER_MS, EntryMoved("wtl_1", 5, 0, " "), STAFF))),
    (Rule.REORDERED, (JOINED, at(LATER_MS, EntryMoved("wtl_1", 5, 0, "for me"), "usr_ann"))),
    (Rule.OWNERS, (JOINED, at(LATER_MS, EntryEnded("wtl_1", Standing.LEFT), "usr_bob"))),
    (Rule.DEADLINES, (JOINED, cheaper(replace(A1_OFFERED, expires_ms=ENDS_MS + 1)))),
    (Rule.DEADLINES, (JOINED, cheaper(A1_OFFERED), replace(ACCEPTED, expires_ms=ENDS_MS + 1))),
    (Rule.PRICES, (JOINED, cheaper(replace(A1_OFFERED, seats=(A1, A2))))),
    (
        Rule.ONE_OWNER,
        (JOINED, SECOND, cheaper(A1_OFFERED, replace(SECOND_OFFERED, seats=A1_OFFERED.seats[:1]))),
    ),
    (Rule.LIVE, (JOINED, SECOND, cheaper(A1_OFFERED, replace(SECOND_OFFERED, hold="hld_9")))),
    (
        Rule.OFFERED,
        (LISTED_HERE, cheaper(PROPOSED), HoldPinned("hld_9", "ord_1", 1, LATER_MS + TERMS.limits.pay_ttl_ms)),
    ),
]


@pytest.mark.parametrize(("rule", "events"), SPOILT, ids=lambda each: getattr(each, "name", ""))
def test_each_rule_is_missed_when_it_is_broken(rule: Rule, events: tuple[AnyEvent, ...]) -> None:
    """By the last record, and the audit ends there."""
    assert rule.value in found(*events)
    assert [] == found(*events[:-1])


def test_every_rule_of_the_waitlist_is_tried() -> None:
    """None was forgotten above."""
    assert {Rule.OFFERED, Rule.FAIR, Rule.ONE_OFFER, Rule.REORDERED} <= {rule for rule, _ in SPOILT}
