"""What callers and the world see."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.commands import AnyCommand, BookHold, GatherHold, GetHold, GetOrder, SetPrice, WithParts
from engine.decisions import Accepted, Read
from engine.events import Part, PartItem
from engine.figures import Figures
from engine.holds import Gathered
from engine.views import (
    Acknowledged,
    HoldView,
    ItemView,
    Money,
    OrderView,
    View,
    area_free,
    counts,
    money,
    packed_status,
    render,
    render_found,
    rfc3339,
)
from engine.waitlist.party import Found
from tests.unit.section_world import START_MS, World


def euros(amount: str) -> Money:
    """An amount in euros."""
    return Money(amount, "EUR")


def view(world: World, who: str, command: AnyCommand) -> View:
    """What somebody sees in reply."""
    decision = world.ask(who, command)
    state = world.state
    if isinstance(decision, Read):
        assert not isinstance(decision.found, Found | Gathered | Figures)
        return render_found(state.layout, state.terms, decision.found, state.seq, "ep")
    assert isinstance(decision, Accepted)
    return render(state.layout, state.terms, decision.record.event, state.seq, "ep")


def told(world: World, line: str) -> View:
    """What the caller sees in reply to a line of a story, rendered from the journal."""
    world.play(line)
    _, record = world.records()[-1]
    return render(world.layout, world.state.terms, record.event, world.state.seq, "ep")


def test_a_hold_is_seen_with_items_total_and_deadline() -> None:
    """Seats at their price, places with their quantity, money and time as the protocol writes them."""
    world = World()
    told(world, "ann hold A-1 types=A-1:child as h -> placed A-1")
    actual = told(world, "ann places Floor 2 into=h -> changed A-1 Floor:2")
    hold = world.names["h"]
    expected = HoldView(
        hold,
        (
            ItemView("S-A-1", "S", "gold", "child", euros("5.00")),
            ItemView("Floor", "S", "silver", "standard", euros("6.00"), 2),
        ),
        euros("17.00"),
        rfc3339(START_MS + 600_000),
        2,
        ("ep", 3),
        "S",
    )
    assert expected == actual
    assert expected == view(world, "ann", GetHold(hold))


def test_a_released_hold_is_empty_and_over() -> None:
    """It has no items and expired when it was given back."""
    world = World()
    world.play("ann hold A-1 as h -> placed A-1\n+5")
    actual = told(world, "ann release h -> released")
    assert HoldView(world.names["h"], (), euros("0.00"), rfc3339(START_MS + 5), 0, ("ep", 3), "S") == actual


def test_an_order_is_seen_through_its_life() -> None:
    """Pending with its pay-by time, given up, pending again, confirmed with tickets, cancelled."""
    world = World()
    world.play("ann hold A-1 as h -> placed A-1")
    hold, pay_by = world.names["h"], rfc3339(START_MS + 900_000)
    pending = told(world, "ann pin h as o -> pinned 1000")
    order = world.names["o"]
    assert OrderView(order, "pending", "S", ("ep", 3), euros("10.00"), hold, pay_by) == pending
    assert pending == view(world, "ann", GetOrder(order))
    assert pay_by == getattr(view(world, "ann", GetHold(hold)), "expires_at", None)
    given_up = told(world, "ann unpin o -> unpinned +600000")
    ends = rfc3339(START_MS + 600_000)
    assert OrderView(order, "cancelled", "S", ("ep", 4), euros("10.00"), hold, expires_at=ends) == given_up
    assert OrderView(order, "cancelled", "S", ("ep", 4), euros("10.00")) == view(
        world, "ann", GetOrder(order)
    )
    world.play("ann pin h as o -> pinned 1000")
    order = world.names["o"]
    confirmed = told(world, "ann book o -> booked A-1")
    tickets = (ItemView("S-A-1", "S", "gold", "standard", euros("10.00")),)
    assert OrderView(order, "confirmed", "S", ("ep", 6), euros("10.00"), hold, tickets=tickets) == confirmed
    assert confirmed == view(world, "ann", GetOrder(order))
    cancelled = told(world, "ann cancel o -> cancelled A-1")
    assert OrderView(order, "cancelled", "S", ("ep", 7), euros("10.00"), was_booked=True) == cancelled
    assert cancelled == view(world, "ann", GetOrder(order))


def test_a_reduced_order_is_told_with_what_is_left_to_pay() -> None:
    """It stays confirmed, now and under the same key again; what is left of it a read tells."""
    world = World()
    world.play("ann hold A-1 A-2 as h -> placed A-1 A-2\nann buy h as o -> booked A-1 A-2")
    order, hold = world.names["o"], world.names["h"]
    reduced = told(world, "ann reduce o A-1 key=r -> reduced A-1 leaves 1000")
    assert OrderView(order, "confirmed", "S", ("ep", 4), euros("10.00")) == reduced
    world.play("ann reduce o A-1 key=r -> replayed reduced A-1 leaves 1000")
    tickets = (ItemView("S-A-2", "S", "gold", "standard", euros("10.00")),)
    left = OrderView(order, "confirmed", "S", ("ep", 4), euros("10.00"), hold, tickets=tickets)
    assert left == view(world, "ann", GetOrder(order))


def test_what_other_sections_lent_is_seen_like_the_rest() -> None:
    """By public name and under its own section, after what is of this one; the sum is of all."""
    world = World()
    world.play("ann hold A-1 as h -> placed A-1")
    hold = world.names["h"]
    lent = (
        PartItem("T-A-1", "gold", "child", 500),
        PartItem("Lawn", "silver", "standard", 700, qty=2, area=True),
    )
    gathered = view(world, "ann", GatherHold((Part("gth_1", 8, "T", 3, lent),), hold))
    assert isinstance(gathered, HoldView)
    items = (
        ItemView("S-A-1", "S", "gold", "standard", euros("10.00")),
        ItemView("T-A-1", "T", "gold", "child", euros("5.00")),
        ItemView("Lawn", "T", "silver", "standard", euros("7.00"), 2),
    )
    assert (items, euros("29.00")) == (gathered.items, gathered.total)
    assert gathered == view(world, "ann", GetHold(hold))
    booked = view(world, "ann", WithParts(BookHold(hold)))
    assert isinstance(booked, OrderView)
    assert (items, euros("29.00")) == (booked.tickets, booked.amount)
    assert booked == view(world, "ann", GetOrder(booked.order))
    world.audit()


def test_staff_are_told_where_it_stands() -> None:
    """What changes no hold and no order is acknowledged with its position."""
    assert Acknowledged("S", ("ep", 2)) == view(World(), "staff", SetPrice("gold", "standard", 1))


def test_public_statuses() -> None:
    """Free, held, sold, blocked; what is not for sale looks blocked, four bits a seat."""
    world = World()
    world.play(
        """
        ann hold A-1 A-3 as h            -> placed A-1 A-3
        bob hold A-2 as g                -> placed A-2
        bob pin g as o                   -> pinned 1000
        bob book o                       -> booked A-2
        staff block A-4                  -> blocked
        staff unsell A-5 A-1             -> for_sale
        ann places Floor 2 into=h        -> changed A-1 A-3 Floor:2
        """
    )
    state = world.state
    assert bytes([1, 2, 1, 3, 3, 0]) == state.public_statuses()[:6]
    packed = packed_status(state.public)
    assert bytes([0x21, 0x31, 0x03]) == packed[:3]
    assert 11 == len(packed)
    nibbles = [packed[seat // 2] >> seat % 2 * 4 & 15 for seat in range(21)]
    assert list(state.public_statuses()) == nibbles
    assert (21 - 5 + 3 + 2, 2 + 2, 1) == counts(state)
    assert [3, 2] == [area_free(state, area) for area in range(2)]
    world.play("staff unsell Floor -> for_sale\nann release h -> released")
    assert 3 == state.public_statuses()[0]
    assert 0 == area_free(state, 0)


@pytest.mark.parametrize(
    ("amount", "currency", "expected"),
    [
        (8900, "EUR", "89.00"),
        (5, "EUR", "0.05"),
        (8900, "JPY", "8900"),
        (1234, "KWD", "1.234"),
        (0, "USD", "0.00"),
    ],
)
def test_money(amount: int, currency: str, expected: str) -> None:
    """Minor units become a decimal string of the currency's own precision."""
    assert Money(expected, currency) == money(amount, currency)


@given(st.integers(0, 253_402_300_799_999))
def test_time(at_ms: int) -> None:
    """RFC 3339 in UTC with milliseconds, for every instant until the year 10000."""
    seconds, millis = divmod(at_ms, 1000)
    day = datetime.fromtimestamp(seconds, UTC)
    assert f"{day:%Y-%m-%dT%H:%M:%S}.{millis:03d}Z".rjust(24, "0") == rfc3339(at_ms)
