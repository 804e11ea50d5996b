"""From a hold to a confirmed order.

Where payment is decided at once the hold is simply sold (`gateway.sale`). Where it takes
time the hold is pinned and its payment driven as a saga (`gateway.paying`). Pinning under
the client's key gives the order's id, from which the keys of all later steps follow.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from msgspec.structs import replace

from actors.wire import Answer
from engine.catalogue import OrderRow
from engine.ids import stream_of
from engine.payments.payment import Payment
from gateway.access.auth import Principal
from gateway.carts.carts import Carts
from gateway.orderbook import OrderBook
from gateway.orders import SettledOrder, minor_units_of, order_of, was_booked, whole
from gateway.paying.counter import Counter
from gateway.paying.sandbox_provider import SandboxProvider
from gateway.ports import Catalogue, Declined, PaymentProvider, Sections
from gateway.sale import OnOutcome, Sale, Sold
from gateway.sections import commands
from gateway.sections.answers import problem_of
from gateway.sections.directory import Directory
from gateway.ticketing.orders import OrderReader
from protocol.errors import ErrorCode, Problem, problem
from protocol.replies import OrderReply, PaymentState
from protocol.requests import CheckoutBody, OrderBody


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
        counter: Counter | None = None,
    ) -> None:
        self._sections = sections
        self._directory = directory
        self._catalogue = catalogue
        self._orders = orders
        self._providers = {provider.name: provider for provider in providers}
        self._now_ms = now_ms
        self.counter = counter
        # Whether a bank that moves money stands beside the sandbox.
        self._takes_money = counter is not None and any(
            name != SandboxProvider.name for name in counter.banks
        )
        self.carts: Carts | None = None
        """Who sees to the parts of holds that span sections, if any do."""

    async def begin(
        self, body: CheckoutBody, caller: Principal, idem: str, deadline_ms: int
    ) -> SettledOrder | Problem:
        """Turn a hold into an order and pay for it."""
        wrong = await self._wrong_till(body)
        if wrong is not None:
            return wrong
        provider = self._providers.get(body.payment.provider)
        decided = None if provider is None else provider.at_once(body.hold, body.payment.method)
        if decided is not None:
            stream = stream_of(body.hold, "hld")
            if stream is None:
                return problem(ErrorCode.NOT_FOUND, "There is no such hold.")
            return await self._sell_later(stream, body, caller, idem, deadline_ms)
        if self.counter is None or body.payment.provider not in self.counter.banks:
            return problem(ErrorCode.INVALID, "There is no such way to pay.")
        return await self._pay(self.counter, body, caller, idem, deadline_ms)

    async def _wrong_till(self, body: CheckoutBody) -> Problem | None:
        """Test events are paid for in the sandbox, and others never where real money can be taken."""
        if body.payment.provider == SandboxProvider.name:
            if not self._takes_money or await self._is_trial(body.hold):
                return None
            return problem(ErrorCode.INVALID, "This sale takes money: the sandbox is for test events.")
        if await self._is_trial(body.hold):
            return problem(ErrorCode.INVALID, "A test event takes no money: pay in the sandbox.")
        return None

    async def _is_trial(self, hold: str) -> bool:
        """Whether a hold is of a test event."""
        stream = stream_of(hold, "hld")
        event_id = None if stream is None else await self._directory.event_id_of(stream)
        event = None if event_id is None else await self._directory.event(event_id)
        return event is not None and event.info.mode == "test"

    async def _pay(
        self, counter: Counter, body: CheckoutBody, caller: Principal, idem: str, deadline_ms: int
    ) -> SettledOrder | Problem:
        routed = commands.pin_hold(body, caller, idem)
        if isinstance(routed, Problem):
            return routed
        pinned = await self._sections.ask(routed.streams[0], routed.request, deadline_ms)
        if pinned.code is not None:
            return problem_of(pinned)
        event = await self._directory.event_id_of(routed.streams[0]) or ""
        row = self._row("", event, routed.streams[0], body, caller)
        return await counter.begin(pinned, row, body, idem, deadline_ms)

    def sell(
        self, body: CheckoutBody, caller: Principal, idem: str, deadline_ms: int, on_outcome: OnOutcome
    ) -> bool:
        """Sell a hold whose payment is decided at once; False when that needs more time than a call.

        `on_outcome` is then not called; `begin` does the same and more.
        """
        # Whether the event is a trial may have to be looked up first.
        return not self._takes_money and self._sell_at_once(body, caller, idem, deadline_ms, on_outcome)

    def _sell_at_once(
        self, body: CheckoutBody, caller: Principal, idem: str, deadline_ms: int, on_outcome: OnOutcome
    ) -> bool:
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
        sale = Sale(draft, payment, self._orders, on_outcome, (self.carts, routed, deadline_ms))
        self._sections.submit(routed.streams[0], routed.request, deadline_ms, sale)
        return True

    async def _sell_later(
        self, stream: int, body: CheckoutBody, caller: Principal, idem: str, deadline_ms: int
    ) -> SettledOrder | Problem:
        if await self._directory.event_id_of(stream) is None:
            return problem(ErrorCode.NOT_FOUND, "There is no such hold.")
        settled: asyncio.Future[SettledOrder | Problem] = asyncio.get_running_loop().create_future()

        def settle(outcome: Sold | Problem) -> None:
            if not settled.done():
                settled.set_result(_settled(outcome))

        if not self._sell_at_once(body, caller, idem, deadline_ms, settle):
            raise AssertionError("the event is known and the payment decided")
        return await settled

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

    async def read(self, body: OrderBody, caller: Principal, deadline_ms: int) -> OrderReply | Problem:
        """An order with its tickets, as it now is."""
        payment = await self._payment(body.order)
        if payment is not None:
            return await payment[0].read(payment[1], caller, deadline_ms)
        routed = commands.read_order(body, caller)
        if isinstance(routed, Problem):
            return routed
        answer = await self._sections.ask(routed.streams[0], routed.request, deadline_ms)
        return await self._completed(answer)

    async def cancel(
        self, body: OrderBody, caller: Principal, idem: str, deadline_ms: int
    ) -> SettledOrder | Problem:
        """Cancel an order: what it was paid goes back, and its seats go on sale.

        Once a ticket of it was used at the door only staff may.
        """
        used = None if caller.engine_role == "staff" else await self._used(body, caller, deadline_ms)
        if used is not None:
            return used
        payment = await self._payment(body.order)
        if payment is not None:
            return await payment[0].cancel(payment[1], caller, deadline_ms)
        routed = commands.cancel_order(body, caller, idem)
        if isinstance(routed, Problem):
            return routed
        answer = await self._sections.ask(routed.streams[0], routed.request, deadline_ms)
        order = await self._completed(answer)
        return order if isinstance(order, Problem) else SettledOrder(order, answer.replayed)

    async def _used(self, body: OrderBody, caller: Principal, deadline_ms: int) -> Problem | None:
        """Why the order cannot be given back: somebody is in already. Or why that cannot be told."""
        reader = OrderReader(self, self._directory, self._catalogue)
        places = await reader.read(body.order, caller, deadline_ms)
        if isinstance(places, Problem):
            return places
        used = [each.ticket for each in places.sold if each.row is not None and each.row.used_ms is not None]
        if not used:
            return None
        return problem(ErrorCode.TICKET_USED, "Somebody came in with it.", objects=tuple(used))

    async def _payment(self, order: str) -> tuple[Counter, Payment] | None:
        """The payment of an order that went the longer way."""
        payment = None if self.counter is None else await self.counter.payment(order)
        return None if self.counter is None or payment is None else (self.counter, payment)

    async def _completed(self, answer: Answer) -> OrderReply | Problem:
        """What a section says of an order, with what the order's row knows."""
        if answer.code is not None:
            return problem_of(answer)
        told = order_of(answer)
        row = await self._catalogue.order(told.order)
        if row is None:
            return told
        return replace(told, event=row.event, payment=_paid_at_once(row.provider, told, answer))


def _paid_at_once(provider: str, told: OrderReply, answer: Answer) -> PaymentState | None:
    """How the payment of an order stands that was decided at once, and so is undone at once."""
    if told.status != "cancelled":
        return PaymentState(provider, "approved" if told.status == "confirmed" else "pending")
    if not was_booked(answer):
        # A checkout that came to nothing: whether anything was asked of a bank is not known here.
        return None
    if not minor_units_of(told.amount):
        return PaymentState(provider, "cancelled")
    return PaymentState(provider, "refunded", refunded=told.amount)


def _settled(outcome: Sold | Problem) -> SettledOrder | Problem:
    return outcome if isinstance(outcome, Problem) else SettledOrder(whole(outcome.order), outcome.replayed)
