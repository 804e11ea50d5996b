"""Tells sections what became of what they have lent: it is wanted, it is sold, or it is free again.

What is told is always the whole truth of the home section as it is now, never a change of it. A part
only ever gets less, and is sold at most once. So it does not matter how often this is done, by
how many gateways at once, or in which order their words arrive.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from actors.wire import Answer
from engine.commands import SettlePart
from engine.due_rows import DueRows
from engine.gathering import Ask, Gathering, State, due, stuck
from engine.part_views import GatheredView
from gateway.carts.asking import Asking, gathered_of
from gateway.sections.answers import unanswered


class Settling:
    """Brings parts in line with what was decided. Methods may raise `engine.journal.StorageUnavailable`."""

    def __init__(self, asking: Asking, ledger: DueRows[Gathering], now_ms: Callable[[], int]) -> None:
        self._asking = asking
        self._ledger = ledger
        self._now_ms = now_ms

    async def settle(self, gathering: Gathering) -> None:
        """Tell every section that was asked, and keep when to look again. For what is decided only."""
        if gathering.state is State.REFUSED:
            by = gathering.decided_by, gathering.decided_seq
            told = await self._tell(gathering, None, by)
            await self._keep(gathering, told, None)
            return
        answer = await self._asking.gathered(gathering.id, gathering.home, gathering.principal)
        if unanswered(answer):
            await self._ledger.advance(stuck(gathering, self._now_ms()))
            return
        view = gathered_of(answer)
        told = await self._tell(gathering, view, (gathering.home, answer.seq))
        await self._keep(gathering, told, view)

    async def _keep(self, gathering: Gathering, told: bool, view: GatheredView | None) -> None:
        """Overtaken by somebody else's change, nothing is kept: whoever made it goes on from there."""
        if not told:
            after = stuck(gathering, self._now_ms())
        else:
            rests = view is None or view.sold
            after = due(gathering, None if view is None or rests else view.ends_ms)
        await self._ledger.advance(after)

    async def _tell(self, gathering: Gathering, view: GatheredView | None, by: tuple[int, int]) -> bool:
        """Whether every section has heard it."""
        answers = await asyncio.gather(*(self._told(gathering, ask, view, by) for ask in gathering.asks))
        return not any(map(unanswered, answers))

    async def _told(
        self, gathering: Gathering, ask: Ask, view: GatheredView | None, by: tuple[int, int]
    ) -> Answer:
        parts = () if view is None else view.parts
        kept = tuple(item.label for part in parts if part.stream == ask.stream for item in part.items)
        command = SettlePart(gathering.id, kept, view is not None and view.sold, *by)
        return await self._asking.settle(gathering, ask.stream, command)
