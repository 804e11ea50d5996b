"""Defects of payments that take time: money kept, seats given away, news believed, work left lying."""

from __future__ import annotations

from typing import Final

from proof.mutants.mutant import ByTests, Edit, Mutant

STATES: Final = "engine/payments/states.py"
STEP: Final = "engine/payments/step.py"
SAGA: Final = "tests/unit/payments/test_payment_saga.py::"
WORLD: Final = "tests/integration/gateway/test_payments.py::"
NEWS: Final = "tests/integration/gateway/test_late_news.py::"
CRASHES: Final = "tests/integration/gateway/test_payment_crashes.py::"

MUTANTS: Final = (
    Mutant(
        "payments: money is kept though nothing was sold",
        "The seats are gone after the card was charged, and nobody gives it back.",
        (Edit(STATES, "NotRetaken: State.REFUNDING,", "NotRetaken: State.RELEASED,"),),
        (ByTests((WORLD + "test_late_money_finds_its_seats_taken",)),),
    ),
    Mutant(
        "payments: money goes back though it may be sold",
        "An unknown outcome is taken for a refusal: seats for nothing.",
        (
            Edit(
                "gateway/paying/asking.py",
                "return Stuck() if unanswered(answer) else SeatsGone()",
                "return SeatsGone()",
            ),
        ),
        (ByTests((WORLD + "test_money_stays_while_the_outcome_is_open",)),),
    ),
    Mutant(
        "payments: seats are given before the money is there",
        "A bank that is still working counts as one that has paid.",
        (
            Edit(
                STATES,
                "State.CONFIRMING: {\n        Working: State.AWAITING,",
                "State.CONFIRMING: {\n        Working: State.PAID,",
            ),
        ),
        (ByTests((SAGA + "test_every_payment_comes_to_its_end",)),),
    ),
    Mutant(
        "payments: a refund is given twice",
        "The same key asks again, and is paid again.",
        (
            Edit(
                STEP,
                "not sensible or any(refund.key == asked.key for refund in payment.refunds)",
                "not sensible",
            ),
        ),
        (ByTests((SAGA + "test_a_refund_counts_once",)),),
    ),
    Mutant(
        "payments: the time to pay never ends",
        "A bank that does not answer keeps the seats from everybody.",
        (Edit(STEP, "return now_ms >= payment.give_up_ms", "return False"),),
        (ByTests((SAGA + "test_waiting_ends_before_the_order_does",)),),
    ),
    Mutant(
        "payments: a dead gateway's work is left lying",
        "What is under way is not due for anybody else.",
        (Edit(STEP, "        due_ms = now_ms + STEP_MS\n", "        due_ms = now_ms + 10**12\n"),),
        (ByTests((CRASHES + "test_every_order_comes_to_its_end",)),),
    ),
    Mutant(
        "payments: anybody's news are believed",
        "The signature of a webhook is not looked at.",
        (Edit("gateway/paying/signatures.py", "if not hmac.compare_digest(", "if hmac.compare_digest("),),
        (ByTests((WORLD + "test_news_count_only_with_their_signature",)),),
    ),
    Mutant(
        "payments: two change one",
        "Of two gateways that read the same version both write.",
        (
            Edit(
                "persistence/memory/due_rows.py",
                "before is None or before.version != row.version - 1",
                "before is None",
            ),
        ),
        (ByTests(("tests/contract/test_due_rows.py::test_one_of_two_changes_counts",)),),
    ),
    Mutant(
        "payments: late money is told under a name that nobody knows",
        "News name an order, and tickets, that neither the buyer nor the house can find.",
        (Edit("workers/news.py", "return event.known_as or event.order", "return event.order"),),
        (ByTests((NEWS + "test_late_money_is_told_under_the_order_that_its_buyer_knows",)),),
    ),
)
