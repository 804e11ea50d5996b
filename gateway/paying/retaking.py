"""Money came and its seats' time was over: the same seats once more, or equal ones, at the same price.

What the section of the order has is held first; what other sections have is then added to that hold,
gathered like any part, so all of it is one hold with one price before any of it is sold.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import groupby
from typing import Final

import msgspec
from msgspec.structs import replace

from actors.wire import Answer
from engine.commands import AnyCommand, BookHold, GetHold, HoldBest, HoldPlaces, HoldSeats, ReleaseHold
from engine.gathering import Ask
from engine.payments.events import NotRetaken, PaymentEvent, Retaken, Stuck
from engine.payments.payment import PaidItem, Payment
from engine.views import HoldView, OrderView, money
from gateway.carts.routing import Wish
from gateway.paying.asking import PaidSeats
from gateway.sections.answers import unanswered

AGAIN: Final = "\x1fagain"
EQUAL: Final = "\x1fequal"
_holds: Final = msgspec.msgpack.Decoder(HoldView)
_orders: Final = msgspec.msgpack.Decoder(OrderView)
Take = HoldSeats | HoldBest | HoldPlaces


class _Unanswered(Exception):
    """A section did not decide; all of this is asked again later and ends the same way."""


class Retaking:
    """Takes and books in a few commands whose keys follow from the order."""

    def __init__(self, seats: PaidSeats) -> None:
        self._seats = seats

    async def retake(self, payment: Payment) -> PaymentEvent:
        """`Retaken`, `NotRetaken`, or `Stuck`."""
        try:
            await self._let_go(payment)
            booking = await self._take(payment, list(_takes(payment, _same)), AGAIN)
            if booking is None and payment.accept_equal:
                booking = await self._take(payment, list(_takes(payment, _equal)), EQUAL)
        except _Unanswered:
            return Stuck()
        return NotRetaken() if booking is None else Retaken(booking)

    async def _let_go(self, payment: Payment) -> None:
        """The buyer's own hold may have the seats again: after the order ended it went on."""
        held = await self._ask(payment, GetHold(payment.hold), None)
        if held.code is None and _content(_holds.decode(held.body)) == _wanted(payment):
            await self._ask(payment, ReleaseHold(payment.hold), AGAIN + "-let-go")

    async def _take(self, payment: Payment, asks: list[Ask], way: str) -> str | None:
        """The section's order, once all of it is sold at the price that was paid."""
        hold: HoldView | None = None
        for number, ask in enumerate(asks):
            answer = await self._add(payment, ask, hold, f"{way}-{number}")
            if answer.code is not None:
                await self._give_up(payment, hold, way)
                return None
            hold = _holds.decode(answer.body)
        price = money(payment.amount, payment.currency)
        if hold is None or hold.total != price:
            await self._give_up(payment, hold, way)
            return None
        answer = await self._ask(payment, BookHold(hold.hold, payment.id), f"{way}-book")
        return _orders.decode(answer.body).order if answer.code is None else None

    async def _add(self, payment: Payment, ask: Ask, hold: HoldView | None, suffix: str) -> Answer:
        """Hold something, together with what is held already."""
        name = None if hold is None else hold.hold
        if ask.stream == payment.stream:
            return await self._ask(payment, replace(ask.take, hold=name), suffix)
        wish = Wish(payment.event, payment.stream, (ask,), name)
        return _decided(await self._seats.gather(payment, wish, suffix))

    async def _give_up(self, payment: Payment, hold: HoldView | None, way: str) -> None:
        if hold is not None:
            await self._ask(payment, ReleaseHold(hold.hold), f"{way}-release")

    async def _ask(self, payment: Payment, command: AnyCommand, suffix: str | None) -> Answer:
        return _decided(await self._seats.ask(payment, command, suffix))


def _decided(answer: Answer) -> Answer:
    if unanswered(answer):
        raise _Unanswered
    return answer


def _takes(payment: Payment, kind: Callable[[list[PaidItem]], Iterator[Take]]) -> Iterator[Ask]:
    """What each section is asked for, that of the order first."""

    def rank(item: PaidItem) -> tuple[bool, int]:
        return _stream(payment, item) != payment.stream, item.stream

    for (_, stream), group in groupby(sorted(payment.items, key=rank), key=rank):
        items = list(group)
        for take in kind(items):
            yield Ask(stream or payment.stream, items[0].section, take)


def _stream(payment: Payment, item: PaidItem) -> int:
    return item.stream or payment.stream


def _same(items: list[PaidItem]) -> Iterator[HoldSeats | HoldPlaces]:
    seats = [item for item in items if not item.area]
    if seats:
        yield HoldSeats(tuple(item.seat for item in seats), {item.seat: item.type for item in seats})
    yield from _places(items)


def _equal(items: list[PaidItem]) -> Iterator[HoldBest | HoldPlaces]:
    """As many together of each category and ticket type."""
    kinds: dict[tuple[str, str], int] = {}
    for item in items:
        if not item.area:
            kinds[item.category, item.type] = kinds.get((item.category, item.type), 0) + 1
    for (category, ticket_type), qty in kinds.items():
        yield HoldBest(qty, (category,), types={category: ticket_type})
    yield from _places(items)


def _places(items: list[PaidItem]) -> Iterator[HoldPlaces]:
    for item in items:
        if item.area:
            yield HoldPlaces(item.seat, item.qty, item.type)


def _content(hold: HoldView) -> set[tuple[str, str, int]]:
    return {(item.seat, item.type, item.qty) for item in hold.items}


def _wanted(payment: Payment) -> set[tuple[str, str, int]]:
    return {(item.seat, item.type, item.qty) for item in payment.items}
