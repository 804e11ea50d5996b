"""A checkout whose payment is decided already: book the hold, keep the buyer's name, say so.

It is one command and one row, so it needs no saga. It runs in callbacks and not as a task,
because a crowd's checkouts come by the thousand a second.
"""

from __future__ import annotations

from collections.abc import Callable

import msgspec
from msgspec.structs import replace

from actors.wire import Answer
from engine.catalogue import OrderRow
from engine.journal import StorageUnavailable
from gateway.carts.asking import spans
from gateway.carts.carts import Carts
from gateway.orderbook import OrderBook
from gateway.orders import SoldOrder, sold_order
from gateway.sections.answers import STORAGE_AWAY, problem_of
from gateway.sections.commands import Routed
from protocol.errors import Problem
from protocol.replies import PaymentState

Way = tuple[Carts | None, Routed, int]
"""Who sees to the parts of a hold that has some, what was asked, and for how long the caller waits."""


class Sold(msgspec.Struct, frozen=True):
    """An order that is booked; `replayed` says that this is the first outcome of its key again."""

    order: SoldOrder
    replayed: bool


OnOutcome = Callable[[Sold | Problem], None]
"""Is told once, on the loop, what became of a checkout."""


class Sale:
    """Takes the section's answer to `BookHold`; the caller is told once the row is stored.

    `draft` is the order's row without its id, which comes with the answer. Should the row
    not get stored, the caller learns so and asks again: the same key finds the same order.
    """

    __slots__ = ("_draft", "_on_outcome", "_order", "_orders", "_payment", "_replayed", "_way")

    def __init__(
        self, draft: OrderRow, payment: PaymentState, orders: OrderBook, on_outcome: OnOutcome, way: Way
    ) -> None:
        self._draft = draft
        self._payment = payment
        self._orders = orders
        self._on_outcome = on_outcome
        self._way = way
        self._order: SoldOrder
        self._replayed = False

    def __call__(self, answer: Answer) -> None:
        """The section has answered."""
        if answer.code is not None:
            self._refused(answer)
            return
        told = sold_order(answer)
        row = replace(self._draft, id=told.order)
        self._order = replace(told, event=row.event, payment=self._payment)
        self._replayed = answer.replayed
        try:
            self._orders.put(row, self._stored)
        except StorageUnavailable:
            self._on_outcome(STORAGE_AWAY)

    def _refused(self, answer: Answer) -> None:
        carts, routed, deadline_ms = self._way
        gatherings = () if carts is None else spans(answer)
        if carts is not None and gatherings:
            carts.answer(carts.follow(routed.streams[0], routed.request, gatherings, deadline_ms), self)
        else:
            self._on_outcome(problem_of(answer))

    def _stored(self, failure: Exception | None) -> None:
        if failure is None:
            self._on_outcome(Sold(self._order, self._replayed))
        else:
            self._on_outcome(STORAGE_AWAY)
