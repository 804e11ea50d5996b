"""Gathers a hold over several sections, all or nothing, so that anybody can go on with it at any step.

1. The wish is kept as a row, so that it is finished whoever dies.
2. The sections lend their parts one after the other, in the order of their streams. Each decides under
   the buyer's key, once and for good. The first refusal is the outcome, and no section after it is asked.
3. When all have lent, the home section makes one hold of it, or refuses: one record, and the
   only place where the hold begins.
4. After a refusal what was lent is given back.

Nothing ever waits for anything that another buyer has, so there is nothing to deadlock on. The one
order makes sure that of two who want the same seats of two sections one gets past the first.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from actors.answers import OUTCOME_UNKNOWN
from actors.wire import Answer
from engine.due_rows import DueRows
from engine.events import Part
from engine.gathering import STEP_MS, Gathering, Outcome, State, decided, due, stuck
from gateway.carts.asking import Asking, deciding_key, ends_ms, gathered_of, part_of
from gateway.carts.settling import Settling
from gateway.sections.answers import unanswered

GIVE_UP_MS: Final = 3_600_000
"""A gathering that has no outcome for so long has nobody any more who waits for it, and gets none."""
OVERTAKEN_MAX: Final = 16
"""How often one change of a row is tried again because somebody else was faster."""


class Gatherer:
    """Drives gatherings. Methods may raise `engine.journal.StorageUnavailable`."""

    def __init__(self, asking: Asking, ledger: DueRows[Gathering], now_ms: Callable[[], int]) -> None:
        self.ledger = ledger
        self._settling = Settling(asking, ledger, now_ms)
        self._asking = asking
        self._now_ms = now_ms

    async def gather(self, gathering: Gathering) -> Answer:
        """Come to an outcome, and tell the sections what it means for them."""
        if gathering.state is not State.ASKING:
            return await self._asking.again(gathering)
        affected = await self._affected(gathering)
        outcome = None if affected is None else await self._ask(gathering)
        if affected is None or outcome is None:
            await self.ledger.advance(stuck(gathering, self._now_ms()))
            return OUTCOME_UNKNOWN
        answer, key, stream = outcome
        await self._decide(gathering, answer, key, stream)
        await self.settle(affected)
        return answer

    async def go_on(self, gathering: Gathering) -> None:
        """Do what is due."""
        if gathering.state is not State.ASKING:
            await self._settling.settle(gathering)
        elif self._now_ms() - gathering.created_ms < GIVE_UP_MS:
            await self.gather(gathering)
        else:
            await self._give_up(gathering)

    async def expect(self, names: Sequence[str]) -> list[str]:
        """See to it that these gatherings are settled soon, whatever becomes of who changes their hold."""
        for row in await self.ledger.among(list(names)):
            await self._expect(row)
        return list(names)

    async def settle(self, names: Sequence[str]) -> None:
        """Tell the sections what became of these gatherings."""
        for row in await self.ledger.among(list(names)):
            if row.state is not State.ASKING:
                await self._settling.settle(row)

    async def _expect(self, row: Gathering | None) -> None:
        for _ in range(OVERTAKEN_MAX):
            if row is None or await self.ledger.advance(due(row, self._now_ms() + STEP_MS)):
                return
            row = await self.ledger.get(row.id)

    async def _affected(self, gathering: Gathering) -> list[str] | None:
        """Other gatherings of the hold, of which something may be given back; None where nobody says so."""
        if gathering.hold is None or not gathering.release:
            return []
        answer = await self._asking.gathered(gathering.hold, gathering.home, gathering.principal)
        if unanswered(answer):
            return None
        view = gathered_of(answer)
        others = {part.gathering for part in view.parts} if view is not None else set()
        return await self.expect(sorted(others - {gathering.id}))

    async def _ask(self, gathering: Gathering) -> tuple[Answer, str, int] | None:
        """The answer that decides, under which key, and whose it is; None where somebody does not answer."""
        parts: list[Part] = []
        for ask in gathering.asks:
            answer = await self._asking.take(gathering, ask)
            if unanswered(answer):
                return None
            if answer.code is not None:
                return answer, gathering.key, ask.stream
            parts.append(part_of(ask, answer))
        answer = await self._asking.decide(gathering, tuple(parts))
        return None if unanswered(answer) else (answer, deciding_key(gathering), gathering.home)

    async def _give_up(self, gathering: Gathering) -> None:
        """Close the decision, so that nobody comes to another one."""
        answer = await self._asking.gathered(gathering.id, gathering.home, gathering.principal)
        if answer.code is not None and not unanswered(answer):
            answer = await self._asking.close(gathering)
        if unanswered(answer):
            await self.ledger.advance(stuck(gathering, self._now_ms()))
        else:
            await self._decide(gathering, answer, deciding_key(gathering), gathering.home)

    async def _decide(self, gathering: Gathering, answer: Answer, key: str, stream: int) -> None:
        """Keep an outcome; who was overtaken leaves the rest to who was faster."""
        outcome = Outcome(answer.code is not None, stream, answer.seq, key)
        fresh = not outcome.refused and not answer.replayed  # then the sections know already all there is
        due_ms = ends_ms(answer) if fresh else self._now_ms() + STEP_MS
        after = decided(gathering, outcome, due_ms)
        if await self.ledger.advance(after) and not fresh:
            await self._settling.settle(after)
