"""What a buyer does who came too late: waits for seats, says yes or no to an offer, or gives up."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any, Final

import msgspec

from proof.simulation.caller import Caller, Outcome
from proof.simulation.house import House
from proof.simulation.ledger import Chance, Ledger
from proof.simulation.methods import payment
from proof.simulation.processes import MORNING_MS

Give = Callable[[str, Any], Awaitable[Outcome]]
ENTRIES_MAX: Final = 100
"""Entries that a crowd remembers."""
JOINS: Final = 4
ANSWERS: Final = 4
NEAR_S: Final = 0.03
"""How near to its end an offer is answered by those who wait for that."""
WAIT_MAX_S: Final = 10.0


class _Entry(msgspec.Struct):
    entry: str
    status: str
    hold: str | None = None
    expires_at: str | None = None


_entry: Final = msgspec.msgpack.Decoder(_Entry).decode


class Waiter:
    """One buyer's entry on the waitlist; `give` is the buyer's way to give a command under a fresh key."""

    def __init__(self, caller: Caller, house: House, chance: Chance, ledger: Ledger, give: Give) -> None:
        self._caller = caller
        self._house = house
        self._chance = chance
        self._ledger = ledger
        self._give = give

    def habits(self) -> dict[Callable[[], Awaitable[None]], int]:
        """Every habit and how strong it may be."""
        times = self._house.taste.waiting
        return {self.join: JOINS * times, self.answer: ANSWERS * times}

    async def join(self) -> None:
        """Wait for some seats together, of any kind or of one, where there is no waiting room."""
        if self._house.queued:
            return
        wish: dict[str, Any] = {"event": self._house.event, "qty": self._chance.between(1, 4)}
        if self._chance.happens(0.3):
            wish["categories"] = [self._chance.choice(("gold", "silver", "field"))]
        if self._chance.happens(0.2):
            wish["max_price"] = self._chance.choice(("10.00", "60.00", "100.00"))
        wish["together"] = self._chance.happens(0.8)
        outcome = await self._give("waitlist.join", wish)
        if outcome.body is not None:
            self._ledger.sometimes("a buyer waits for seats")
            self._house.entries.append(_entry(outcome.body).entry)
            del self._house.entries[:-ENTRIES_MAX]
        elif outcome.code == "seats_available":
            self._ledger.sometimes("seats that fit were free")

    async def answer(self) -> None:
        """Look how it stands, and do something about it."""
        self._caller.offered = False
        outcome = await self._caller.ask("waitlist.status", {"event": self._house.event})
        if outcome.body is None:
            return
        found = _entry(outcome.body)
        if found.status == "offered":
            await self._choose(found)
        elif found.status == "waiting" and self._chance.happens(0.05):
            await self._give("waitlist.leave", {"entry": found.entry})

    async def _choose(self, found: _Entry) -> None:
        self._ledger.sometimes("a buyer was offered seats")
        if self._chance.happens(0.3):
            await self._until_its_end(found)
        draw = self._chance.random()
        if draw < 0.4:
            await self._give("waitlist.accept", {"entry": found.entry})
        elif draw < 0.6:
            await self._give("waitlist.decline", {"entry": found.entry})
        elif draw < 0.7:
            await self._give("waitlist.leave", {"entry": found.entry})
        elif draw < 0.85 and found.hold is not None:
            await self._give("checkout.begin", payment(found.hold, self._caller.name, self._method()))

    def _method(self) -> str:
        return self._chance.choice(("card", "card", "declined-card"))

    async def _until_its_end(self, found: _Entry) -> None:
        """Wait until the offer is about to end, or has just ended: the clock that decides is another one."""
        if found.expires_at is None:
            return
        ends_s = datetime.fromisoformat(found.expires_at).timestamp() - MORNING_MS / 1000
        left_s = ends_s - asyncio.get_running_loop().time()
        await asyncio.sleep(min(max(left_s + self._chance.uniform(-NEAR_S, NEAR_S), 0.0), WAIT_MAX_S))
