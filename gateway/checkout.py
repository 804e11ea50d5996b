"""From a hold to a confirmed order.

Where payment is decided at once the hold is simply sold (`gateway.sale`). Where it takes
time the way is a saga whose every step can be asked again: pin the hold -> keep the
buyer's name -> take the money -> book. All steps derive from the client's idempotency key
and from the order id that pinning gave, so a retry walks the same path, meets what was
done already, and ends with the first outcome. When the section refuses to book after the
money was taken, the money goes back.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Final

import msgspec

from actors.wire import Answer
from engine.catalogue import OrderRow
from engine.commands import BookOrder, Request, UnpinHold
from engine.ids import stream_of
from engine.views import OrderView
from gateway import commands
from gateway.answers import CODES, explained
from gateway.auth import Principal
from gateway.commands import Routed
from gateway.directory import Directory
from gateway.orderbook import OrderBook
from gateway.orders import SettledOrder, amount_of, order_reply, order_views
from gateway.ports import Approved, Catalogue, Declined, PaymentProvider, Sections
from gateway.sale import OnOutcome, Sale
from protocol.errors import ErrorCode, Problem, problem
from protocol.replies import OrderReply, PaymentState
from protocol.requests import CheckoutBody, OrderBody

BOOKING: Final = "\x1fbook"
UNPINNING: Final = "\x1funpin"
"""Ends of derived keys: clients cannot send keys with control characters."""


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
        stream = stream_of(body.hold, "hld")
        if stream is not None and provider.at_once(body.hold, body.payment.method) is not None:
            return await self._sell_later(stream, body, caller, idem, deadline_ms)
        routed = commands.pin_hold(body, caller, idem)
        if isinstance(routed, Problem):
            return routed
        pinned = await self._sections.ask(routed.streams[0], routed.request, deadline_ms)
        if pinned.code is not None:
            return explained(pinned)
        view = order_views.decode(pinned.body)
        row = await self._keep(view, body, caller, routed.streams[0])
        return await self._pay(view, row, body, routed, provider, deadline_ms)

    def sell(
        self, body: CheckoutBody, caller: Principal, idem: str, deadline_ms: int, on_outcome: OnOutcome
    ) -> bool:
        """Sell a hold whose payment is decided at once; False when that needs more time than a call.

        `on_outcome` is then not called; `begin` does the same and more.
        """
        provider = self._providers.get(body.payment.provider)
        decision = None if provider is None else provider.at_once(body.hold, body.payment.method)
        if provider is None or decision is None:
            return False
        routed = commands.book_hold(body, caller, idem)
        if isinstance(routed, Problem):
            on_outcome(routed)
            return True
        event = self._directory.known_event_of(routed.streams[0])
        if event is None:
            return False
        if isinstance(decision, Declined):
            on_outcome(problem(ErrorCode.PAYMENT_DECLINED, decision.reason, objects=(body.hold,)))
            return True
        draft = self._row("", event, routed.streams[0], body, caller)
        payment = PaymentState(provider.name, "approved", decision.reference)
        sale = Sale(draft, payment, self._orders, on_outcome)
        self._sections.submit(routed.streams[0], routed.request, deadline_ms, sale)
        return True

    async def _sell_later(
        self, stream: int, body: CheckoutBody, caller: Principal, idem: str, deadline_ms: int
    ) -> SettledOrder | Problem:
        if await self._directory.event_id_of(stream) is None:
            return problem(ErrorCode.NOT_FOUND, "There is no such hold.")
        settled: asyncio.Future[SettledOrder | Problem] = asyncio.get_running_loop().create_future()

        def settle(outcome: SettledOrder | Problem) -> None:
            if not settled.done():
                settled.set_result(outcome)

        if not self.sell(body, caller, idem, deadline_ms, settle):
            raise AssertionError("the event is known and the payment decided")
        return await settled

    async def _keep(self, view: OrderView, body: CheckoutBody, caller: Principal, stream: int) -> OrderRow:
        event = await self._directory.event_id_of(stream) or ""
        row = self._row(view.order, event, stream, body, caller)
        await self._orders.save(row)
        return row

    def _row(self, order: str, event: str, stream: int, body: CheckoutBody, caller: Principal) -> OrderRow:
        return OrderRow(
            id=order,
            event=event,
            stream=stream,
            hold=body.hold,
            principal=caller.id,
            buyer_name=body.buyer.name,
            buyer_email=body.buyer.email,
            provider=body.payment.provider,
            created_ms=self._now_ms(),
        )

    async def _pay(
        self,
        view: OrderView,
        row: OrderRow,
        body: CheckoutBody,
        routed: Routed,
        provider: PaymentProvider,
        deadline_ms: int,
    ) -> SettledOrder | Problem:
        outcome = await provider.authorise(view.order, amount_of(view), body.payment.method)
        pinning = routed.request
        if not isinstance(outcome, Approved):
            give_up = _next_step(pinning, UnpinHold(view.order), UNPINNING)
            given_up = await self._sections.ask(row.stream, give_up, deadline_ms)
            return _declined(view, outcome, given_up)
        book = _next_step(pinning, BookOrder(view.order), BOOKING)
        booked = await self._sections.ask(row.stream, book, deadline_ms)
        if booked.code is None:
            payment = PaymentState(provider.name, "approved", outcome.reference)
            order = order_reply(order_views.decode(booked.body), row, payment, view.pay_by)
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
        view = order_views.decode(answer.body)
        row = await self._catalogue.order(view.order)
        payment = None
        # A cancelled order does not tell whether it was paid for before, so nothing is claimed.
        if row is not None and view.status != "cancelled":
            payment = PaymentState(row.provider, "approved" if view.status == "confirmed" else "pending")
        return order_reply(view, row, payment, view.pay_by)


def _declined(view: OrderView, declined: Declined, given_up: Answer) -> Problem:
    """Why there is no order; where the hold stands again, if the section could be asked."""
    pos = order_views.decode(given_up.body).pos if given_up.code is None else None
    return problem(
        ErrorCode.PAYMENT_DECLINED, declined.reason, objects=(view.order,), section=view.section, pos=pos
    )


def _next_step(pinning: Request, command: BookOrder | UnpinHold, suffix: str) -> Request:
    """A later step of a checkout under a key of its own that follows from the first one's."""
    return msgspec.structs.replace(pinning, command=command, idem=f"{pinning.idem}{suffix}")
