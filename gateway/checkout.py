"""From a hold to a confirmed order: a saga whose every step can be asked again.

pin the hold -> keep the buyer's name -> take the money -> book. All steps derive from the
client's idempotency key and from the order id that pinning gave, so a retry walks the same
path, meets what was done already, and ends with the first outcome. When the section
refuses to book after the money was taken, the money goes back.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import msgspec

from actors.wire import Answer
from engine.catalogue import OrderRow
from engine.commands import BookOrder, Request, UnpinHold
from engine.views import OrderView
from gateway import commands
from gateway.answers import CODES, explained
from gateway.auth import Principal
from gateway.commands import Routed
from gateway.directory import Directory
from gateway.orderbook import OrderBook
from gateway.ports import Approved, Catalogue, Declined, PaymentProvider, Sections
from protocol.errors import ErrorCode, Problem, problem
from protocol.replies import Item, Money, OrderReply, PaymentState
from protocol.requests import CheckoutBody, OrderBody

BOOKING: Final = "\x1fbook"
UNPINNING: Final = "\x1funpin"
"""Ends of derived keys: clients cannot send keys with control characters."""
_orders: Final = msgspec.msgpack.Decoder(OrderView)


class SettledOrder(msgspec.Struct, frozen=True):
    """An order as it now is; `replayed` says that this is the first outcome of its key again."""

    order: OrderReply
    replayed: bool


class Checkout:
    """Runs checkouts and reads orders. Methods may raise `engine.journal.StorageError`."""

    def __init__(
        self,
        sections: Sections,
        directory: Directory,
        catalogue: Catalogue,
        orders: OrderBook,
        providers: tuple[PaymentProvider, ...],
        now_ms: Callable[[], int],
    ) -> None:
        self._sections = sections
        self._directory = directory
        self._catalogue = catalogue
        self._orders = orders
        self._providers = {provider.name: provider for provider in providers}
        self._now_ms = now_ms

    async def begin(
        self, body: CheckoutBody, caller: Principal, idem: str, deadline_ms: int
    ) -> SettledOrder | Problem:
        """Turn a hold into an order and pay for it."""
        provider = self._providers.get(body.payment.provider)
        if provider is None:
            return problem(ErrorCode.INVALID, "There is no such payment provider.")
        routed = commands.pin_hold(body, caller, idem)
        if isinstance(routed, Problem):
            return routed
        pinned = await self._sections.ask(routed.streams[0], routed.request, deadline_ms)
        if pinned.code is not None:
            return explained(pinned)
        view = _orders.decode(pinned.body)
        row = await self._keep(view, body, caller, routed.streams[0])
        return await self._pay(view, row, body, routed, provider, deadline_ms)

    async def _keep(self, view: OrderView, body: CheckoutBody, caller: Principal, stream: int) -> OrderRow:
        row = OrderRow(
            id=view.order,
            event=await self._directory.event_id_of(stream) or "",
            stream=stream,
            hold=body.hold,
            principal=caller.id,
            buyer_name=body.buyer.name,
            buyer_email=body.buyer.email,
            provider=body.payment.provider,
            created_ms=self._now_ms(),
        )
        await self._orders.save(row)
        return row

    async def _pay(
        self,
        view: OrderView,
        row: OrderRow,
        body: CheckoutBody,
        routed: Routed,
        provider: PaymentProvider,
        deadline_ms: int,
    ) -> SettledOrder | Problem:
        outcome = await provider.authorise(view.order, _amount(view), body.payment.method)
        pinning = routed.request
        if not isinstance(outcome, Approved):
            give_up = _next_step(pinning, UnpinHold(view.order), UNPINNING)
            given_up = await self._sections.ask(row.stream, give_up, deadline_ms)
            return _declined(view, outcome, given_up)
        book = _next_step(pinning, BookOrder(view.order), BOOKING)
        booked = await self._sections.ask(row.stream, book, deadline_ms)
        if booked.code is None:
            payment = PaymentState(provider.name, "approved", outcome.reference)
            order = _reply(_orders.decode(booked.body), row, payment, view.pay_by)
            return SettledOrder(order, booked.replayed)
        if CODES[booked.code].status < 500:
            await provider.refund(view.order, outcome.reference)
        return explained(booked)

    async def read(self, body: OrderBody, caller: Principal, deadline_ms: int) -> OrderReply | Problem:
        """An order with its tickets, as it now is."""
        routed = commands.read_order(body, caller)
        if isinstance(routed, Problem):
            return routed
        answer = await self._sections.ask(routed.streams[0], routed.request, deadline_ms)
        return await self._completed(answer)

    async def cancel(
        self, body: OrderBody, caller: Principal, idem: str, deadline_ms: int
    ) -> SettledOrder | Problem:
        """Cancel a booking."""
        routed = commands.cancel_order(body, caller, idem)
        if isinstance(routed, Problem):
            return routed
        answer = await self._sections.ask(routed.streams[0], routed.request, deadline_ms)
        order = await self._completed(answer)
        return order if isinstance(order, Problem) else SettledOrder(order, answer.replayed)

    async def _completed(self, answer: Answer) -> OrderReply | Problem:
        """What a section says of an order, with what the order's row knows."""
        if answer.code is not None:
            return explained(answer)
        view = _orders.decode(answer.body)
        row = await self._catalogue.order(view.order)
        payment = None
        # A cancelled order does not tell whether it was paid for before, so nothing is claimed.
        if row is not None and view.status != "cancelled":
            payment = PaymentState(row.provider, "approved" if view.status == "confirmed" else "pending")
        return _reply(view, row, payment, view.pay_by)


def _declined(view: OrderView, declined: Declined, given_up: Answer) -> Problem:
    """Why there is no order; where the hold stands again, if the section could be asked."""
    pos = _orders.decode(given_up.body).pos if given_up.code is None else None
    return problem(
        ErrorCode.PAYMENT_DECLINED, declined.reason, objects=(view.order,), section=view.section, pos=pos
    )


def _next_step(pinning: Request, command: BookOrder | UnpinHold, suffix: str) -> Request:
    """A later step of a checkout under a key of its own that follows from the first one's."""
    return msgspec.structs.replace(pinning, command=command, idem=f"{pinning.idem}{suffix}")


def _amount(view: OrderView) -> Money:
    if view.amount is None:
        raise ValueError(f"order {view.order} came without its amount")
    return Money(view.amount.amount, view.amount.currency)


def _reply(
    view: OrderView, row: OrderRow | None, payment: PaymentState | None, pay_by: str | None
) -> OrderReply:
    return OrderReply(
        order=view.order,
        status=view.status,
        amount=_amount(view),
        pay_by=pay_by,
        hold=view.hold,
        event=None if row is None else row.event,
        tickets=msgspec.convert(view.tickets, tuple[Item, ...], from_attributes=True),
        payment=payment,
        section=view.section,
        pos=view.pos,
    )
