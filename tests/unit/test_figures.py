"""What a section tells of its sales, held against its state and its orders."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from msgspec.structs import replace

from engine.commands import GetFigures, HoldSeats, SettlePart, TakePart
from engine.decisions import Read, Rejected
from engine.figures import Cell, Figures, figures_of
from engine.rendering import render_read
from engine.terms import Fee
from engine.transitions import Phase
from engine.views import counts
from tests.unit.section_world import TERMS, World
from tests.unit.test_biography import STORIES


def figures(world: World, who: str = "staff") -> Figures:
    """What somebody of the staff is told."""
    decision = world.ask(who, GetFigures())
    assert isinstance(decision, Read)
    assert isinstance(decision.found, Figures)
    shown = render_read(world.layout, world.state.terms, decision.found, world.state.seq, "ep")
    assert decision.found is shown
    return decision.found


@pytest.mark.parametrize(("play", "story"), STORIES)
def test_figures_are_those_of_the_map_and_of_the_orders(play: Callable[[], World], story: str) -> None:
    """Free, held and sold add up to what the world sees, every place is in one cell, and money is money."""
    world = play()
    world.play(story)
    told, state = figures(world), world.state
    cells = told.cells
    sums = tuple(sum(getattr(cell, each) for cell in cells) for each in ("free", "held", "sold"))
    assert counts(state) == sums
    size = state.layout.seat_count + sum(state.layout.capacities)
    assert size == sum(sums) + sum(cell.blocked for cell in cells)
    booked = [order for order in state.orders.values() if order.phase is Phase.BOOKED]
    assert (len(booked), sum(order.amount for order in booked)) == (told.orders, told.booked)
    assert told.booked - told.fees == sum(cell.value for cell in cells)


def test_cells_are_apart_by_category_and_channel() -> None:
    """Money is where the seats are that it was paid for; fees on top are apart."""
    world = World(terms=replace(TERMS, fees=(Fee("service", 150),)))
    world.play("""
        staff reserve A-1 A-2 Pit channel=vip -> channel
        ann hold A-1 via=vip as h             -> placed A-1
        ann places Pit 1 into=h via=vip       -> changed A-1 Pit:1
        ann buy h                             -> booked A-1 Pit:1
        staff unsell Floor A-6                -> for_sale
        bob hold A-3                          -> placed A-3
    """)
    told = figures(world)
    cells = {(cell.category, cell.channel): cell for cell in told.cells}
    assert Cell("gold", "vip", 1, 0, 1, 0, 1000) == cells["gold", "vip"]
    assert Cell("gold", None, 6, 1, 0, 1, 0) == cells["gold", None]
    assert Cell("free", "vip", 1, 0, 1, 0, 0) == cells["free", "vip"]
    assert Cell("silver", None, 6, 0, 0, 5, 0) == cells["silver", None]
    assert (1, 1150, 150) == (told.orders, told.booked, told.fees)


def test_what_is_lent_counts_where_it_is_once_it_is_sold() -> None:
    """The order is booked elsewhere, at the whole amount."""
    world = World()
    world.ask("ann", TakePart("gth_1", 8, HoldSeats(("S-A-1", "S-A-2"))))
    held = {cell.category: cell for cell in figures(world).cells}["gold"]
    assert (2, 0, 0) == (held.held, held.sold, held.value)
    world.ask("staff", SettlePart("gth_1", ("S-A-1", "S-A-2"), True, 8, 2))
    told = figures(world)
    sold = {cell.category: cell for cell in told.cells}["gold"]
    assert (0, 2, 2000, 0, 0) == (sold.held, sold.sold, sold.value, told.orders, told.booked)


def test_buyers_are_not_told() -> None:
    """Figures are for the house."""
    decision = World().ask("ann", GetFigures())
    assert isinstance(decision, Rejected)
    assert "scope_missing" == decision.refusal.code.value


def test_figures_of_a_replayed_section_are_the_same() -> None:
    """They follow from the journal alone."""
    world = World()
    world.play("""
        ann hold A-1 A-2 as h  -> placed A-1 A-2
        ann buy h              -> booked A-1 A-2
    """)
    assert figures_of(world.state) == figures(world)
