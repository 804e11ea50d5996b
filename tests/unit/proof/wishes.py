"""What people ask of a section: as their client says it, and as the section gets it."""

from __future__ import annotations

from itertools import count
from random import Random
from typing import Any

import msgspec

from engine.commands import (
    AnyCommand,
    BlockSeats,
    BookHold,
    BookOrder,
    CancelOrder,
    ExtendHold,
    GetHold,
    GetOrder,
    HoldBest,
    HoldPlaces,
    HoldSeats,
    PinHold,
    ReleaseHold,
    Request,
    SetChannel,
    SetForSale,
    SetPrice,
    SetSale,
    SwapHold,
    UnblockSeats,
)
from engine.state import SectionState

EVENT = "evt_1"
BUYERS = ("usr_ann", "usr_bob", "usr_cat", "usr_dan")
STAFF = "usr_staff"
SOUGHT = 14
"""Everybody wants the first seats."""


class Ask(msgspec.Struct, frozen=True):
    """A call as its client makes it, and as its section gets it."""

    client: str
    call: int
    operation: str
    body: dict[str, Any]
    request: Request


class Wishes:
    """Draws what is asked next, and remembers who has what."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self._calls = count(1)
        self._holds: dict[str, str] = {}
        self._orders: dict[str, str] = {}
        self._pending: dict[str, str] = {}

    def number(self) -> int:
        """The number of a call."""
        return next(self._calls)

    def remember(self, ask: Ask, body: dict[str, Any]) -> None:
        """What a call was told."""
        if "items" in body:
            self._holds[body["hold"]] = ask.request.principal
        elif body.get("status") == "pending":
            self._pending[body["order"]] = ask.request.principal
        elif "order" in body:
            self._orders[body["order"]] = ask.request.principal

    def draw(self, state: SectionState) -> Ask:
        """The next call."""
        random = self._random
        if random.random() < 0.08:
            return self._staff(state)
        who = random.choice(BUYERS)
        holds = [hold for hold, owner in self._holds.items() if owner == who][-3:]
        orders = [order for order, owner in {**self._orders, **self._pending}.items() if owner == who][-3:]
        chance = random.random()
        if orders and chance < 0.25:
            return self._about_order(who, random.choice(orders))
        if holds and chance < 0.6:
            return self._about_hold(state, who, random.choice(holds))
        return self._take(state, who, random.choice(holds) if holds and random.random() < 0.2 else None)

    def _staff(self, state: SectionState) -> Ask:
        random = self._random
        seat = random.choice(state.layout.labels[:SOUGHT])
        command: AnyCommand = random.choice(
            (
                SetSale(random.choice(("open", "open", "paused"))),
                SetSale("open"),
                BlockSeats((seat,)),
                UnblockSeats((seat,)),
                SetForSale((seat, "Floor"), random.random() < 0.6),
                SetChannel((seat,), random.choice((None, "vip"))),
                SetPrice("gold", "standard", random.choice((900, 1000, 1100))),
            )
        )
        return self._ask(STAFF, "staff", {}, command, keyed=False)

    def _take(self, state: SectionState, who: str, into: str | None) -> Ask:
        random = self._random
        chance = random.random()
        body: dict[str, Any] = {"event": EVENT, "hold": into}
        if chance < 0.5:
            names = [*state.layout.labels[:SOUGHT], "S-T", "S-T-1", "S-none"]
            seats = tuple(random.sample(names, random.choice((1, 1, 2))))
            return self._ask(who, "hold.create", {**body, "seats": seats}, HoldSeats(seats, hold=into))
        if chance < 0.8:
            return self._best(who, body, into)
        qty = random.choice((1, 2, 4))
        places = {"area": "Floor", "qty": qty}
        return self._ask(who, "hold.create", {**body, "ga": places}, HoldPlaces("Floor", qty, hold=into))

    def _best(self, who: str, body: dict[str, Any], into: str | None) -> Ask:
        random = self._random
        qty, adjacent = random.choice((1, 2, 3, 4)), random.random() < 0.7
        accessible = random.choice((None, None, True, False))
        categories = random.choice(((), (), ("gold",), ("silver", "free")))
        limit = random.choice((None, None, "9.50"))
        best = {
            "qty": qty,
            "adjacent": adjacent,
            "accessible": accessible,
            "categories": categories or None,
            "max_price": limit,
        }
        command = HoldBest(qty, categories, adjacent, accessible, None if limit is None else 950, hold=into)
        return self._ask(who, "hold.create", {**body, "best": best}, command)

    def _about_hold(self, state: SectionState, who: str, hold: str) -> Ask:
        random = self._random
        buyer = {"name": "A", "email": "a@example.org"}
        found = state.holds.get(hold)
        labels = state.layout.labels
        back = labels[found.seats[0].seat] if found is not None and found.seats else labels[0]
        take = random.choice(labels[:SOUGHT])
        swap = {"hold": hold, "release": [back], "take": [take]}
        choices: tuple[tuple[str, dict[str, Any], AnyCommand], ...] = (
            ("checkout.begin", {"hold": hold, "buyer": buyer}, PinHold(hold)),
            ("checkout.begin", {"hold": hold, "buyer": buyer}, BookHold(hold)),
            ("hold.release", {"hold": hold}, ReleaseHold(hold)),
            ("hold.release", {"hold": hold, "seats": [back]}, ReleaseHold(hold, (back,))),
            ("hold.extend", {"hold": hold}, ExtendHold(hold)),
            ("hold.swap", swap, SwapHold(hold, (back,), (take,))),
            ("hold.get", {"hold": hold}, GetHold(hold)),
        )
        operation, body, command = random.choice(choices)
        return self._ask(who, operation, body, command, keyed=operation != "hold.get")

    def _about_order(self, who: str, order: str) -> Ask:
        chance = self._random.random()
        if chance < 0.4:
            return self._ask(who, "order.get", {"order": order}, GetOrder(order), keyed=False)
        if chance < 0.75:
            return self._ask(who, "order.book", {"order": order}, BookOrder(order))
        return self._ask(who, "order.cancel", {"order": order}, CancelOrder(order))

    def _ask(
        self, who: str, operation: str, body: dict[str, Any], command: AnyCommand, *, keyed: bool = True
    ) -> Ask:
        call = self.number()
        role: Any = "staff" if who == STAFF else "buyer"
        request = Request(who, command, f"k{call}" if keyed else None, b"f" * 8, role)
        return Ask(who[4:], call, operation, body, request)
