"""Limits of websockets, settled behind their backs.

A session counts what it hears, which costs an addition, and has a bucket of its own. Twice a
second all that was heard is added up by principal, address and event and taken from the
shared rates; who went beyond one is barred for as long as that is worth. So a limit across
sessions and gateways costs the way of a hold nothing, and acts within half a second.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from math import ceil
from typing import Final, Protocol

import structlog

from actors.ending import ended
from gateway.limiting.limiter import Limiter
from gateway.limiting.quotas import Attempt, Verdict
from gateway.sections.directory import EventMap

log = structlog.get_logger()
EVERY_S: Final = 0.5
WORTH_ASKING: Final = 0.1
"""Whoever asks less than this part of their rate is not worth a call to whoever counts."""
AT_ONCE_MAX: Final = 32
BARRED_MAX_S: Final = 60.0


class Heard(Protocol):
    """A session as far as its messages are counted."""

    @property
    def caller_id(self) -> str | None:
        """The principal, once there is one."""

    def take_heard(self) -> int:
        """How many messages came since this was last asked."""

    def bar(self, until_s: float) -> None:
        """Refuse messages until then (monotonic)."""


class Settler:
    """Adds up and bars. `sessions` gives each session with its address."""

    def __init__(
        self,
        limiter: Limiter,
        sessions: Callable[[], Iterable[tuple[Heard, str | None]]],
        events: Callable[[], Iterable[EventMap]],
        clock: Callable[[], float],
    ) -> None:
        """Settles when it is told to, or by itself once it is started."""
        self._limiter = limiter
        self._sessions = sessions
        self._events = events
        self._clock = clock
        self._barred: dict[str, float] = {}
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Settle from now on."""
        self._task = asyncio.get_running_loop().create_task(self._settle_forever())

    async def stop(self) -> None:
        """Settle no more."""
        await ended(self._task)

    def bars(self, address: str | None) -> bool:
        """Whether nobody may connect from this address at present."""
        return address is not None and self._barred.get(address, 0.0) > self._clock()

    async def _settle_forever(self) -> None:
        while True:
            await asyncio.sleep(EVERY_S)
            try:
                await self.settle()
            except Exception:  # limits are not worth an outage, and the next round may do
                log.exception("limits_not_settled")

    async def settle(self) -> None:
        """Take what was heard since the last time from the rates, and bar who went beyond."""
        sessions = [(session, address, session.take_heard()) for session, address in self._sessions()]
        principals, addresses = Counter[str](), Counter[str]()
        for session, address, heard in sessions:
            if heard and session.caller_id is not None:
                principals[session.caller_id] += heard
            if heard and address is not None:
                addresses[address] += heard
        limiter = self._limiter
        wait_s = await self._judge(
            [each for key, n in principals.items() for each in limiter.of_principal(key, n)]
        )
        address_wait_s = await self._judge(
            [each for key, n in addresses.items() for each in limiter.of_address(key, n)]
        )
        now_s = self._clock()
        self._barred = {key: until for key, until in self._barred.items() if until > now_s}
        self._barred |= {key: now_s + wait for key, wait in address_wait_s.items()}
        for session, address, _ in sessions:
            wait = max(wait_s.get(session.caller_id or "", 0.0), address_wait_s.get(address or "", 0.0))
            if wait:
                session.bar(now_s + wait)
        await self._settle_events()

    async def _settle_events(self) -> None:
        """An event that is asked for too often refuses for a round, or longer if it was far too often."""
        meters = {event.id: event.meter for event in self._events()}
        asked = {key: meter.take_asked() for key, meter in meters.items()}
        wait_s = await self._judge(
            [each for key, n in asked.items() if n for each in self._limiter.of_event(key, n)]
        )
        for key, meter in meters.items():
            meter.barred_ms = ceil(wait_s.get(key, max(0.0, meter.barred_ms / 1000 - EVERY_S)) * 1000)

    async def _judge(self, attempts: Sequence[Attempt]) -> dict[str, float]:
        """How long whom is to wait, in seconds."""
        worth = [
            each for each in attempts if each.cost * each.quota.emission_interval >= EVERY_S * WORTH_ASKING
        ]
        verdicts: list[Verdict] = []
        for first in range(0, len(worth), AT_ONCE_MAX):
            verdicts += await self._limiter.take(worth[first : first + AT_ONCE_MAX])
        return {
            attempt.key: min(verdict.retry_after_s, BARRED_MAX_S)
            for attempt, verdict in zip(worth, verdicts, strict=True)
            if verdict.limited
        }
