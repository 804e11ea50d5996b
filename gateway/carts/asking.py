"""What a gathering asks of sections, in its buyer's name and under keys that follow from its own.

Whoever asks next, here or in another gateway, asks the same and is answered the same.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

import msgspec

from actors.wire import Answer, explanation_decoder
from engine.commands import AnyCommand, CloseKey, GatherHold, GetGathering, Request, SettlePart, TakePart
from engine.events import Part
from engine.gathering import Ask, Gathering
from engine.guards import SPANS
from engine.part_views import GatheredView, PartView
from engine.views import HoldView
from gateway.ports import Sections
from protocol.errors import ErrorCode

SECTION_MS: Final = 3_000
"""How long a section is waited for: less than `engine.gathering.STEP_MS`, after which others go on."""
# Clients cannot send keys with control characters (`protocol.requests.Key`).
DECIDING: Final = "\x1fgather"
FORGOTTEN: Final = "This key was used before, and what came of it is not remembered any more."
_parts: Final = msgspec.msgpack.Decoder(PartView)
_holds: Final = msgspec.msgpack.Decoder(HoldView)
_gathered: Final = msgspec.msgpack.Decoder(GatheredView)


class Asking:
    """Asks sections for gatherings. Never raises: what did not work is an answer."""

    def __init__(self, sections: Sections) -> None:
        self._sections = sections

    async def take(self, gathering: Gathering, ask: Ask) -> Answer:
        """Have a section lend what it is asked for, under the buyer's own key."""
        command = TakePart(gathering.id, gathering.home, ask.take)
        return await self._under_key(gathering, ask.stream, command, gathering.key)

    async def decide(self, gathering: Gathering, parts: tuple[Part, ...]) -> Answer:
        """Have the home section make one hold of it all."""
        command = GatherHold(parts, gathering.hold, gathering.release)
        return await self._under_key(gathering, gathering.home, command, deciding_key(gathering))

    async def again(self, gathering: Gathering) -> Answer:
        """What a key came to that is decided, once more."""
        key = gathering.decided_under
        return await self._under_key(gathering, gathering.decided_by, CloseKey(FORGOTTEN), key)

    async def close(self, gathering: Gathering) -> Answer:
        """What the home section decided; if it has not decided, it never will."""
        key = deciding_key(gathering)
        return await self._under_key(gathering, gathering.home, CloseKey(FORGOTTEN), key)

    async def _under_key(self, of: Gathering, stream: int, command: AnyCommand, key: str) -> Answer:
        request = Request(of.principal, command, key, of.fingerprint, of.role, of.channels)
        return await self._sections.ask(stream, request, SECTION_MS)

    async def gathered(self, name: str, home: int, principal: str) -> Answer:
        """What became of a gathering, or what parts a hold or an order has."""
        request = Request(principal, GetGathering(name), role="staff")
        return await self._sections.ask(home, request, SECTION_MS)

    async def settle(self, gathering: Gathering, stream: int, command: SettlePart) -> Answer:
        """Tell a section what became of what it has lent."""
        request = Request(gathering.principal, command, role="staff")
        return await self._sections.ask(stream, request, SECTION_MS)


def deciding_key(gathering: Gathering) -> str:
    """The key of the decision: the buyer's own, unless the home section lends something under that."""
    lends = any(ask.stream == gathering.home for ask in gathering.asks)
    return gathering.key + DECIDING if lends else gathering.key


def spans(answer: Answer) -> tuple[str, ...]:
    """The gatherings that are to be settled after what was asked; none when that was not the trouble."""
    if answer.code != ErrorCode.HOLD_MISMATCH.value:
        return ()
    explanation = explanation_decoder.decode(answer.body)
    return explanation.objects[1:] if explanation.detail == SPANS else ()


def part_of(ask: Ask, answer: Answer) -> Part:
    """What a section has lent, as its answer says."""
    view = _parts.decode(answer.body)
    return Part(view.gathering, ask.stream, view.section, view.pos[1], view.items)


def ends_ms(answer: Answer) -> int:
    """When a hold that was just given ends, in Unix milliseconds."""
    ends = datetime.fromisoformat(_holds.decode(answer.body).expires_at)
    return round(ends.timestamp() * 1000)


def gathered_of(answer: Answer) -> GatheredView | None:
    """What an answer to `gathered` says; None: nothing has it."""
    return None if answer.code is not None else _gathered.decode(answer.body)
