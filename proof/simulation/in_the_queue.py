"""How a buyer waits, and which passes they show: mostly their own."""

from __future__ import annotations

from typing import Any, Final

import msgspec

from proof.simulation.caller import Caller, Outcome
from proof.simulation.house import House
from proof.simulation.ledger import Chance, Ledger
from protocol.queue import QueueReply

PASSES_MAX: Final = 50
"""Passes that a crowd passes round."""
_place: Final = msgspec.msgpack.Decoder(QueueReply).decode


class InTheQueue:
    """A buyer's part in the waiting room."""

    def __init__(self, caller: Caller, house: House, chance: Chance, ledger: Ledger) -> None:
        self._caller = caller
        self._house = house
        self._chance = chance
        self._ledger = ledger
        self._joined = False

    async def wait_once(self) -> None:
        """Join, ask how it stands, or leave."""
        body = {"event": self._house.event}
        if self._joined and self._chance.happens(0.03):
            self._joined = (await self._caller.ask("queue.leave", body)).body is None
            return
        kind = "queue.status" if self._joined and self._chance.happens(0.7) else "queue.join"
        outcome = await self._caller.ask(kind, body)
        if outcome.body is None:
            self._joined = False
            if outcome.code == "queue_ticket_expired":
                self._ledger.sometimes("a place was lost")
            return
        self._joined = True
        place = _place(outcome.body)
        if place.pass_ is not None:
            self._caller.queue_pass = place.pass_
            self._house.passes.append((place.pass_, self._caller.name))
            del self._house.passes[:-PASSES_MAX]

    def shown(self) -> dict[str, Any]:
        """What is sent with a hold: one's own pass; at times none, or somebody else's."""
        if not self._house.queued or self._chance.happens(0.05):
            return {}
        if self._house.passes and self._chance.happens(0.05):
            return {"pass": self._chance.choice(self._house.passes)[0]}
        return {} if self._caller.queue_pass is None else {"pass": self._caller.queue_pass}

    def heed(self, body: Any, outcome: Outcome) -> None:
        """A yes with a pass that is not one's own, or with none, is what must never be told."""
        if not self._house.queued or not isinstance(body, dict) or "event" not in body:
            return
        shown = body.get("pass")
        owners = {owner for known, owner in self._house.passes if known == shown}
        if outcome.body is not None and (shown is None or (owners and self._caller.name not in owners)):
            self._ledger.violation(
                f"{self._caller.name} holds seats with {'no' if shown is None else 'a foreign'} pass"
            )
        if outcome.code == "not_admitted":
            self._ledger.sometimes("told not_admitted")
            if shown == self._caller.queue_pass:
                self._caller.queue_pass = None
