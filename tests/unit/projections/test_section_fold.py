"""What the fold of a section comes to, held against its state: two ways to the same figures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

import pytest

from engine.analytics import OrderFact
from engine.events import Record
from engine.figures import figures_of
from engine.transitions import Phase
from engine.views import counts
from tests.unit.section_world import World
from tests.unit.test_biography import STORIES
from workers.projections.ledger import Ledger, decode_ledger, encode_ledger
from workers.projections.section_fold import SectionFold, orders_of


class Folded:
    """A section that was folded in batches; the ledger is written and read between any two."""

    def __init__(self, world: World, batches: Sequence[Sequence[Record]]) -> None:
        self.ledger = Ledger()
        self.orders: dict[str, OrderFact] = {}
        self.sold: Counter[str] = Counter()
        self.value: Counter[str] = Counter()
        self.steps: Counter[str] = Counter()
        self.money: Counter[str] = Counter()
        for batch in batches:
            ledger = decode_ledger(encode_ledger(self.ledger))
            known = {order: self.orders[order] for order in orders_of(batch, ledger) if order in self.orders}
            fold = SectionFold((7, "evt_1", "S"), world.layout, ledger, known)
            for record in batch:
                fold.take(record)
            self.ledger = ledger
            self.orders |= fold.orders
            for key, sales in fold.counts.sales.items():
                self.sold[key.category] += sales.sold - sales.returned
                self.value[key.category] += sales.value - sales.returned_value
            for step, tally in fold.counts.steps.items():
                self.steps[step.step] += tally.count
                self.money[step.step] += tally.amount


def batches_of(world: World, size: int) -> list[list[Record]]:
    """The journal in batches."""
    records = [record for _, record in world.records()]
    return [records[start : start + size] for start in range(0, len(records), size)]


@pytest.mark.parametrize("size", [1, 3, 1_000])
@pytest.mark.parametrize(("play", "story"), STORIES)
def test_counts_are_those_of_the_state(play: Callable[[], World], story: str, size: int) -> None:
    """Held and sold, orders and money, and what is sold of each category at which price."""
    world = play()
    world.play(story)
    state, folded = world.state, Folded(world, batches_of(world, size))
    booked = {each.id: each.amount for each in state.orders.values() if each.phase is Phase.BOOKED}
    stock = folded.ledger.stock
    assert (*counts(state)[1:], len(booked), sum(booked.values())) == (
        *(stock.held, stock.sold, stock.orders, stock.booked),
    )
    sold: Counter[str] = Counter()
    value: Counter[str] = Counter()
    for cell in figures_of(state).cells:
        sold[cell.category] += cell.sold
        value[cell.category] += cell.value
    assert (+sold, +value) == (+folded.sold, +folded.value)
    assert stock.booked == folded.money["booked"] - folded.money["returned"]
    facts = [each for each in folded.orders.values() if each.status == "confirmed"]
    assert booked == {each.id: each.amount - each.refunded for each in facts}


@pytest.mark.parametrize(("play", "story"), STORIES)
def test_every_hold_is_somewhere(play: Callable[[], World], story: str) -> None:
    """It is live, or ended before checkout or after it, or was booked; nothing is counted twice."""
    world = play()
    world.play(story)
    folded = Folded(world, batches_of(world, 2))
    steps, live = folded.steps, [each for each in folded.ledger.live.values() if each.entry is None]
    assert steps["held"] == len(live) + steps["dropped"] + steps["unpaid"] + steps["booked"]
    reached = sum(each.reached for each in live)
    assert steps["checkout"] == reached + steps["unpaid"] + steps["booked"]


def test_the_same_in_batches_of_any_size() -> None:
    """What a batch adds does not depend on where it is cut."""
    for play, story in STORIES:
        world = play()
        world.play(story)
        one, many = Folded(world, batches_of(world, 1)), Folded(world, batches_of(world, 1_000))
        assert (one.steps, one.money, one.orders) == (many.steps, many.money, many.orders)
        assert encode_ledger(one.ledger) == encode_ledger(many.ledger)
