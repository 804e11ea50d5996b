"""One buyer of the crowd: arrives, chooses, perhaps wavers, pays, goes home."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from itertools import takewhile
from random import Random
from time import perf_counter
from typing import Any, Final

import msgspec

from bench.habits import CrowdOptions, Habit, Person, Quirk, draw_quirk
from bench.ledger import Ledger
from client import HoldfastClient, HoldfastError, Layout, Refused, SeatMap, SeatTaken
from protocol.replies import HoldReply

NAMED_MAX: Final = 4
PLACES_MAX: Final = 4
MOVES_MAX: Final = 2
SECTIONS_AT_ONCE: Final = 4
STANDS_SHARE: Final = 0.25
_GLANCE_S: Final = 0.1
_DOMAIN_STATUSES: Final = frozenset({402, 409, 410, 422, 423})
_NOTHING_FITS: Final = frozenset({"best_available_not_found", "sold_out", "limit_exceeded"})


class BuyerSummary(msgspec.Struct, frozen=True):
    """One buyer's evening. Times in seconds since the doors opened."""

    number: int
    habit: str
    arrived_s: float
    left_s: float
    orders: int
    places: int
    refusals: int
    reconnects: int
    quirks: dict[str, int]


class Buyer:
    """A person at a client; everything they are told goes into the ledger."""

    def __init__(
        self,
        person: Person,
        client: HoldfastClient,
        event: str,
        layout: Layout,
        ledger: Ledger,
        options: CrowdOptions,
    ) -> None:
        self._person: Final = person
        self._client: Final = client
        self._event: Final = event
        self._layout: Final = layout
        self._ledger: Final = ledger
        self._options: Final = options
        self._randomness: Final = Random(person.seed)
        self._habit = person.habit
        self._seats: SeatMap | None = None
        self._orders = 0
        self._places = 0
        self._refusals = 0
        self._in_a_row = 0
        self._together = 2
        self._places_wanted = PLACES_MAX
        self._section = person.section
        self._moves = 0
        self._quirks: dict[str, int] = {}
        self._sections: Final = [name for name, section in layout.sections.items() if section.labels]
        self._areas: Final = [area for section in layout.sections.values() for area in section.areas]

    async def attend(self, doors_s: float) -> BuyerSummary:
        """The whole evening. Never raises what a server may do."""
        await asyncio.sleep(self._person.arrives_s)
        arrived_s = perf_counter() - doors_s
        try:
            await self._client.connect()
            await self._shop(doors_s)
        except HoldfastError as error:
            self._ledger.errors[type(error).__name__] += 1
        finally:
            await self._client.close()
        return BuyerSummary(
            number=self._person.number,
            habit=self._person.habit.value,
            arrived_s=round(arrived_s, 3),
            left_s=round(perf_counter() - doors_s, 3),
            orders=self._orders,
            places=self._places,
            refusals=self._refusals,
            reconnects=max(0, self._client.session.greetings - 1),
            quirks=self._quirks,
        )

    async def _shop(self, doors_s: float) -> None:
        options = self._options
        while self._orders < options.orders_each and self._in_a_row < options.patience:
            if self._ledger.over:
                return
            try:
                await self._one_order(doors_s)
                self._in_a_row = 0
            except Refused as refusal:
                self._refused(refusal)
                if isinstance(refusal, SeatTaken):
                    # Somebody was faster: choose again at once, from the map as it is now.
                    await asyncio.sleep(_GLANCE_S)
                    continue
            except HoldfastError as error:
                self._ledger.errors[type(error).__name__] += 1
                self._in_a_row += 1
            # Whoever was refused looks again later and later.
            await asyncio.sleep(options.thinks_s * (1 + self._in_a_row) * self._randomness.random())

    def _refused(self, refusal: Refused) -> None:
        self._refusals += 1
        self._in_a_row += 1
        if refusal.problem.status in _DOMAIN_STATUSES:
            self._ledger.refused[refusal.code] += 1
        else:
            self._ledger.errors[refusal.code] += 1
        self._settle_for_less(refusal.code)

    def _settle_for_less(self, code: str) -> None:
        """Where nothing fits, try other sections, then several at once, then single places."""
        if code not in _NOTHING_FITS:
            return
        self._moves += 1
        if self._habit is Habit.GENERAL and self._places_wanted > 1:
            self._places_wanted = 1
        elif not self._sections:
            return
        elif code == "limit_exceeded":
            # Limits count by section: somewhere else one may still buy.
            self._section = self._randomness.choice(self._sections)
        else:
            self._habit = Habit.BEST_TWO
            self._section = self._randomness.choice(self._sections)
            if self._moves > 2 * MOVES_MAX:
                self._together = self._places_wanted = 1

    def _would_stand(self) -> bool:
        """Whoever is down to single seats takes a standing place as well."""
        return self._together == 1 and bool(self._areas) and self._randomness.random() < STANDS_SHARE

    def _where(self) -> list[str]:
        """The sections that one asks for: one's own, later a few, because asking many is asking each."""
        if self._moves <= MOVES_MAX:
            return [self._section]
        return self._randomness.sample(self._sections, min(SECTIONS_AT_ONCE, len(self._sections)))

    async def _one_order(self, doors_s: float) -> None:
        quirk = draw_quirk(self._randomness, self._options)
        self._quirks[quirk.value] = self._quirks.get(quirk.value, 0) + 1
        key = self._client.fresh_key()
        began_s = perf_counter() - doors_s
        hold = await self._choose(key, quirk)
        self._ledger.timed(began_s, perf_counter() - doors_s)
        match quirk:
            case Quirk.ABANDONS:
                return
            case Quirk.HESITATES:
                await self._hesitate(hold)
            case _:
                await self._pay(hold)

    async def _choose(self, key: str, quirk: Quirk) -> HoldReply:
        """Hold what the habit wants."""
        client, event, dice = self._client, self._event, self._randomness
        seats: Sequence[str] = ()
        if self._habit is Habit.GENERAL or self._would_stand():
            area, asked = dice.choice(self._areas), dice.randint(1, self._places_wanted)
            hold = await self._ask(lambda: client.hold_ga(event, area, asked, key=key), quirk)
        elif self._habit is Habit.NAMED and (seats := await self._pick_seats()):
            asked = len(seats)
            hold = await self._ask(lambda: client.hold_create(event, seats, key=key), quirk)
        else:
            asked, where = self._together, self._where()
            hold = await self._ask(
                lambda: client.hold_best(event, asked, sections=where, adjacent=asked > 1, key=key), quirk
            )
        self._ledger.held(self._person.number, hold, asked)
        return hold

    async def _ask(self, request: Callable[[], Coroutine[Any, Any, HoldReply]], quirk: Quirk) -> HoldReply:
        """Ask, losing the line in mid-command or asking twice under one key where the quirk says so."""
        if quirk is Quirk.DROPS:
            asking = asyncio.create_task(request())
            # One turn of the loop lets the request leave before the line is cut.
            await asyncio.sleep(0)
            self._client.drop()
            return await asking
        hold = await request()
        if quirk is Quirk.RETRIES:
            self._ledger.same_outcome(self._person.number, hold, await request())
        return hold

    async def _pick_seats(self) -> list[str]:
        """Neighbours by number that are free on the live map, from somewhere in the section; none if full."""
        section = (await self._watch(self._section))[self._section]
        labels = section.layout.labels
        first = section.free_ordinal(self._randomness.randrange(len(labels)))
        if first is None:
            self._habit = Habit.BEST_TWO
            return []
        wanted = labels[first : first + self._randomness.randint(1, NAMED_MAX)]
        return list(takewhile(lambda label: section[label] == "f", wanted))

    async def _watch(self, section: str) -> SeatMap:
        """The live map of a section; the one watched before is given up."""
        if self._seats is not None and section in self._seats:
            return self._seats
        if self._seats is not None:
            await self._client.unsubscribe(self._seats)
        self._seats = await self._client.subscribe(self._event, [section], layout=self._layout)
        return self._seats

    async def _hesitate(self, hold: HoldReply) -> None:
        await asyncio.sleep(self._options.hesitates_s * self._randomness.random())
        self._ledger.releasing(hold.hold)
        await self._client.release(hold.hold)

    async def _pay(self, hold: HoldReply) -> None:
        number = self._person.number
        try:
            order = await self._client.checkout(hold.hold, f"Buyer {number}", f"buyer{number}@example.org")
        except HoldfastError:
            self._ledger.lost(hold.hold)
            raise
        if order.status != "confirmed":
            self._ledger.errors[f"order_{order.status}"] += 1
            return
        self._ledger.booked(number, order)
        self._orders += 1
        self._places += sum(item.qty for item in order.tickets)
