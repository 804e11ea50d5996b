"""Fees on tickets and orders: what they come to, to the cent, and who is told."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from engine.commands import BookHold, GatherHold, HoldPlaces, HoldSeats
from engine.decisions import Accepted
from engine.event_terms import TermsInvalid, complete_terms
from engine.events import HoldPlaced, OrderBooked, Part, PartItem, PlacesItem, SeatItem
from engine.fees import FeeLine, amount_of, fee_lines
from engine.terms import Fee
from engine.views import HoldView, OrderView, render
from proof.auditor.costs import bill_of
from proof.auditor.records import Charge, PlacesEntry, SeatEntry
from proof.auditor.records import Terms as AuditedTerms
from tests.unit.section_world import PLAN, TERMS, World

SERVICE = Fee("Service", amount=150, share=250)
HANDLING = Fee("Handling", amount=300, per="order")
TAX = Fee("Tax", share=700, included=True)
GOLD, SILVER, FREE = SeatItem(0, "standard", 1000), SeatItem(1, "child", 333), SeatItem(2, "standard", 0)
FLOOR = PlacesItem(0, "standard", 601, 3)


@pytest.mark.parametrize(
    ("fee", "expected"),
    [
        # 2.5 % of 333 is 8.325 and of 601 is 15.025: each ticket is rounded by itself.
        (SERVICE, (150 + 25) + (150 + 8) + 3 * (150 + 15)),
        (HANDLING, 300),
        (Fee("Share", share=1000, per="order"), 314),  # a tenth of 3136
        (TAX, 70 + 23 + 3 * 42),
        (Fee("Half", share=5), 1 + 0 + 0),  # 0.5 is rounded up, 0.1665 and 0.3005 are not
    ],
)
def test_what_a_fee_comes_to(fee: Fee, expected: int) -> None:
    """A fee is fixed, a share, or both; for each ticket that costs something, or once."""
    lines = fee_lines((fee,), (GOLD, SILVER, FREE), (FLOOR,))
    assert (FeeLine(fee.name, expected, fee.included),) == lines


def test_free_tickets_bear_no_fee() -> None:
    """What costs nothing costs nothing."""
    assert () == fee_lines((SERVICE, HANDLING, TAX), (FREE,), ())
    assert 0 == amount_of((SERVICE, HANDLING, TAX), (FREE,), ())


def test_fees_on_top_are_added_and_included_ones_are_not() -> None:
    """The amount is prices and fees on top."""
    assert 1000 == amount_of((TAX,), (GOLD,), ())
    assert 1000 + 175 + 300 == amount_of((SERVICE, HANDLING, TAX), (GOLD,), ())


def test_hold_and_order_tell_the_fees_and_the_sum() -> None:
    """Buyers see what they will pay from the first hold on."""
    world = World(terms=replace(TERMS, fees=(SERVICE, HANDLING, TAX)))
    placed = world.ask("ann", HoldSeats(("S-A-1", "S-A-2"), {"S-A-2": "child"}))
    assert isinstance(placed, Accepted)
    assert isinstance(placed.record.event, HoldPlaced)
    hold = render(world.layout, world.state.terms, placed.record.event, 2, "ep")
    assert isinstance(hold, HoldView)
    told = [(fee.name, fee.amount.amount, fee.included) for fee in hold.fees]
    assert [("Service", "3.38", False), ("Handling", "3.00", False), ("Tax", "1.05", True)] == told
    assert "21.38" == hold.total.amount
    booked = world.ask("ann", BookHold(placed.record.event.hold))
    assert isinstance(booked, Accepted)
    assert isinstance(booked.record.event, OrderBooked)
    order = render(world.layout, world.state.terms, booked.record.event, 3, "ep")
    assert isinstance(order, OrderView)
    assert ("21.38", hold.fees) == (order.amount.amount, order.fees)
    world.audit()


def test_terms_refuse_fees_that_make_no_sense() -> None:
    """A wrong fee is refused when the event is made."""
    wrong = [
        (Fee(""),),
        (SERVICE, SERVICE),
        (Fee("Negative", amount=-1),),
        (Fee("Too much", share=10_001),),
        (Fee("Half", share=6_000, included=True), Fee("Most", share=6_000, included=True)),
        tuple(Fee(str(number)) for number in range(9)),
    ]
    for fees in wrong:
        with pytest.raises(TermsInvalid):
            complete_terms(PLAN, replace(TERMS, fees=fees))


fees = st.lists(
    st.builds(
        Fee,
        st.text("abc", min_size=1, max_size=3),
        st.integers(0, 500),
        st.integers(0, 10_000),
        st.sampled_from(["ticket", "order"]),
        st.booleans(),
    ),
    max_size=4,
    unique_by=lambda fee: fee.name,
)
prices = st.integers(0, 20_000)


@given(fees, st.lists(prices, max_size=4), st.lists(st.tuples(prices, st.integers(1, 4)), max_size=2))
def test_the_auditor_reckons_the_same(
    fees: list[Fee], seats: list[int], places: list[tuple[int, int]]
) -> None:
    """Two reckonings that share no code agree to the cent."""
    items = [SeatItem(number, "standard", price) for number, price in enumerate(seats)]
    areas = [PlacesItem(number, "standard", price, qty) for number, (price, qty) in enumerate(places)]
    charges = tuple(Charge(fee.name, fee.amount, fee.share, fee.per, fee.included) for fee in fees)
    bill = bill_of(
        AuditedTerms(fees=charges),
        [SeatEntry(item.seat, item.type, item.price) for item in items],
        [PlacesEntry(area.area, area.type, area.price, area.qty) for area in areas],
    )
    lines = tuple((line.name, line.amount, line.included) for line in fee_lines(tuple(fees), items, areas))
    assert bill.fees == lines
    assert bill.total == amount_of(tuple(fees), items, areas)


def test_places_of_an_area_bear_fees_each() -> None:
    """Three places are three tickets."""
    world = World(terms=replace(TERMS, fees=(SERVICE,)))
    placed = world.ask("ann", HoldPlaces("Floor", 3))
    assert isinstance(placed, Accepted)
    assert isinstance(placed.record.event, HoldPlaced)
    hold = render(world.layout, world.state.terms, placed.record.event, 2, "ep")
    assert isinstance(hold, HoldView)
    assert "22.95" == hold.total.amount


def test_what_other_sections_lent_bears_fees_too() -> None:
    """Each ticket as if it were of this section, and an order's fee once, on all of it."""
    world = World(terms=replace(TERMS, fees=(SERVICE, Fee("Share", share=1000, per="order"))))
    lent = (
        PartItem("T-A-1", "gold", "child", 333),
        PartItem("Lawn", "silver", "standard", 601, 3, area=True),
    )
    placed = world.ask("ann", GatherHold((Part("gth_1", 8, "T", 3, lent),)))
    assert isinstance(placed, Accepted)
    assert isinstance(placed.record.event, HoldPlaced)
    hold = render(world.layout, world.state.terms, placed.record.event, 2, "ep")
    assert isinstance(hold, HoldView)
    assert [("Service", "6.53"), ("Share", "2.14")] == [(fee.name, fee.amount.amount) for fee in hold.fees]
    assert "30.03" == hold.total.amount  # 21.36 for the tickets
    world.audit()
