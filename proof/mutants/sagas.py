"""Defects of money and of rooms that simulated sales must notice, whatever tests there are."""

from __future__ import annotations

from typing import Final

from proof.mutants.mutant import BySales, ByTests, Edit, Mutant

STEP: Final = "engine/payments/step.py"
STATES: Final = "engine/payments/states.py"
ASKING: Final = "gateway/paying/asking.py"
BANK: Final = "gateway/paying/sandbox_bank.py"
DOOR: Final = "gateway/waiting/door.py"
ADMISSION: Final = "engine/queue/schedule.py"
SAGA: Final = "tests/unit/payments/test_payment_saga.py::"

MUTANTS: Final = (
    Mutant(
        "sale: a refused booking counts as one",
        "The order's time was over, the seats are somebody else's, and the money is kept.",
        (Edit(ASKING, "return Stuck() if unanswered(answer) else SeatsGone()", "return Booked()"),),
        (BySales(120),),
    ),
    Mutant(
        "sale: late money is kept",
        "Neither the same seats nor equal ones can be had, and nobody gives the money back.",
        (Edit(STATES, "NotRetaken: State.REFUNDING,", "NotRetaken: State.BOOKED,"),),
        (BySales(120),),
    ),
    Mutant(
        "sale: who could not be stopped is not waited for",
        "A bank that cannot stop a payment takes it, and the house never hears of it.",
        (
            Edit(STATES, "Unvoidable: State.LAPSING,", "Unvoidable: State.UNPINNING,"),
            Edit(
                STATES, "    State.RELEASED: {\n        Taken: State.PAID,\n    },", "    State.RELEASED: {},"
            ),
        ),
        (BySales(120),),
    ),
    Mutant(
        "sale: money goes back before it is kept that it did",
        "The provider is asked, the reply is lost, and a new number is asked again.",
        (
            Edit(
                BANK,
                "        if number not in intent.refunds:\n            await self._change(intent, refunded)",
                "        number = len(intent.refunds)\n        await self._change(intent, refunded)",
            ),
        ),
        (BySales(200),),
    ),
    Mutant(
        "sale: seats go back and their money stays",
        "A buyer gave two seats of four back and paid for four.",
        (Edit(STEP, "amount = max(payment.refundable - left, 0)", "amount = 0"),),
        (BySales(200),),
    ),
    Mutant(
        "sale: a booking that is cancelled keeps its seats",
        "All of the money went back, and the seats are still the buyer's.",
        (Edit(STATES, "CancelAsked: State.RETURNING,", "CancelAsked: State.REFUNDING,"),),
        (
            ByTests((SAGA + "test_a_cancelled_booking_gives_its_seats_back_before_its_money",)),
            BySales(20),
        ),
    ),
    Mutant(
        "sale: what is due is never looked for",
        "A gateway that dies takes the payments that it began with it.",
        (
            Edit(
                "gateway/keeping.py",
                "due = await self._ledger.claim(now_ms, now_ms + self._claim_ms, CLAIMED_MAX)",
                "due = await self._ledger.claim(0, now_ms + self._claim_ms, CLAIMED_MAX)",
            ),
        ),
        (BySales(60),),
    ),
    Mutant(
        "sale: no pass is asked for",
        "Who never queued takes the seats of those who did.",
        (
            Edit(
                DOOR,
                "found = NO_PASS if token is None else self._read(token, event_id, caller)",
                "found = None if token is None else self._read(token, event_id, caller)\n"
                "        if found is None:\n            return None",
            ),
        ),
        (BySales(40),),
    ),
    Mutant(
        "sale: anybody's pass will do",
        "One pass lets in all who know it.",
        (Edit(DOOR, "(found.event, found.principal) != (event_id, caller.id)", "found.event != event_id"),),
        (BySales(60),),
    ),
    Mutant(
        "sale: an identity has two places",
        "Who asks twice stands in line twice.",
        (
            Edit(
                "engine/queue/decide_members.py",
                "if member is not None:  # Q1",
                "if member is not None and member.pass_expires_ms:  # Q1",
            ),
        ),
        (BySales(60),),
    ),
    Mutant(
        "sale: the last in line is let in first",
        "Whoever came first waits longest.",
        (Edit(ADMISSION, "state.line.first(count)])", "state.line.first(state.waiting)[-count:]])"),),
        (BySales(60),),
    ),
)
