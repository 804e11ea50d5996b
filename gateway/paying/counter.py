"""Orders whose payment takes time, as callers meet them: begin, read, cancel."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import Final

import msgspec
from msgspec.structs import replace

from actors.wire import Answer
from engine.catalogue import OrderRow
from engine.commands import GetHold, GetOrder, Request
from engine.payments.events import CancelAsked
from engine.payments.payment import PaidItem, Payment
from engine.payments.states import State
from engine.views import HoldView, ItemView
from gateway.access.auth import Principal
from gateway.orderbook import OrderBook
from gateway.orders import SettledOrder, minor_units_of, order_of
from gateway.paying.asking import SECTION_MS
from gateway.paying.news import OrderNews
from gateway.paying.refunds import asked_refund, keys_of, not_paid_back
from gateway.paying.saga import Saga
from gateway.paying.views import order_status, payment_state, total
from gateway.paying.webhooks import Webhooks
from gateway.ports import Sections
from gateway.sections.answers import problem_of, unanswered
from gateway.sections.directory import Directory, EventMap
from protocol.errors import ErrorCode, Problem, problem
from protocol.payments import RefundBody
from protocol.replies import OrderReply
from protocol.requests import CheckoutBody

TOO_LATE: Final = "The order ended before its payment began: no money was taken."
_holds: Final = msgspec.msgpack.Decoder(HoldView)
_BUSY: Final = (State.PAID, State.RETAKING, State.REDUCING)


class Counter:
    """Serves callers; the work is the saga's. Methods may raise `engine.journal.StorageError`."""

    def __init__(
        self,
        sections: Sections,
        directory: Directory,
        orders: OrderBook,
        saga: Saga,
        news: OrderNews,
    ) -> None:
        self._sections = sections
        self._directory = directory
        self._orders = orders
        self._saga = saga
        self._news = news
        self.banks = saga.banks
        self.webhooks = Webhooks(saga)

    async def begin(
        self, pinned: Answer, row: OrderRow, body: CheckoutBody, idem: str, deadline_ms: int
    ) -> SettledOrder | Problem:
        """Pay for a hold that was just pinned, or again under the same key; `row` lacks its id."""
        told = order_of(pinned)
        payment = await self._saga.ledger.get(told.order)
        if payment is None:
            begun = await self._begun(told, replace(row, id=told.order), body, idem)
            if isinstance(begun, Problem):
                return begun
            payment = begun
        payment = await self._driven(payment, deadline_ms)
        reply = await self._reply(payment, told)
        return reply if isinstance(reply, Problem) else SettledOrder(reply, pinned.replayed)

    async def _begun(
        self, told: OrderReply, row: OrderRow, body: CheckoutBody, idem: str
    ) -> Payment | Problem:
        event = await self._directory.event(row.event)
        held = await self._ask(row.stream, GetHold(row.hold), row.principal)
        if event is None or unanswered(held):
            return problem_of(held)
        if held.code is not None:
            return problem(ErrorCode.PAYMENT_DECLINED, TOO_LATE, objects=(row.id,))
        fresh = _payment(told, row, body, event, (idem, _holds.decode(held.body)))
        # First the name, then the money: a payment that is kept has everything that belongs to it.
        await self._orders.save(row)
        return await self._saga.ledger.begin(fresh)

    async def _driven(self, payment: Payment, deadline_ms: int) -> Payment:
        """Go on as far as the caller waits; the keeper does what is left."""
        try:
            async with asyncio.timeout(deadline_ms / 1000):
                return await self._saga.drive(payment)
        except TimeoutError:
            return await self._saga.ledger.get(payment.id) or payment

    async def _at_rest(self, payment: Payment, deadline_ms: int) -> Payment | Problem:
        """A payment that is not between two states; who asks is refused nothing for what passes by itself."""
        if payment.state not in _BUSY:
            return payment
        driven = await self._driven(payment, deadline_ms)
        if driven.state in _BUSY:
            return problem(ErrorCode.OUTCOME_UNKNOWN, "The order is just changing.", objects=(payment.id,))
        return driven

    async def _reply(self, payment: Payment, pinned: OrderReply) -> OrderReply | Problem:
        """An order that stands or may come to stand; a problem for one that ended."""
        status = order_status(payment)
        if status == "cancelled":
            return await self._ended(payment)
        self._news.follow(payment)
        if status == "pending":
            return self._shown(payment, pinned)
        answer = await self._saga.seats.book(payment)
        if answer.code is None and payment.booking == payment.id:
            return self._read(payment, answer)
        answer = await self._ask(payment.stream, GetOrder(payment.booking), payment.principal)
        read = self._read(payment, answer)
        return read if isinstance(read, Problem) else _unplaced(read)

    async def _ended(self, payment: Payment) -> Problem:
        """Why there is no order, and where the hold stands again, if the section could be asked."""
        let_go = await self._saga.seats.unpin(payment)
        told = order_of(let_go) if let_go.code is None else None
        return problem(
            ErrorCode.PAYMENT_DECLINED,
            payment.reason,
            objects=(payment.id,),
            section="" if told is None else told.section,
            pos=None if told is None else told.pos,
        )

    async def payment(self, order: str) -> Payment | None:
        """The payment of an order, if it takes or took time."""
        return await self._saga.ledger.get(order)

    async def read(self, payment: Payment, caller: Principal, deadline_ms: int) -> OrderReply | Problem:
        """An order with its tickets, as it now is."""
        self._news.follow(payment)
        request = Request(caller.id, GetOrder(payment.booking), role=caller.engine_role)
        return self._read(payment, await self._sections.ask(payment.stream, request, deadline_ms))

    async def cancel(self, payment: Payment, caller: Principal, deadline_ms: int) -> SettledOrder | Problem:
        """Undo an order: no money is taken, or all of it goes back and the seats with it."""
        allowed = await self.read(payment, caller, deadline_ms)
        if isinstance(allowed, Problem):
            return allowed
        resting = await self._at_rest(payment, deadline_ms)
        if isinstance(resting, Problem):
            return resting
        asked = await self._saga.tell(resting, CancelAsked())
        settled = await self._driven(asked, deadline_ms)
        order = await self.read(settled, caller, deadline_ms)
        if isinstance(order, Problem):
            return order
        return SettledOrder(_unplaced(order), asked.version == resting.version)

    async def refund(
        self, order: str, body: RefundBody, caller: Principal, idem: str, deadline_ms: int
    ) -> SettledOrder | Problem:
        """Give back some of an order's money, some of its seats, or all of both. For staff."""
        payment = await self.payment(order)
        if payment is None:
            return problem(ErrorCode.NOT_FOUND, "There is no such order that was paid for.")
        key = f"{caller.id}:{idem}"
        standing = await self.read(payment, caller, deadline_ms)
        if isinstance(standing, Problem):
            return standing
        resting = await self._at_rest(payment, deadline_ms)
        if isinstance(resting, Problem):
            return resting
        asked = asked_refund(resting, body, key, standing.tickets)
        if isinstance(asked, Problem):
            return asked
        told = resting if asked is None else await self._saga.tell(resting, asked)
        settled = await self._driven(told, deadline_ms)
        if key not in keys_of(settled):
            return not_paid_back(order, body)
        read = await self.read(settled, caller, deadline_ms)
        return read if isinstance(read, Problem) else SettledOrder(_unplaced(read), asked is None)

    async def _ask(self, stream: int, command: GetHold | GetOrder, principal: str) -> Answer:
        return await self._sections.ask(stream, Request(principal, command, role="staff"), SECTION_MS)

    def _read(self, payment: Payment, answer: Answer) -> OrderReply | Problem:
        if answer.code is not None:
            return problem_of(answer)
        return self._shown(payment, order_of(answer))

    def _shown(self, payment: Payment, told: OrderReply) -> OrderReply:
        reply = replace(told, event=payment.event, payment=payment_state(payment))
        if payment.booking == payment.id:
            # Told from its place in the journal, all of it: the payment learns later of seats that went back.
            return reply
        # The section knows these seats as another order's, and where that stands says nothing of this one.
        return _unplaced(replace(reply, order=payment.id, hold=payment.hold, amount=total(payment)))


def _unplaced(reply: OrderReply) -> OrderReply:
    """An order without a place in the journal: what is said of it is no single record's."""
    return replace(reply, section="", pos=None)


def _payment(
    told: OrderReply, row: OrderRow, body: CheckoutBody, event: EventMap, begun: tuple[str, HoldView]
) -> Payment:
    idem, hold = begun
    return Payment(
        id=told.order,
        event=event.id,
        stream=row.stream,
        hold=row.hold,
        principal=row.principal,
        key=idem,
        provider=row.provider,
        method=body.payment.method,
        currency=event.currency,
        amount=minor_units_of(told.amount),
        items=tuple(_item(event, item) for item in hold.items),
        pay_by_ms=_unix_ms(told.pay_by or ""),
        created_ms=row.created_ms,
        due_ms=row.created_ms,
        state=State.OPENING if minor_units_of(told.amount) else State.PAID,
        accept_equal=body.accept_equal,
        booking=told.order,
    )


def _item(event: EventMap, item: ItemView) -> PaidItem:
    return PaidItem(
        item.seat,
        item.category,
        item.type,
        minor_units_of(item.price),
        item.qty,
        item.seat in event.areas,
        item.section,
        event.sections[item.section].stream,
    )


def _unix_ms(at: str) -> int:
    return round(datetime.fromisoformat(at).timestamp() * 1000)
