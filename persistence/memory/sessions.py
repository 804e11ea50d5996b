"""Who is signed in, in memory."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import count

from msgspec.structs import replace

from engine.accounts.judging import Reused, Rotated, refresh
from engine.accounts.nouns import FOREVER_MS, Revocation, Session
from engine.journal import StorageUnavailable
from persistence.memory.database import MemoryDatabase

SESSIONS_TOLD_MAX = 100


def _ticks() -> Callable[[], int]:
    """A database's clock that moves on with every look at it."""
    ticks = count(1)
    return lambda: next(ticks)


class MemorySessions:
    """Sessions. Every call raises `StorageUnavailable` while the database is down."""

    def __init__(self, database: MemoryDatabase) -> None:
        self._database = database
        self._sessions: dict[str, Session] = {}
        self._tokens: dict[bytes, tuple[str, int]] = {}
        self._given_ms: dict[str, int] = {}
        self._refused: dict[str, Revocation] = {}
        self._clock = _ticks()

    async def begin(self, session: Session, token: bytes) -> None:
        """Keep a new session with the hash of its first refresh token; sessions that are over go."""
        self._reach()
        for over in [each for each in self._sessions.values() if each.expires_ms <= session.created_ms]:
            if over.account == session.account:
                self._drop(over.id)
        self._sessions[session.id] = session
        self._give(token, session.id, 0, session.created_ms)

    def _give(self, token: bytes, session: str, generation: int, now_ms: int) -> None:
        self._tokens[token] = session, generation
        self._given_ms[session] = now_ms

    def _drop(self, session: str) -> None:
        self._sessions.pop(session, None)
        self._given_ms.pop(session, None)
        self._tokens = {token: known for token, known in self._tokens.items() if known[0] != session}

    async def rotate(
        self, token: bytes, successor: bytes, now_ms: int, grace_ms: int, life_ms: int
    ) -> Rotated | Reused | None:
        """Put a successor in the place of a refresh token; both are hashes."""
        self._reach()
        known = self._tokens.get(token)
        if known is None:
            return None
        session = self._sessions[known[0]]
        match refresh(session, known[1], self._given_ms[session.id], now_ms, grace_ms):
            case "rotate":
                generation = session.generation + 1
                expires_ms = now_ms + life_ms
                went_on = replace(session, generation=generation, used_ms=now_ms, expires_ms=expires_ms)
                self._sessions[session.id] = went_on
                self._give(successor, session.id, generation, now_ms)
                return Rotated(went_on, again=False)
            case "again":
                return Rotated(session, again=True)
            case "reused":
                self._revoke([session.id], now_ms)
                return Reused(session)
            case "over":
                return None

    async def session(self, session_id: str) -> Session | None:
        """The session by its id."""
        self._reach()
        return self._sessions.get(session_id)

    async def sessions(self, account: str, now_ms: int) -> list[Session]:
        """Where an account is signed in, used last first."""
        self._reach()
        found = [each for each in self._open(account) if each.expires_ms > now_ms]
        return sorted(found, key=lambda each: (each.used_ms, each.id), reverse=True)[:SESSIONS_TOLD_MAX]

    def _open(self, account: str) -> list[Session]:
        return [each for each in self._sessions.values() if each.account == account and not each.revoked_ms]

    async def revoke(self, account: str, session_id: str, now_ms: int) -> bool:
        """End one session of an account; False when it has no such one."""
        self._reach()
        found = [each.id for each in self._open(account) if each.id == session_id]
        self._revoke(found, now_ms)
        return bool(found)

    async def revoke_all(self, account: str, now_ms: int, *, but: str | None = None) -> None:
        """End every session of an account, or all but one."""
        self._reach()
        self._revoke([each.id for each in self._open(account) if each.id != but], now_ms)

    def _revoke(self, sessions: Iterable[str], now_ms: int) -> None:
        for each in sessions:
            self._sessions[each] = replace(self._sessions[each], revoked_ms=now_ms)
            self._refuse(each, FOREVER_MS)

    def _refuse(self, subject: str, before_ms: int) -> None:
        known = self._refused.get(subject)
        latest = before_ms if known is None else max(before_ms, known.before_ms)
        self._refused[subject] = Revocation(subject, latest, self._clock())

    async def refuse(self, subject: str, before_ms: int) -> None:
        """Whatever was issued for a subject before this is good no more, at any gateway."""
        self._reach()
        self._refuse(subject, before_ms)

    async def refused(self, after_ms: int) -> list[Revocation]:
        """What was revoked after `after_ms` of the database's clock."""
        self._reach()
        found = [each for each in self._refused.values() if each.at_ms > after_ms]
        return sorted(found, key=lambda each: (each.at_ms, each.subject))

    def forget(self, accounts: set[str]) -> None:
        """The sessions of these accounts are gone."""
        for session in [each.id for each in self._sessions.values() if each.account in accounts]:
            self._drop(session)

    def _reach(self) -> None:
        if self._database.down:
            raise StorageUnavailable("the database is down")
