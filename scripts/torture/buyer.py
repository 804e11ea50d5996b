"""A buyer who insists: repeats what was not answered under the same key, and forgets nothing."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Sequence
from random import Random
from typing import Final

import httpx
import msgspec

from client import HoldfastClient, HoldfastError, Refused
from protocol.replies import HoldReply, OrderReply
from scripts.torture.company import looking
from scripts.torture.promises import Promises

REPEATED_MAX: Final = 12
KEPT_MAX: Final = 24
NAMED, ANYWHERE = 0.4, 0.8
RELEASED, BOOKED = 0.7, 0.9
FITTING_REFUSALS: Final = frozenset({"seat_taken", "best_available_not_found", "sold_out"})


class Wish(msgspec.Struct, frozen=True):
    """What is asked for: `seats` by name, or the best `qty`, in `sections` or anywhere."""

    key: str
    seats: tuple[str, ...] = ()
    qty: int = 0
    sections: tuple[str, ...] | None = None

    async def ask(self, client: HoldfastClient, event: str) -> HoldReply:
        """Ask, however often; it is always the same request under the same key."""
        if self.seats:
            return await client.hold_create(event, self.seats, key=self.key)
        return await client.hold_best(event, self.qty, sections=self.sections, key=self.key)


class Outcome(msgspec.Struct, frozen=True):
    """The first answer to a wish: the hold and its seats, or the refusal and what it is about."""

    told: str
    seats: tuple[str, ...]


class Kept(msgspec.Struct, frozen=True):
    """A hold that was not given back; once it is paid for, its order and the key of the checkout."""

    hold: str
    seats: tuple[str, ...]
    order: str | None = None
    key: str = ""


class Change(msgspec.Struct, frozen=True):
    """What is about to become of a hold or an order, under which key: it is paid for, or given back."""

    of: Kept
    key: str
    pays: bool = False


class Buyer:
    """One principal over all rounds; its clients come and go."""

    def __init__(
        self,
        number: int,
        event: str,
        houses: Sequence[tuple[str, ...]],
        promises: Promises,
        seed: int,
        *,
        pays: bool = True,
    ) -> None:
        """`houses` are the seat labels of each section; who does not pay holds and gives back."""
        self.name: Final = f"insistent-{number}"
        self._event: Final = event
        self._booked: Final = BOOKED if pays else RELEASED
        self._labels: Final = [label for labels in houses for label in labels]
        self._sections: Final = sorted({label.rsplit("-", 2)[0] for label in self._labels})
        self._promises: Final = promises
        self._random: Final = Random(f"{seed}/{number}")
        self._kept: Final[deque[Kept]] = deque()
        self._open: Wish | None = None
        self._changing: Change | None = None
        self._asked: Final[deque[tuple[Wish, Outcome]]] = deque(maxlen=REPEATED_MAX)

    async def shop(self, client: HoldfastClient, stopping: asyncio.Event) -> None:
        """Buy and give back until told to stop; what is under way is brought to its end."""
        while not stopping.is_set():
            try:
                await self.catch_up(client)
                await self._visit(client)
            except HoldfastError as error:
                self._promises.late(f"{self.name} was left with {error!r}")
                return

    @property
    def unsure(self) -> bool:
        """Whether they were sent away in the midst of something."""
        return self._open is not None or self._changing is not None

    async def catch_up(self, client: HoldfastClient) -> None:
        """Bring to its end what was begun before they were sent away."""
        if self._open is not None:
            kept = await self._taken(client, self._open)
            if kept is not None:
                self._kept.append(kept)
        if self._changing is not None:
            await self._change(client, self._changing)

    async def _visit(self, client: HoldfastClient) -> None:
        kept = await self._taken(client, self._draw(client.fresh_key()))
        if kept is not None:
            await self._settle(client, kept)

    async def _taken(self, client: HoldfastClient, wish: Wish) -> Kept | None:
        self._open = wish
        outcome = await self._outcome(client, wish)
        self._open = None
        self._asked.append((wish, outcome))
        if outcome.told in FITTING_REFUSALS:
            self._promises.refused[outcome.told] += 1
            return None
        self._promises.held(outcome.told, outcome.seats)
        return Kept(outcome.told, outcome.seats)

    def _draw(self, key: str) -> Wish:
        chance = self._random.random()
        if chance < NAMED:
            return Wish(key, seats=(self._random.choice(self._labels),))
        if chance < ANYWHERE:
            return Wish(key, qty=2)
        return Wish(key, qty=1, sections=(self._random.choice(self._sections),))

    async def _outcome(self, client: HoldfastClient, wish: Wish) -> Outcome:
        try:
            reply = await wish.ask(client, self._event)
        except Refused as refusal:
            if refusal.code not in FITTING_REFUSALS:
                raise
            return Outcome(refusal.code, refusal.problem.objects)
        return Outcome(reply.hold, _seats(reply))

    async def _settle(self, client: HoldfastClient, kept: Kept) -> None:
        chance = self._random.random()
        if chance < RELEASED:
            await self._change(client, Change(kept, client.fresh_key()))
            return
        if chance < self._booked:
            await self._change(client, Change(kept, client.fresh_key(), pays=True))
        else:
            self._kept.append(kept)
        if len(self._kept) > KEPT_MAX:
            await self._change(client, Change(self._kept.popleft(), client.fresh_key()))

    async def _change(self, client: HoldfastClient, change: Change) -> None:
        self._changing = change
        if change.pays:
            self._kept.append(await self._pay(client, change.of, change.key))
        else:
            await self._give_back(client, change.of, change.key)
        self._changing = None

    async def _pay(self, client: HoldfastClient, kept: Kept, key: str) -> Kept:
        reply = await client.checkout(kept.hold, self.name, "buyer@example.org", key=key)
        self._promises.orders += 1
        self._confirmed(kept, reply)
        return Kept(kept.hold, kept.seats, reply.order, key)

    async def _give_back(self, client: HoldfastClient, kept: Kept, key: str) -> None:
        self._promises.giving_back(kept.hold, kept.seats)
        if kept.order is None:
            await client.release(kept.hold, key=key)
        else:
            await client.order_cancel(kept.order, key=key)

    async def check(self, client: HoldfastClient, rest: httpx.AsyncClient) -> None:
        """Look at everything that was acknowledged, and repeat the last requests under their keys."""
        for wish, first in self._asked:
            self._promises.expect(first, await self._outcome(client, wish), f"{self.name} repeated {wish}")
        for kept in self._kept:
            if kept.order is None:
                told = (await looking(rest, f"/holds/{kept.hold}")).json()
                seats = {item["seat"] for item in told.get("items", ())}
                self._promises.expect(set(kept.seats), seats, f"{self.name} looked at {kept.hold}")
            else:
                self._confirmed(kept, await client.order_get(kept.order))
                again = await client.checkout(kept.hold, self.name, "buyer@example.org", key=kept.key)
                self._promises.expect(kept.order, again.order, f"{self.name} paid again for {kept.hold}")

    def _confirmed(self, kept: Kept, reply: OrderReply) -> None:
        seats = {item.seat for item in reply.tickets}
        self._promises.expect(
            ("confirmed", set(kept.seats)), (reply.status, seats), f"{self.name} looked at {reply.order}"
        )

    def possessions(self) -> dict[str, frozenset[str]]:
        """The live holds and booked orders, with their seats, that must be in the journal."""
        return {kept.order or kept.hold: frozenset(kept.seats) for kept in self._kept}


def _seats(reply: HoldReply) -> tuple[str, ...]:
    return tuple(item.seat for item in reply.items)
