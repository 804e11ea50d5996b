"""The independent auditor: clean on what the engine writes, and not on anything else."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from msgspec.structs import replace

from engine.events import (
    AnyEvent,
    ForSaleSet,
    HoldChanged,
    HoldPinned,
    HoldPlaced,
    HoldReleased,
    HoldsExpired,
    HoldUnpinned,
    OrderBooked,
    OrderCancelled,
    OrderReduced,
    Part,
    PartItem,
    PartSettled,
    PartTaken,
    PlacesItem,
    Record,
    Refused,
    SaleSet,
    SeatItem,
    SeatsBlocked,
    SeatsUnblocked,
    SectionCreated,
)
from engine.journal import StoredRecord, StreamSource
from engine.plans.canonical import canonical_json, plan_digest
from engine.refusals import Code, Refusal
from proof.auditor import Auditor, Breach, Rule, audit
from tests.unit.proof.sales import Sale, encoded
from tests.unit.proof.wishes import STAFF
from tests.unit.section_world import PLAN, START_MS, TERMS

LATER_MS = START_MS + 1_000
SOURCE = StreamSource(7, "evt_1", "S", "ep1", "pln_1", canonical_json(PLAN))
A1, A2, A3 = (SeatItem(seat, "standard", 1000) for seat in range(3))
T1, T2, T3, T4 = (SeatItem(seat, "standard", 1000) for seat in range(14, 18))
FLOOR = PlacesItem(0, "standard", 600, 2)
UNTIL_MS = LATER_MS + TERMS.limits.hold_ttl_ms
HELD = HoldPlaced("hld_1", (A1, A2), (FLOOR,), UNTIL_MS, 2)
PINNED = HoldPinned("hld_1", "ord_1", 3200, LATER_MS + TERMS.limits.pay_ttl_ms)
BOOKED = OrderBooked("hld_1", "ord_1", (A1, A2), (FLOOR,), 3200)
REDUCED = OrderReduced("ord_1", (A1,), (), 2200)
TABLE = replace(HELD, seats=(T1, T2, T3, T4), places=())
TORN = OrderReduced("ord_1", (T1,), (), 3000)
LENT = PartTaken("gth_1", 8, (A1, A2), (FLOOR,))
LESS = PartSettled("gth_1", (A1,), (), False, 8, 1)
SHARED = Part("gth_2", 8, "T", 2, (PartItem("T-A-1", "gold", "standard", 1000),))
SHARING = replace(HELD, seats=(), places=(), parts=(SHARED,))
CANCELLED = OrderCancelled("ord_1", (A1, A2), (FLOOR,), 3200)


def told(*events: AnyEvent | Record) -> list[StoredRecord]:
    """A journal of Ann's: each event a second after the opening."""
    created = SectionCreated("evt_1", "S", "pln_1", plan_digest(PLAN), TERMS)
    records = [Record(START_MS, "system", created)]
    records += [each if isinstance(each, Record) else Record(LATER_MS, "usr_ann", each) for each in events]
    return [encoded(record, seq) for seq, record in enumerate(records, 1)]


def found(*events: AnyEvent | Record) -> list[str]:
    """The rules that such a journal breaks."""
    return [breach.rule for breach in audit(SOURCE, told(*events), {STAFF})]


def at(record_ms: int, event: AnyEvent, who: str = "usr_ann", key: str | None = None) -> Record:
    """An event at another time, or somebody else's."""
    return Record(record_ms, who, event, key)


def test_the_good_ones_are_clean() -> None:
    """What the rules below are broken with is sound without it."""
    given_up = HoldUnpinned("hld_1", "ord_1", UNTIL_MS, 3200)
    assert [] == found(HELD, PINNED, BOOKED, CANCELLED)
    assert [] == found(HELD, BOOKED, CANCELLED)
    assert [] == found(HELD, PINNED, given_up, HoldReleased("hld_1", LATER_MS), replace(HELD, hold="hld_2"))
    again = replace(HELD, hold="hld_2", seats=(A1,), places=())
    assert [] == found(HELD, BOOKED, REDUCED, again)
    assert [] == found(replace(HELD, seats=(T1, T2, T3, T4), places=()))
    assert [] == found(LENT, LESS, replace(LESS, sold=True), replace(LESS, seats=()))
    assert [] == found(SHARING, OrderBooked("hld_1", "ord_1", (), (), 1000, (SHARED,)))


SPOILT: list[tuple[Rule, tuple[AnyEvent | Record, ...]]] = [
    (Rule.READABLE, (replace(HELD, seats=(SeatItem(99, "standard", 1000),)),)),
    (Rule.READABLE, (replace(HELD, places=(PlacesItem(5, "standard", 600, 1),)),)),
    (Rule.READABLE, (replace(HELD, seats=(), places=()),)),
    (Rule.READABLE, (SeatsBlocked((99,)),)),
    (Rule.TIME, (at(START_MS - 1, SaleSet("open"), STAFF),)),
    (Rule.OPENED, (SectionCreated("evt_1", "S", "pln_1", plan_digest(PLAN), TERMS),)),
    (Rule.KEYS, (at(LATER_MS, HELD, key="k"), at(LATER_MS, Refused(Refusal(Code.SOLD_OUT)), key="k"))),
    (Rule.ONE_OWNER, (HELD, replace(HELD, hold="hld_2", seats=(A2, A3), places=()))),
    (Rule.ONE_OWNER, (HELD, BOOKED, replace(HELD, hold="hld_2", seats=(A1,), places=()))),
    (Rule.ONE_OWNER, (replace(HELD, seats=(A1, A1)),)),
    (Rule.CAPACITY, (replace(HELD, seats=(), places=(replace(FLOOR, qty=6),)),)),
    (Rule.CAPACITY, (HELD, BOOKED, replace(HELD, hold="hld_2", seats=(), places=(replace(FLOOR, qty=4),)))),
    (Rule.ON_SALE, (SeatsBlocked((0,)), HELD)),
    (Rule.ON_SALE, (ForSaleSet((0,), (), False), HELD)),
    (Rule.ON_SALE, (ForSaleSet((), (0,), False), HELD)),
    (Rule.ON_SALE, (replace(HELD, seats=(T1, T2)),)),
    (Rule.LIVE, (HELD, replace(HELD, seats=(A3,), places=()))),
    (Rule.LIVE, (HoldReleased("hld_1", LATER_MS),)),
    (Rule.LIVE, (HELD, PINNED, HoldReleased("hld_1", LATER_MS))),
    (Rule.LIVE, (HELD, PINNED, HoldChanged("hld_1", (A1,), (), UNTIL_MS, 2))),
    (Rule.LIVE, (HELD, HoldReleased("hld_1", LATER_MS), BOOKED)),
    (Rule.DUE, (HELD, at(UNTIL_MS - 1, HoldsExpired(("hld_1",)), "system"))),
    (Rule.DUE, (HELD, at(UNTIL_MS, SaleSet("open"), STAFF))),
    (Rule.DUE, (HELD, at(UNTIL_MS, HoldReleased("hld_1", UNTIL_MS)))),
    (
        Rule.DUE,
        (
            HELD,
            replace(HELD, hold="hld_2", seats=(A3,), places=()),
            at(UNTIL_MS, HoldsExpired(("hld_1",)), "system"),
        ),
    ),
    (Rule.DEADLINES, (replace(HELD, expires_ms=UNTIL_MS + 1),)),
    (Rule.DEADLINES, (replace(HELD, renewals_left=3),)),
    (Rule.DEADLINES, (HELD, HoldChanged("hld_1", (A1,), (), UNTIL_MS + 1, 2))),
    (Rule.DEADLINES, (HELD, HoldChanged("hld_1", (A1, A2), (FLOOR,), UNTIL_MS + 1, 1))),
    (Rule.DEADLINES, (HELD, HoldChanged("hld_1", (A1, A2), (FLOOR,), UNTIL_MS, 3))),
    (Rule.DEADLINES, (HELD, HoldChanged("hld_1", (A1,), (FLOOR,), UNTIL_MS, 1))),
    (Rule.DEADLINES, (HELD, replace(PINNED, pay_by_ms=PINNED.pay_by_ms + 1))),
    (Rule.DEADLINES, (HELD, PINNED, HoldUnpinned("hld_1", "ord_1", UNTIL_MS + 1, 3200))),
    (Rule.DEADLINES, (HELD, HoldReleased("hld_1", LATER_MS + 1))),
    (Rule.PRICES, (replace(HELD, seats=(replace(A1, price=1),)),)),
    (Rule.PRICES, (replace(HELD, places=(replace(FLOOR, price=1),)),)),
    (Rule.PRICES, (HELD, HoldChanged("hld_1", (replace(A1, price=1),), (), UNTIL_MS, 2))),
    (Rule.ORDERS, (HELD, replace(PINNED, amount=1))),
    (Rule.ORDERS, (HELD, replace(BOOKED, seats=(A1,)))),
    (Rule.ORDERS, (HELD, PINNED, replace(BOOKED, amount=1))),
    (Rule.ORDERS, (HELD, PINNED, replace(BOOKED, order="ord_2"))),
    (Rule.ORDERS, (HELD, PINNED, CANCELLED)),
    (Rule.ORDERS, (HELD, BOOKED, CANCELLED, CANCELLED)),
    (Rule.ORDERS, (HELD, BOOKED, replace(CANCELLED, seats=(A1,)))),
    (Rule.ORDERS, (HELD, BOOKED, replace(REDUCED, amount=2199))),
    (Rule.ORDERS, (HELD, BOOKED, replace(REDUCED, seats=(A3,)))),
    (Rule.ORDERS, (HELD, BOOKED, replace(REDUCED, seats=(), amount=3200))),
    (Rule.ORDERS, (HELD, BOOKED, replace(REDUCED, seats=(A1, A2), places=(FLOOR,), amount=0))),
    (Rule.ORDERS, (HELD, PINNED, REDUCED)),
    (Rule.ORDERS, (TABLE, replace(BOOKED, seats=TABLE.seats, places=(), amount=4000), TORN)),
    (Rule.ONE_OWNER, (HELD, BOOKED, REDUCED, replace(HELD, hold="hld_2", seats=(A2,), places=()))),
    (Rule.OWNERS, (HELD, BOOKED, at(LATER_MS, REDUCED, "usr_eve"))),
    (Rule.BLOCKS, (HELD, SeatsBlocked((0,)))),
    (Rule.BLOCKS, (SeatsUnblocked((0,)),)),
    (Rule.LIMITS, (replace(HELD, places=(replace(FLOOR, qty=3),)),)),
    (Rule.LIMITS, (at(LATER_MS, SaleSet("paused"), STAFF), HELD)),
    (Rule.LIMITS, (HELD, replace(HELD, hold="hld_2", seats=(A3,), places=(replace(FLOOR, qty=3),)))),
    (Rule.OWNERS, (HELD, at(LATER_MS, HoldReleased("hld_1", LATER_MS), "usr_bob"))),
    (Rule.OWNERS, (HELD, at(LATER_MS, HoldChanged("hld_1", (A1,), (), UNTIL_MS, 2), "usr_bob"))),
    (Rule.OWNERS, (HELD, at(LATER_MS, BOOKED, "usr_bob"))),
    (Rule.OWNERS, (HELD, PINNED, at(LATER_MS, BOOKED, "usr_bob"))),
    (Rule.OWNERS, (HELD, BOOKED, at(LATER_MS, CANCELLED, "usr_bob"))),
    (Rule.OWNERS, (LENT, at(LATER_MS, LESS, "usr_bob"))),
    (Rule.ONE_OWNER, (LENT, replace(HELD, seats=(A1,), places=()))),
    (Rule.CAPACITY, (LENT, replace(HELD, seats=(), places=(replace(FLOOR, qty=4),)))),
    (Rule.LIMITS, (replace(SHARING, parts=(replace(SHARED, items=SHARED.items * 5),)),)),
    (Rule.PRICES, (replace(LENT, seats=(replace(A1, price=1),)),)),
    (Rule.LENT, (LENT, LENT)),
    (Rule.LENT, (LESS,)),
    (Rule.LENT, (LENT, LESS, replace(LESS, seats=(A2,)))),
    (Rule.LENT, (LENT, replace(LESS, sold=True), LESS)),
    (Rule.LENT, (SHARING, replace(SHARING, hold="hld_2"))),
    (Rule.LENT, (SHARING, HoldChanged("hld_1", (), (), UNTIL_MS, 2, (replace(SHARED, seq=3),)))),
    (Rule.SHARED, (SHARING, OrderBooked("hld_1", "ord_1", (), (), 1000))),
]


@pytest.mark.parametrize(("rule", "events"), SPOILT, ids=lambda each: getattr(each, "name", ""))
def test_each_rule_is_missed_when_it_is_broken(rule: Rule, events: tuple[AnyEvent, ...]) -> None:
    """By the last record, and the audit ends there."""
    assert rule.value in found(*events)
    assert [] == found(*events[:-1])


def test_every_rule_is_tried() -> None:
    """None was forgotten above; numbering and epochs are tried below, the waitlist's in their own places."""
    waitlist = {Rule.OFFERED, Rule.FAIR, Rule.ONE_OFFER, Rule.REORDERED, Rule.AGREED}
    tried = {rule for rule, _ in SPOILT} | {Rule.NUMBERED, Rule.EPOCHS} | waitlist
    assert set(Rule) == tried


@pytest.mark.parametrize(
    ("rule", "change"),
    [
        (Rule.NUMBERED, lambda row: replace(row, seq=row.seq + 1)),
        (Rule.NUMBERED, lambda row: replace(row, seq=row.seq - 1)),
        (Rule.EPOCHS, lambda row: replace(row, epoch=0)),
        (Rule.READABLE, lambda row: replace(row, data=b"\x93\x01")),
    ],
)
def test_what_is_around_a_record_is_looked_at(
    rule: Rule, change: Callable[[StoredRecord], StoredRecord]
) -> None:
    """Its number, its epoch, its bytes."""
    rows = told(HELD, BOOKED)
    assert rule.value in [breach.rule for breach in audit(SOURCE, [*rows[:-1], change(rows[-1])])]


def test_a_section_is_opened_as_it_is_stored() -> None:
    """Another section, another event, another plan."""
    for other in (
        replace(SOURCE, section="T"),
        replace(SOURCE, event="evt_2"),
        replace(SOURCE, plan=canonical_json(replace(PLAN, name="Another"))),
    ):
        assert ["A5"] == [breach.rule for breach in audit(other, told(HELD))]


def test_without_knowing_staff_nobody_is_held_to_limits() -> None:
    """A journal does not tell roles."""
    rows = told(HELD, at(LATER_MS, HoldReleased("hld_1", LATER_MS), "usr_bob"))
    assert [] == audit(SOURCE, rows)
    assert ["A17"] == [breach.rule for breach in audit(SOURCE, rows, {STAFF})]


def test_a_breach_reads_like_a_sentence() -> None:
    """With the rule, the place and the record."""
    (breach,) = audit(SOURCE, told(HELD, BOOKED, replace(CANCELLED, order="ord_9")))
    assert "A14 at evt_1/S 4: ord_9 is cancelled and was not booked" == str(breach)
    assert Breach("A14", "ord_9 is cancelled and was not booked", "evt_1/S", 4) == breach


@pytest.mark.parametrize("seed", range(20))
def test_the_auditor_and_the_engine_agree(seed: int) -> None:
    """On every seat and every place, after a whole sale."""
    sale = Sale(seed)
    auditor = Auditor(sale.source, {STAFF})
    for row in sale.rows:
        auditor.take(row)
    state, ledger = sale.section.state, auditor.ledger
    assert [] == auditor.breaches
    assert (state.seq, bytes(state.public)) == (ledger.seq, bytes(ledger.public))
    assert (state.area_held, state.area_sold) == (ledger.area_held, ledger.area_sold)
    assert state.holds.keys() == ledger.holds.keys()
    assert {key: outcome.seq for key, outcome in state.outcomes.items()} == {
        key: each.seq for key, each in ledger.keys.items()
    }
