"""What a payment asks of its section, in its owner's name and with the house's rights.

Keys follow from the one that the buyer began with, so whoever asks next asks the same.
"""

from __future__ import annotations

from typing import Final

from actors.answers import explained
from actors.wire import Answer
from engine.commands import AnyCommand, BookOrder, CancelOrder, ReduceOrder, Request, UnpinHold
from engine.payments.events import (
    Booked,
    PaymentEvent,
    Released,
    SeatsBack,
    SeatsGone,
    SeatsKept,
    SeatsReturned,
    Stuck,
)
from engine.payments.payment import Payment
from gateway.carts.carts import Carts
from gateway.carts.routing import Wish
from gateway.orders import minor_units_of, order_of
from gateway.ports import Sections
from gateway.sections.answers import unanswered
from protocol.errors import ErrorCode

SECTION_MS: Final = 4_000
"""How long a section is waited for."""
# Clients cannot send keys with control characters (`protocol.requests.Key`).
BOOKING: Final = "\x1fbook"
UNPINNING: Final = "\x1funpin"
RETURNING: Final = "\x1freturn"
REDUCING: Final = "\x1freduce"


class PaidSeats:
    """The seats that payments are for, by way of their sections.

    Never raises: what did not work is an answer or `Stuck`.
    """

    def __init__(self, sections: Sections, carts: Carts | None = None) -> None:
        self._sections = sections
        self._carts = carts

    async def ask(self, payment: Payment, command: AnyCommand, suffix: str | None) -> Answer:
        """One command under the buyer's key with `suffix`; None: a read."""
        idem = None if suffix is None else f"{payment.key}{suffix}"
        # A buyer who has paid is not stopped by limits, or by a sale that is over by now.
        request = Request(payment.principal, command, idem, role="staff")
        return await self._sections.ask(payment.stream, request, SECTION_MS)

    async def gather(self, payment: Payment, wish: Wish, suffix: str) -> Answer:
        """Add what another section has to a hold of the order's section, or begin it with that."""
        if self._carts is None:
            return explained(ErrorCode.NOT_FOUND.value, "Nothing is gathered over sections here.")
        (ask,) = wish.asks
        request = Request(payment.principal, ask.take, f"{payment.key}{suffix}", role="staff")
        return await self._carts.gather(wish, request, SECTION_MS)

    async def book(self, payment: Payment) -> Answer:
        """Sell the pinned seats; asked again it says the same again."""
        return await self.ask(payment, BookOrder(payment.id), BOOKING)

    async def unpin(self, payment: Payment) -> Answer:
        """Let go of the hold; asked again it says the same again."""
        return await self.ask(payment, UnpinHold(payment.id), UNPINNING)

    async def booked(self, payment: Payment) -> PaymentEvent:
        """Book, and say what that means."""
        answer = await self.book(payment)
        if answer.code in (None, ErrorCode.ALREADY_BOOKED):
            return Booked()
        return Stuck() if unanswered(answer) else SeatsGone()

    async def released(self, payment: Payment) -> PaymentEvent:
        """Let go, and say what that means: an order that ended by itself is let go too."""
        return Stuck() if unanswered(await self.unpin(payment)) else Released()

    async def returned(self, payment: Payment) -> PaymentEvent:
        """Give back what was sold, and say what that means."""
        answer = await self.ask(payment, CancelOrder(payment.booking), RETURNING)
        return Stuck() if unanswered(answer) else SeatsReturned()

    async def reduced(self, payment: Payment) -> PaymentEvent:
        """Give back some of what was sold, and say what that means."""
        # Each time ends with one more refund or with none, so their number tells times apart.
        suffix = f"{REDUCING}-{len(payment.refunds)}-{payment.returning_key}"
        answer = await self.ask(payment, ReduceOrder(payment.booking, payment.returning), suffix)
        if answer.code is not None:
            return Stuck() if unanswered(answer) else SeatsKept()
        return SeatsBack(minor_units_of(order_of(answer).amount))
