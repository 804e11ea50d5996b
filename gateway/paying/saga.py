"""Drives a payment from step to step: do what its state asks for, keep what came of it, go on.

Several gateways may drive the same one at once. Each step is kept by comparing versions;
who was overtaken reads again and goes on from there, and what it asked for meanwhile was
the same as the other's, under the same keys.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Final, assert_never

import structlog

from engine.due_rows import DueRows
from engine.journal import StorageUnavailable
from engine.payments.events import NotRetaken, PaymentEvent, Refunded, Stuck, TimeUp
from engine.payments.payment import Payment
from engine.payments.states import PATIENT
from engine.payments.step import Action, next_action, out_of_time, step
from gateway.carts.carts import Carts
from gateway.paying.asking import PaidSeats
from gateway.paying.ports import Bank, BankAway, LateMoney
from gateway.paying.retaking import Retaking
from gateway.ports import Sections

BANK_S: Final = 4.0
"""How long a bank is waited for: less than `engine.payments.step.STEP_MS`, after which others go on."""
STEPS_MAX: Final = 64
"""Steps made at a stretch; no way through the table is nearly as long."""
OVERTAKEN_MAX: Final = 32
"""How often one event is tried again because somebody else was faster."""
_log = structlog.get_logger(__name__)


class Saga:
    """Moves payments on. Methods may raise `engine.journal.StorageUnavailable`."""

    def __init__(
        self,
        sections: Sections,
        ledger: DueRows[Payment],
        banks: tuple[Bank, ...],
        now_ms: Callable[[], int],
        carts: Carts | None = None,
        late: LateMoney | None = None,
    ) -> None:
        """`carts` finds late money its seats in several sections; without, it is given back for those."""
        self._late = late
        self.seats = PaidSeats(sections, carts)
        self.ledger = ledger
        self.banks = {bank.name: bank for bank in banks}
        self._sections = {
            Action.BOOK: self.seats.booked,
            Action.UNPIN: self.seats.released,
            Action.RETURN: self.seats.returned,
            Action.REDUCE: self.seats.reduced,
            Action.RETAKE: Retaking(self.seats).retake,
        }
        """What sections are asked for; the rest is asked of the bank."""
        self._now_ms = now_ms

    async def drive(self, payment: Payment, *, look: bool = False) -> Payment:
        """Go on until there is nothing to do but wait; with `look`, ask first those who are waited for."""
        for _ in range(STEPS_MAX):
            action = next_action(payment)
            patient = payment.state in PATIENT and not out_of_time(payment, self._now_ms())
            if action is Action.REST or (patient and not look):
                break
            look = False
            event = await self._act(payment, action)
            if isinstance(event, NotRetaken) and self._late is not None:
                # Before it is kept: whoever dies in between comes here once more.
                await self._late.goes_back(payment)
            payment = await self.tell(payment, event)
            if isinstance(event, Stuck):
                break
        return payment

    async def hear(self, payment: Payment) -> Payment:
        """The bank has news of a payment: ask it how that stands, and go on."""
        return await self.drive(await self.tell(payment, await self._ask_bank(payment, Action.LOOK)))

    async def tell(self, payment: Payment, event: PaymentEvent) -> Payment:
        """Keep what an event changes, whoever else changes the payment meanwhile."""
        for _ in range(OVERTAKEN_MAX):
            after = step(payment, event, self._now_ms())
            if after is None:
                return payment
            if await self.ledger.advance(after):
                if after.state is not payment.state:
                    _log.info("payment_moved", order=after.id, state=after.state.value)
                return after
            payment = await self.ledger.get(payment.id) or payment
        raise StorageUnavailable(f"{payment.id} changes too often to be kept")

    async def _act(self, payment: Payment, action: Action) -> PaymentEvent:
        if out_of_time(payment, self._now_ms()):
            return TimeUp()
        ask = self._sections.get(action)
        return await (self._ask_bank(payment, action) if ask is None else ask(payment))

    async def _ask_bank(self, payment: Payment, action: Action) -> PaymentEvent:
        bank = self.banks.get(payment.provider)
        if bank is None:
            _log.error("bank_missing", order=payment.id, provider=payment.provider)
            return Stuck()
        try:
            async with asyncio.timeout(BANK_S):
                return await _asked(bank, payment, action)
        except (BankAway, TimeoutError) as error:
            _log.warning("bank_away", order=payment.id, provider=payment.provider, reason=str(error))
            return Stuck()


async def _asked(bank: Bank, payment: Payment, action: Action) -> PaymentEvent:
    match action:
        case Action.OPEN:
            return await bank.open(payment)
        case Action.CONFIRM:
            return await bank.confirm(payment)
        case Action.LOOK:
            return await bank.look(payment)
        case Action.VOID:
            return await bank.void(payment)
        case Action.REFUND:
            number = payment.pending_refund
            if number is None:
                raise AssertionError("only a refund that is pending is asked for")
            await bank.refund(payment, number)
            return Refunded(number)
        case Action.BOOK | Action.UNPIN | Action.RETURN | Action.REDUCE | Action.RETAKE | Action.REST:
            raise AssertionError("sections do this")
        case _ as never:
            assert_never(never)
