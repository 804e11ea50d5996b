"""One buyer: chooses, hesitates, clicks twice, pays, changes their mind, tries other people's ids."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, Final

import msgspec

from proof.simulation.caller import Caller, Outcome
from proof.simulation.house import House
from proof.simulation.in_the_queue import InTheQueue
from proof.simulation.ledger import Chance, Ledger
from proof.simulation.methods import METHODS, payment
from proof.simulation.repeats import compare
from proof.simulation.waiter import Waiter
from proof.simulation.wishes import Wishes
from protocol.replies import Item, PaymentState

THINK_S: Final = 0.25
REMEMBERED_MAX: Final = 200  # ids and requests that a crowd keeps for those who try old or foreign ones


class _Hold(msgspec.Struct):
    hold: str
    items: tuple[Item, ...]


class _Order(msgspec.Struct):
    order: str
    status: str
    tickets: tuple[Item, ...] = ()
    payment: PaymentState | None = None


_hold: Final = msgspec.msgpack.Decoder(_Hold).decode
_order: Final = msgspec.msgpack.Decoder(_Order).decode


class Buyer:
    """Gives commands through a caller; what must never be told is a violation at once."""

    def __init__(self, caller: Caller, house: House, chance: Chance, ledger: Ledger) -> None:
        self._caller = caller
        self._house = house
        self._chance = chance
        self._ledger = ledger
        self._keys = 0
        self._wishes = Wishes(chance, house)
        self._queue = InTheQueue(caller, house, chance, ledger)
        self._stubborn = chance.happens(0.8)
        self._patient = chance.choice((0.0, 0.3, 0.8))
        """How often they pay in a way that takes time."""
        self._held: dict[str, tuple[Item, ...]] = {}
        self._orders: list[str] = []
        self._paid_later: set[str] = set()
        self._past: list[tuple[str, Any, str, Outcome]] = []
        self._habits: list[Callable[[], Awaitable[None]]] = []
        self._waiter = Waiter(caller, house, chance, ledger, self._give)
        for habit, most in (self._repertoire() | self._waiter.habits()).items():
            self._habits += [habit] * chance.between(0, most)
        self._habits.append(self._take_seats)

    def _repertoire(self) -> dict[Callable[[], Awaitable[None]], int]:
        """Every habit and how strong it may be."""
        return {
            self._take_seats: 8,
            self._take_best: 8,
            self._take_places: 4,
            self._add: 3,
            self._release: 4,
            self._swap: 3,
            self._extend: 3,
            self._checkout: 8,
            self._cancel: 2,
            self._look_at_order: 2,
            self._click_twice: 3,
            self._repeat: 3,
            self._reuse_key: 1,
            self._try_foreign: 2,
            self._abandon: 2,
            self._walk_away: 1,
            self._sync: 1,
        }

    async def live(self, commands: int) -> None:
        """Give commands until the whole crowd has given so many."""
        while self._ledger.commands < commands:
            await self._think()
            if self._house.queued and self._caller.queue_pass is None and self._chance.happens(0.8):
                await self._queue.wait_once()
            elif self._caller.offered and self._chance.happens(0.7):
                await self._waiter.answer()
            else:
                await self._chance.choice(self._habits)()

    async def _think(self) -> None:
        """Until one of the house's beats: at times a whole crowd acts in one instant."""
        loop = asyncio.get_running_loop()
        ready = max(loop.time(), self._house.silent_until) + self._chance.pause(THINK_S)
        beat = self._house.beat_s
        await asyncio.sleep((ready // beat + 1.0) * beat - loop.time())

    # -- taking ---------------------------------------------------------------------------

    def _key(self) -> str:
        self._keys += 1
        return f"{self._caller.name}-{self._keys}"

    async def _hold(self, what: dict[str, Any]) -> None:
        body = {"event": self._house.event, **self._queue.shown(), **what}
        if self._chance.happens(0.1) and "seats" in what:
            body["types"] = dict.fromkeys(what["seats"], "child")
        await self._give("hold.create", body)

    async def _take_seats(self) -> None:
        await self._hold({"seats": self._wishes.seats()})

    async def _take_best(self) -> None:
        await self._hold(self._wishes.best())

    async def _take_places(self) -> None:
        if self._house.areas:
            area = self._chance.choice(self._house.areas)
            await self._hold({"ga": {"area": area, "qty": self._chance.between(1, 5)}})

    async def _add(self) -> None:
        if self._held:
            hold = self._one_of_mine()
            await self._hold(
                {
                    "hold": hold,
                    **self._chance.choice((self._wishes.best(), {"seats": self._wishes.seats()})),
                }
            )

    async def _give(self, kind: str, body: Any, key: str | None = None) -> Outcome:
        """Give a command under a fresh key and remember what came of it."""
        key = key or self._key()
        outcome = await self._caller.ask(kind, body, key, stubborn=self._stubborn)
        self._queue.heed(body, outcome)
        self._remember(kind, body, key, outcome)
        return outcome

    def _remember(self, kind: str, body: Any, key: str, outcome: Outcome) -> None:
        if outcome.body is not None or outcome.problem is not None:
            self._past.append((kind, body, key, outcome))
            del self._past[:-REMEMBERED_MAX]
        if outcome.body is None:
            if outcome.code == "hold_expired":
                self._ledger.sometimes("a hold ended by its time")
            return
        if kind.startswith("hold."):
            self._note_hold(outcome.body)

    def _note_hold(self, body: msgspec.Raw) -> None:
        view = _hold(body)
        if not view.items:
            self._held.pop(view.hold, None)
            return
        if self._wishes.spans(view.items):
            self._ledger.sometimes("a hold spanned sections")
        if view.hold not in self._held:
            self._house.holds.append((view.hold, self._caller.name))
            del self._house.holds[:-REMEMBERED_MAX]
        self._held[view.hold] = view.items

    # -- what one does with holds and orders ----------------------------------------------

    def _one_of_mine(self) -> str:
        return self._chance.choice(self._wishes.dearest(self._held))

    async def _release(self) -> None:
        if self._held:
            hold = self._one_of_mine()
            items = self._held[hold]
            body: dict[str, Any] = {"hold": hold}
            if len(items) > 1 and self._chance.happens(0.5):
                body["seats"] = [self._chance.choice(items).seat]
            await self._give("hold.release", body)

    async def _swap(self) -> None:
        if self._held:
            hold = self._one_of_mine()
            given = [self._chance.choice(self._held[hold]).seat]
            await self._give(
                "hold.swap",
                {"hold": hold, "release": given, "take": self._wishes.seats()[:1]},
            )

    async def _extend(self) -> None:
        if self._held:
            await self._give("hold.extend", {"hold": self._one_of_mine()})

    async def _checkout(self) -> None:
        if not self._held:
            return
        hold = self._one_of_mine()
        method = "declined-card" if self._chance.happens(0.1) else "card"
        if self._chance.happens(max(self._patient, 0.6 if self._wishes.spans(self._held[hold]) else 0.0)):
            method = self._chance.choice(METHODS)
        body = payment(hold, self._caller.name, method) | {"accept_equal": self._chance.happens(0.5)}
        outcome = await self._give("checkout.begin", body)
        if outcome.code == "payment_declined":
            self._ledger.sometimes("a payment was declined")
        elif outcome.code in ("hold_expired", "already_booked", "not_found"):
            self._held.pop(hold, None)
        elif outcome.body is not None:
            self._held.pop(hold, None)
            self._note_order(_order(outcome.body), paid_later=method in METHODS)

    def _note_order(self, order: _Order, *, paid_later: bool) -> None:
        if order.status == "confirmed":
            self._ledger.sometimes("an order was confirmed")
        self._orders.append(order.order)
        self._house.orders.append((order.order, self._caller.name))
        if paid_later:
            # How such an order stands changes by itself: its first answer is not the last.
            self._past.pop()
            self._paid_later.add(order.order)
            self._house.paid.append((order.order, tuple(ticket.seat for ticket in order.tickets)))
            if order.payment is not None and order.payment.next_action is not None:
                self._house.steps.append(order.payment.client_secret or "")

    async def _cancel(self) -> None:
        if self._orders:
            order = self._chance.choice(self._orders)
            if (await self._give("order.cancel", {"order": order})).body is not None:
                self._ledger.sometimes("an order was cancelled")
                if order in self._paid_later:
                    self._past.pop()

    async def _look_at_order(self) -> None:
        if self._orders:
            await self._caller.ask("order.get", {"order": self._chance.choice(self._orders)})

    async def _abandon(self) -> None:
        self._held.clear()

    # -- bad habits -----------------------------------------------------------------------

    async def _click_twice(self) -> None:
        what = self._chance.choice((self._wishes.best(), {"seats": self._wishes.seats()}))
        body = {"event": self._house.event, **self._queue.shown(), **what}
        key = self._key()
        one, two = await asyncio.gather(
            self._caller.ask("hold.create", body, key), self._caller.ask("hold.create", body, key)
        )
        self._remember("hold.create", body, key, one)
        compare(self._ledger, "hold.create", key, one, two)
        if one.body is not None and two.body is not None:
            self._ledger.sometimes("a double click got one hold")

    async def _repeat(self) -> None:
        if self._past:
            kind, body, key, first = self._chance.choice(self._past)
            again = await self._caller.ask(kind, body, key)
            compare(self._ledger, kind, key, first, again)
            if first.body is not None and again.body is not None:
                self._ledger.sometimes("a retry got the first outcome")

    async def _reuse_key(self) -> None:
        if self._past:
            kind, body, key, first = self._past[-1]
            if kind != "hold.create" or "ga" in body or first.body is None:
                return
            other = {**body, "types": {"silver": "standard", "gold": "standard"}}
            outcome = await self._caller.ask(kind, other, key)
            if outcome.body is not None:
                self._ledger.violation(f"{key} was accepted for another body")
            if outcome.code == "idempotency_key_reused":
                self._ledger.sometimes("a key was refused for another body")

    async def _try_foreign(self) -> None:
        holds = [hold for hold, owner in self._house.holds if owner != self._caller.name]
        orders = [order for order, owner in self._house.orders if owner != self._caller.name]
        if orders and self._chance.happens(0.5):
            body = {"order": self._chance.choice(orders)}
            kind = self._chance.choice(("order.get", "order.cancel"))
        elif holds:
            body = {"hold": self._chance.choice(holds)}
            kind = self._chance.choice(("hold.release", "hold.extend"))
        else:
            return
        outcome = await self._caller.ask(kind, body, None if kind == "order.get" else self._key())
        if outcome.body is not None:
            self._ledger.violation(f"{self._caller.name} did {kind} with somebody else's {body}")
        if outcome.code == "not_found":
            self._ledger.sometimes("somebody else's id was not found")

    async def _walk_away(self) -> None:
        self._caller.leave()

    async def _sync(self) -> None:
        for channel, position in list(self._caller.positions.items())[:1]:
            await self._caller.ask("sync", {"ch": channel, "after": position})
