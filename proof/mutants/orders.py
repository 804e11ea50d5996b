"""Defects of checkout: pinning, booking, cancelling."""

from __future__ import annotations

from typing import Final

from proof.mutants.domain import STORIES
from proof.mutants.mutant import BySales, ByTests, Edit, Mutant

FEES: Final = ByTests(
    (
        "tests/unit/test_fees.py::test_what_a_fee_comes_to",
        "tests/unit/test_fees.py::test_fees_on_top_are_added_and_included_ones_are_not",
    )
)
CONFIRMATIONS: Final = "tests/known_failures/test_confirmations.py::"

MUTANTS: Final = (
    Mutant(
        "a pin does not stop the hold's own deadline",
        "The seats go back on sale while their buyer types a card number.",
        (
            Edit(
                "engine/holds.py",
                "return self.expires_ms if self.order is None else self.pay_by_ms",
                "return self.expires_ms",
            ),
        ),
        (STORIES,),
    ),
    Mutant(
        "an order can be paid after its time",
        "It is booked though its seats are on sale again.",
        (
            Edit(
                "engine/guards.py",
                "lapsed = order.phase is Phase.PINNED and entry.at_ms >= order.pay_by_ms",
                "lapsed = order.phase is Phase.PINNED and entry.at_ms < 0",
            ),
        ),
        (STORIES,),
    ),
    Mutant(
        "a fee is charged once for many places",
        "Three places of an area bear the fee of one.",
        (Edit("engine/fees.py", "_fee_on(fee, price) * qty for", "_fee_on(fee, price) for"),),
        (FEES,),
    ),
    Mutant(
        "an included fee is added to the price",
        "Buyers pay what they were told is in the price already.",
        (Edit("engine/fees.py", "if not line.included)", "if line.amount)"),),
        (FEES,),
    ),
    Mutant(
        "seats that go back leave their price behind",
        "A booking that gave back a seat still costs as much, so no money goes back with it.",
        (Edit("engine/decide_orders.py", "amount_of(state.terms.fees, kept, places),", "order.amount,"),),
        (STORIES,),
    ),
    Mutant(
        "a booked order can be booked again",
        "A double click pays twice.",
        (
            Edit(
                "engine/transitions.py",
                "Phase.BOOKED: {Step.CANCEL: Phase.CANCELLED,",
                "Phase.BOOKED: {Step.CANCEL: Phase.CANCELLED, Step.BOOK: Phase.BOOKED,",
            ),
        ),
        (STORIES,),
    ),
    Mutant(
        "what is cancelled stays sold",
        "The seats of a cancelled booking never come back.",
        (
            Edit(
                "engine/evolve_orders.py",
                "[item.seat for item in event.seats if state.set_status(item.seat, FREE)]),\n"
                "        tuple([place.area for place in event.places]),",
                "[item.seat for item in event.seats if state.set_status(item.seat, SOLD)]),\n"
                "        tuple([place.area for place in event.places]),",
            ),
        ),
        (STORIES, BySales(20)),
    ),
    Mutant(
        "confirmed before the buyer's name is stored",
        "A paid order belongs to nobody.",
        (Edit("gateway/sale.py", "        if failure is None:", "        if failure is None or failure:"),),
        (ByTests((CONFIRMATIONS + "test_a_failure_after_the_sale_is_no_failure_of_the_sale",)),),
    ),
)
