"""Tells the owners of holds that their time is running out, and that it has run out.

Replies that carry a hold are noted as they pass and read later, off the hot path: what a
hold's end is stands in the reply itself. Every hold lies in the bucket of the second in
which it is next to be looked at; there is no timer for each. Before anything is said the
section is asked, because a hold may have been renewed, pinned, booked or given back on a
way that did not lead through this gateway.

A notice is a courtesy: it reaches the sessions that its owner has here at that moment, for
holds whose replies passed here. Where a bound is met, or a section does not answer for
long, it is left out.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from datetime import UTC, datetime
from functools import lru_cache, partial
from heapq import heappop, heappush
from typing import Final

import msgspec
import structlog

from actors.ending import ended
from actors.wire import Answer, explanation_decoder
from engine.commands import GetHold, Request
from engine.guards import GIVEN_BACK
from engine.ids import stream_of
from engine.refusals import Code
from engine.views import rfc3339
from gateway.ports import Sections
from gateway.sections.answers import unanswered
from gateway.websocket.session import Session
from protocol.replies import HoldExpired, HoldExpiring, Push

WARN_MS: Final = 60_000
"""How long before the end of a hold its owner is told, or at once when it is shorter."""
LOOK_AGAIN_MS: Final = 60_000
"""A hold whose end moved is looked at again within this time, because it may move back."""
RETRY_MS: Final = 1_000
"""When to ask again a section that could not answer, or whose clock is behind ours."""
TRIES_MAX: Final = 30
SWEEP_S: Final = 0.5
HEARD_MAX: Final = 8_192
"""Replies noted between two sweeps, and sales."""
READ_AT_ONCE: Final = 512
"""Replies read without letting anybody else go on."""
HOLDS_MAX: Final = 65_536
"""Holds known here."""
CHECKS_MAX: Final = 256
"""Sections asked at the same time; those due wait for their turn."""
CHECK_DEADLINE_MS: Final = 5_000
NO_ITEMS: Final = msgspec.Raw(msgspec.msgpack.encode(()))
_log = structlog.get_logger(__name__)


class _Seen(msgspec.Struct, frozen=True):
    """What matters here of a reply that carries a hold."""

    hold: str
    items: msgspec.Raw
    expires_at: str


class _Known(msgspec.Struct, eq=False, gc=False):
    """A hold, its owner, its end in Unix milliseconds, the end that was announced, and failed checks."""

    hold: str
    owner: str
    ends_ms: int = 0
    told_ms: int = 0
    second: int = -1
    tries: int = 0


_decoder: Final = msgspec.msgpack.Decoder(_Seen)


class HoldNotices:
    """The holds of this gateway's callers and when to look at them; `now_ms` is Unix time."""

    def __init__(self, sections: Sections, now_ms: Callable[[], int]) -> None:
        self._sections = sections
        self._now_ms = now_ms
        self._sessions: dict[str, dict[Session, None]] = {}
        self._heard: deque[tuple[str, msgspec.Raw]] = deque()
        # By owner too: staff may act on a hold of somebody else's, who alone is to be told.
        self._holds: dict[tuple[str, str], _Known] = {}
        self._buckets: dict[int, dict[_Known, None]] = {}
        self._seconds: list[int] = []
        self._sold: set[tuple[str, str]] = set()
        self._checks = 0
        self._sweeper: asyncio.Task[None] | None = None

    def __len__(self) -> int:
        return len(self._holds)

    def join(self, session: Session) -> None:
        """A session has said hello; a guest's has nothing to be told."""
        if session.principal is not None:
            self._sessions.setdefault(session.principal.id, {})[session] = None

    def leave(self, session: Session) -> None:
        """A session has ended, whether or not it ever joined."""
        if session.principal is None:
            return
        sessions = self._sessions.get(session.principal.id, {})
        sessions.pop(session, None)
        if not sessions:
            self._sessions.pop(session.principal.id, None)

    def tell(self, principal: str, push: Push, body: msgspec.Struct) -> bool:
        """Push to all sessions that `principal` has here; False when there is none."""
        sessions = tuple(self._sessions.get(principal, ()))
        for session in sessions:
            session.tell(push, body)
        return bool(sessions)

    def heard(self, principal: str, body: msgspec.Raw) -> None:
        """Note a reply that carries a hold of `principal`'s, to be read at the next sweep."""
        if len(self._heard) < HEARD_MAX:
            self._heard.append((principal, body))

    def sold(self, principal: str, hold: str) -> None:
        """A hold of `principal`'s has become an order: nothing is to be said of it any more."""
        known = self._holds.get((principal, hold))
        if known is not None:
            self._forget(known)
        elif len(self._sold) < HEARD_MAX:  # its reply may still have to be read
            self._sold.add((principal, hold))

    def start(self) -> None:
        """Sweep from now on."""
        self._sweeper = asyncio.ensure_future(self._sweep_forever())

    async def stop(self) -> None:
        """Tell nobody anything any more."""
        await ended(self._sweeper)

    async def _sweep_forever(self) -> None:
        while True:
            await asyncio.sleep(SWEEP_S)
            try:
                while self.sweep():  # noqa: ASYNC110 - lets others go on between two pages
                    await asyncio.sleep(0)
            except Exception:  # noqa: BLE001 - a bug met by one reply must not end the notices of all
                _log.exception("notices_failed")

    def sweep(self) -> bool:
        """Read what was heard and look at the holds that are due; True if there is more to be read."""
        for _ in range(min(len(self._heard), READ_AT_ONCE)):
            self._read(*self._heard.popleft())
        if not self._heard:
            self._sold.clear()
        self._look()
        return bool(self._heard)

    def _read(self, principal: str, body: msgspec.Raw) -> None:
        seen = _decoder.decode(body)
        key = principal, seen.hold
        if key in self._sold:
            return
        known = self._holds.get(key)
        if seen.items == NO_ITEMS:
            self._forget(known)
            return
        if known is None:
            if len(self._holds) >= HOLDS_MAX:
                return
            known = self._holds[key] = _Known(seen.hold, principal)
        known.ends_ms = _unix_ms(seen.expires_at)
        self._plan(known, _due_ms(known))

    def _forget(self, known: _Known | None) -> None:
        if known is not None:
            self._holds.pop((known.owner, known.hold), None)
            self._buckets.get(known.second, {}).pop(known, None)

    def _plan(self, known: _Known, due_ms: int) -> None:
        """Look at a hold at the end of the second of `due_ms`."""
        second = due_ms // 1000 + 1
        if known.second >= 0:
            self._buckets.get(known.second, {}).pop(known, None)
        known.second = second
        bucket = self._buckets.get(second)
        if bucket is None:
            bucket = self._buckets[second] = {}
            heappush(self._seconds, second)
        bucket[known] = None

    def _look(self) -> None:
        """Ask after holds that are due, as many at the same time as is allowed."""
        now_s = self._now_ms() // 1000
        while self._seconds and self._seconds[0] <= now_s:
            bucket = self._buckets[self._seconds[0]]
            while bucket:
                if self._checks >= CHECKS_MAX:
                    return
                known = next(iter(bucket))
                del bucket[known]
                self._check(known)
            del self._buckets[heappop(self._seconds)]

    def _check(self, known: _Known) -> None:
        stream = stream_of(known.hold, "hld")
        if stream is None:
            self._forget(known)
            return
        if known.owner not in self._sessions:
            self._nobody_there(known)
            return
        self._checks += 1
        request = Request(known.owner, GetHold(known.hold))
        self._sections.submit(stream, request, CHECK_DEADLINE_MS, partial(self._checked, known))

    def _nobody_there(self, known: _Known) -> None:
        """An owner who is away at the warning may be back at the end."""
        if known.ends_ms > self._now_ms():
            self._plan(known, known.ends_ms)
        else:
            self._forget(known)

    def _checked(self, known: _Known, answer: Answer) -> None:
        self._checks -= 1
        if self._holds.get((known.owner, known.hold)) is known:
            self._judge(known, answer)
        self._look()

    def _judge(self, known: _Known, answer: Answer) -> None:
        if answer.code is None:
            known.tries = 0
            known.ends_ms = _unix_ms(_decoder.decode(answer.body).expires_at)
            self._stands(known)
        elif unanswered(answer) and known.tries < TRIES_MAX:
            known.tries += 1
            self._plan(known, self._now_ms() + RETRY_MS)
        else:
            self._forget(known)
            if _ran_out(answer):
                self.tell(known.owner, Push("hold.expired"), HoldExpired(known.hold))

    def _stands(self, known: _Known) -> None:
        """The hold is there still, and its end is as the section says."""
        now_ms = self._now_ms()
        if known.told_ms != known.ends_ms and known.ends_ms - WARN_MS <= now_ms:
            known.told_ms = known.ends_ms
            news = HoldExpiring(known.hold, rfc3339(known.ends_ms))
            self.tell(known.owner, Push("hold.expiring"), news)
        due_ms = min(_due_ms(known), now_ms + LOOK_AGAIN_MS)
        self._plan(known, max(due_ms, now_ms + RETRY_MS))


def _due_ms(known: _Known) -> int:
    """When to look next: in time for the warning, and once that was given at the end."""
    return known.ends_ms if known.told_ms == known.ends_ms else known.ends_ms - WARN_MS


def _ran_out(answer: Answer) -> bool:
    """Whether a hold ended by its time and not because somebody gave it back."""
    if answer.code != Code.HOLD_EXPIRED.value:
        return False
    return explanation_decoder.decode(answer.body).detail != GIVEN_BACK


def _unix_ms(at: str) -> int:
    """What `engine.views.rfc3339` wrote; holds that are made in one second end in one."""
    return _unix_s(at[:19]) * 1000 + int(at[20:23])


@lru_cache(1024)
def _unix_s(at: str) -> int:
    return int(datetime.fromisoformat(at).replace(tzinfo=UTC).timestamp())
