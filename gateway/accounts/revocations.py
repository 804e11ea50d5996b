"""What was revoked anywhere, known here within a second or two, and told to whom it concerns.

Every gateway asks the database once a second for what is new. An access token is refused from then on,
and a websocket that it opened is closed. While the database is away nothing new is known; access
tokens then end by themselves after their few minutes.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Final

import structlog

from actors.ending import ended
from engine.accounts.nouns import Revocation
from engine.journal import StorageError
from gateway.access.auth import Principal
from gateway.accounts.ports import Sessions
from gateway.accounts.settings import AccountSettings

_log = structlog.get_logger(__name__)
SUBJECTS_MAX: Final = 200_000
"""Subjects that are remembered; the oldest are forgotten first, and their tokens have long expired."""


class Revocations:
    """Follows what is revoked. `on_news` is called after something new came."""

    def __init__(self, sessions: Sessions, settings: AccountSettings) -> None:
        self._sessions = sessions
        self._settings = settings
        self._before_ms: dict[str, int] = {}
        self._seen_ms = 0
        self._task: asyncio.Task[None] | None = None
        self.on_news: Callable[[], None] = lambda: None

    def covers(self, principal: Principal) -> bool:
        """Whether what this caller came with was revoked since it was issued."""
        known = self._before_ms
        if not known:
            return False
        return any(
            principal.issued_ms < known.get(subject, 0) for subject in (principal.session or "", principal.id)
        )

    def start(self) -> None:
        """Follow from now on."""
        self._task = asyncio.ensure_future(self._follow())

    async def stop(self) -> None:
        """Follow no more."""
        await ended(self._task)

    async def _follow(self) -> None:
        while True:
            try:
                await self.look()
            except StorageError:
                # Told as degraded elsewhere; here it goes on when the database is back.
                pass
            except Exception:  # noqa: BLE001 - one bad look must not be the last
                _log.exception("revocations_failed")
            await asyncio.sleep(self._settings.revocations_every_ms / 1000)

    async def look(self) -> None:
        """Learn what is new."""
        after_ms = max(0, self._seen_ms - self._settings.revocations_overlap_ms)
        found = await self._sessions.refused(after_ms)
        if any([self._learn(each) for each in found]):  # noqa: C419 - all of them are to be learnt
            self.on_news()

    def learn(self, subject: str, before_ms: int) -> None:
        """What this gateway itself has just revoked need not come back from the database first."""
        if self._note(subject, before_ms):
            self.on_news()

    def _learn(self, revocation: Revocation) -> bool:
        self._seen_ms = max(self._seen_ms, revocation.at_ms)
        return self._note(revocation.subject, revocation.before_ms)

    def _note(self, subject: str, before_ms: int) -> bool:
        if self._before_ms.get(subject, 0) >= before_ms:
            return False
        self._before_ms.pop(subject, None)
        self._before_ms[subject] = before_ms
        if len(self._before_ms) > SUBJECTS_MAX:
            del self._before_ms[next(iter(self._before_ms))]
        return True
