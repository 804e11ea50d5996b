"""Holds that span sections, as the rest of a gateway asks for them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, Final

import structlog
from msgspec.structs import replace

from actors.answers import OUTCOME_UNKNOWN, OVERLOADED, explained
from actors.wire import Answer
from engine.commands import BookHold, BookOrder, CancelOrder, ReduceOrder, ReleaseHold, Request, WithParts
from engine.due_rows import DueRows
from engine.gathering import STEP_MS, Gathering, gathering_id
from engine.journal import StorageError
from gateway.carts.asking import Asking
from gateway.carts.gathering import Gatherer
from gateway.carts.routing import Wish
from gateway.ports import Sections
from gateway.sections.answers import unanswered
from protocol.errors import ErrorCode

UNDER_WAY_MAX: Final = 1_024
"""Gatherings that one gateway works on at the same time; more are refused for a moment."""
REUSED: Final = explained(ErrorCode.IDEMPOTENCY_KEY_REUSED.value, ErrorCode.IDEMPOTENCY_KEY_REUSED.title)
_log = structlog.get_logger(__name__)


class Carts:
    """Gathers holds over sections and settles them. Never raises: what did not work is an answer."""

    def __init__(self, sections: Sections, ledger: DueRows[Gathering], now_ms: Callable[[], int]) -> None:
        self.gatherer = Gatherer(Asking(sections), ledger, now_ms)
        self._sections = sections
        self._now_ms = now_ms
        self._work: set[asyncio.Task[Answer]] = set()
        self._waiting: set[asyncio.Task[None]] = set()

    def answer(self, work: Coroutine[Any, Any, Answer], on_answer: Callable[[Answer], None]) -> None:
        """Call `on_answer` once with what comes of `work`, which may raise, later, on the loop."""

        async def answered() -> None:
            on_answer(await _guarded(work))

        task = asyncio.ensure_future(answered())
        self._waiting.add(task)
        task.add_done_callback(self._waiting.discard)

    async def gather(self, wish: Wish, request: Request, deadline_ms: int) -> Answer:
        """Gather what is wished for under the request's key.

        Where this comes to no end in time others go on with it, so the outcome is then unknown.
        """
        now_ms = self._now_ms()
        key = request.idem or ""
        fresh = Gathering(
            gathering_id(request.principal, key),
            wish.event,
            request.principal,
            request.role,
            request.channels,
            key,
            request.fingerprint,
            wish.home,
            wish.asks,
            now_ms,
            now_ms + STEP_MS,
            wish.hold,
            wish.release,
        )
        return await self._in_time(self._gathered(fresh), deadline_ms)

    async def _gathered(self, fresh: Gathering) -> Answer:
        kept = await self.gatherer.ledger.begin(fresh)
        if kept.fingerprint != fresh.fingerprint:
            return REUSED
        return await self.gatherer.gather(kept)

    async def follow(
        self, stream: int, request: Request, gatherings: tuple[str, ...], deadline_ms: int
    ) -> Answer:
        """Do what a section left to gateways, because it changes what other sections have lent.

        The answer is that of the section that decides; the others may hear of it later.
        """
        command = request.command
        if not isinstance(command, ReleaseHold | BookHold | BookOrder | CancelOrder | ReduceOrder):
            raise TypeError(f"{type(command).__name__} changes no part")
        wrapped = replace(request, command=WithParts(command))
        return await self._in_time(self._followed(stream, wrapped, gatherings, deadline_ms), deadline_ms)

    async def _followed(
        self, stream: int, request: Request, gatherings: tuple[str, ...], deadline_ms: int
    ) -> Answer:
        await self.gatherer.expect(gatherings)
        answer = await self._sections.ask(stream, request, deadline_ms)
        if not unanswered(answer):
            await self.gatherer.settle(gatherings)
        return answer

    async def _in_time(self, work: Coroutine[Any, Any, Answer], deadline_ms: int) -> Answer:
        """The answer if it comes in time. Work that takes longer goes on: a statement is never cancelled."""
        if len(self._work) >= UNDER_WAY_MAX:
            work.close()
            return OVERLOADED
        task = asyncio.ensure_future(_guarded(work))
        self._work.add(task)
        task.add_done_callback(self._work.discard)
        await asyncio.wait({task}, timeout=deadline_ms / 1000)
        return task.result() if task.done() else OUTCOME_UNKNOWN


async def _guarded(work: Coroutine[Any, Any, Answer]) -> Answer:
    """Whatever goes wrong, the request gets its one reply, and others finish what was begun."""
    try:
        return await work
    except StorageError:
        return OUTCOME_UNKNOWN
    except Exception:  # noqa: BLE001 - the caller is answered, and support finds the reason
        _log.exception("gathering_failed")
        return OUTCOME_UNKNOWN
