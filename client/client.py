"""The client that people use: one method for each command."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Self

import msgspec

from client.caller import Caller
from client.fetching import Completion, fetch_layout
from client.layout import Layout
from client.seatmap import SeatMap
from protocol.replies import HoldReply, OrderReply, PingReply, SubscribeReply
from protocol.requests import (
    Best,
    Buyer,
    CheckoutBegin,
    CheckoutBody,
    HoldCreate,
    HoldCreateBody,
    HoldExtend,
    HoldExtendBody,
    HoldRelease,
    HoldReleaseBody,
    HoldSwap,
    HoldSwapBody,
    OrderBody,
    OrderCancel,
    OrderGet,
    Payment,
    Ping,
    Places,
    Subscribe,
    SubscribeBody,
    Unsubscribe,
)


class HoldfastClient(Caller):
    """A buyer's session over one websocket that is renewed whenever it breaks.

    Every command carries an idempotency key (its own, unless `key` is given) and is sent
    again under the same key after a lost connection or a passing error, until `deadline_ms`
    (`ClientOptions.deadline_ms` by default): it takes effect at most once, and its outcome is
    the first one's. All commands raise what `Caller.call` raises.

        async with HoldfastClient("http://127.0.0.1:8000", token) as client:
            seats = await client.subscribe(event)
            hold = await client.hold_best(event, 2)
            order = await client.checkout(hold.hold, "Ada", "ada@example.org")
            print(order.status, [item.seat for item in order.tickets])
    """

    async def __aenter__(self) -> Self:
        await self.connect()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()

    async def hold_create(
        self,
        event: str,
        seats: Sequence[str],
        *,
        types: Mapping[str, str] | None = None,
        hold: str | None = None,
        queue_pass: str | None = None,
        key: str | None = None,
        deadline_ms: int | None = None,
    ) -> HoldReply:
        """Hold named seats, all or none; `hold` adds them to that hold. Raises `SeatTaken`."""
        body = HoldCreateBody(event, seats=tuple(seats), types=dict(types or {}), pass_=queue_pass, hold=hold)
        return await self._hold(body, key, deadline_ms)

    async def hold_best(  # noqa: PLR0913 # keywords, as the contract has them
        self,
        event: str,
        qty: int,
        *,
        sections: Sequence[str] | None = None,
        categories: Sequence[str] | None = None,
        adjacent: bool = True,
        accessible: bool | None = None,
        max_price: str | None = None,
        types: Mapping[str, str] | None = None,
        hold: str | None = None,
        queue_pass: str | None = None,
        key: str | None = None,
        deadline_ms: int | None = None,
    ) -> HoldReply:
        """Hold the best `qty` seats that fit. Raises `Conflict` (`best_available_not_found`), `SoldOut`."""
        best = Best(qty, _some(sections), _some(categories), adjacent, accessible, max_price)
        body = HoldCreateBody(event, best=best, types=dict(types or {}), pass_=queue_pass, hold=hold)
        return await self._hold(body, key, deadline_ms)

    async def hold_ga(  # noqa: PLR0913 # keywords, as the contract has them
        self,
        event: str,
        area: str,
        qty: int,
        *,
        types: Mapping[str, str] | None = None,
        hold: str | None = None,
        queue_pass: str | None = None,
        key: str | None = None,
        deadline_ms: int | None = None,
    ) -> HoldReply:
        """Hold `qty` places of a general-admission area. Raises `SoldOut`."""
        body = HoldCreateBody(
            event, ga=Places(area, qty), types=dict(types or {}), pass_=queue_pass, hold=hold
        )
        return await self._hold(body, key, deadline_ms)

    async def _hold(self, body: HoldCreateBody, key: str | None, deadline_ms: int | None) -> HoldReply:
        return await self.command("hold.create", HoldCreate, body, HoldReply, key, deadline_ms)

    async def release(
        self,
        hold: str,
        seats: Sequence[str] | None = None,
        *,
        key: str | None = None,
        deadline_ms: int | None = None,
    ) -> HoldReply:
        """Give back some seats of a hold, or (None) all of it. Raises `Ended`, `NotFound`."""
        body = HoldReleaseBody(hold, _some(seats))
        return await self.command("hold.release", HoldRelease, body, HoldReply, key, deadline_ms)

    async def extend(self, hold: str, *, key: str | None = None, deadline_ms: int | None = None) -> HoldReply:
        """Renew a hold's deadline. Raises `LimitExceeded` when no renewal is left, `Ended`."""
        return await self.command(
            "hold.extend", HoldExtend, HoldExtendBody(hold), HoldReply, key, deadline_ms
        )

    async def swap(
        self,
        hold: str,
        release: Sequence[str],
        take: Sequence[str],
        *,
        types: Mapping[str, str] | None = None,
        key: str | None = None,
        deadline_ms: int | None = None,
    ) -> HoldReply:
        """Give back some seats and take others in one step. Raises `SeatTaken`, `Ended`."""
        body = HoldSwapBody(hold, tuple(release), tuple(take), dict(types or {}))
        return await self.command("hold.swap", HoldSwap, body, HoldReply, key, deadline_ms)

    async def checkout(
        self,
        hold: str,
        name: str,
        email: str,
        *,
        payment: Payment | None = None,
        accept_equal: bool = False,
        key: str | None = None,
        deadline_ms: int | None = None,
    ) -> OrderReply:
        """Turn a hold into an order; it may still be `pending`. Raises `Ended`, `Conflict`.

        With `accept_equal` other seats of the same kind and price will do if the money is late.
        """
        body = CheckoutBody(hold, Buyer(name, email), payment or Payment(), accept_equal)
        return await self.command("checkout.begin", CheckoutBegin, body, OrderReply, key, deadline_ms)

    async def order_get(self, order: str, *, deadline_ms: int | None = None) -> OrderReply:
        """An order of the caller's as it now is. Raises `NotFound`."""
        body = OrderBody(order)
        return await self.call(
            "order.get",
            lambda number, left_ms: OrderGet(id=number, d=body, dl=left_ms),
            OrderReply,
            body=body,
            deadline_ms=deadline_ms,
        )

    async def order_cancel(
        self, order: str, *, key: str | None = None, deadline_ms: int | None = None
    ) -> OrderReply:
        """Cancel an order; its seats are free again. Raises `NotFound`, `Conflict`."""
        return await self.command("order.cancel", OrderCancel, OrderBody(order), OrderReply, key, deadline_ms)

    async def ping(self, *, deadline_ms: int | None = None) -> PingReply:
        """The server's time and the positions of the watched channels."""
        return await self.call("ping", lambda number, _: Ping(id=number), PingReply, deadline_ms=deadline_ms)

    async def subscribe(
        self,
        event: str,
        sections: Sequence[str] | None = None,
        *,
        layout: Layout | None = None,
        deadline_ms: int | None = None,
    ) -> SeatMap:
        """Watch sections (all, if none is named); returns a live map once every section is there.

        Without `layout` the plan is fetched over HTTP first; share one among many clients.
        Raises `KeyError` for a section that the layout does not have.
        """
        house = layout or await fetch_layout(self.url, event)
        seats = SeatMap(event, house, _some(sections))
        body = SubscribeBody(event, _some(sections))
        self.session.core.watching.add(seats, body)
        complete = Completion(seats)
        self.session.listeners.append(complete)
        try:
            async with asyncio.timeout((deadline_ms or self.options.deadline_ms) / 1000):
                await self.call(
                    "subscribe",
                    lambda number, _: Subscribe(id=number, d=body),
                    SubscribeReply,
                    deadline_ms=deadline_ms,
                )
                await complete.reached
        except BaseException:
            self.session.core.watching.remove(seats)
            raise
        finally:
            self.session.listeners.remove(complete)
        return seats

    async def unsubscribe(self, seats: SeatMap, *, deadline_ms: int | None = None) -> None:
        """Stop watching; the map stays as it is."""
        body = SubscribeBody(seats.event, tuple(seats))
        self.session.core.watching.remove(seats)
        await self.call(
            "unsubscribe",
            lambda number, _: Unsubscribe(id=number, d=body),
            msgspec.Raw,
            deadline_ms=deadline_ms,
        )


def _some(names: Sequence[str] | None) -> tuple[str, ...] | None:
    return None if names is None else tuple(names)
