"""Who is signed in, in PostgreSQL: sessions, their refresh tokens, and what was revoked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from msgspec.structs import asdict, replace
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from engine.accounts.judging import Reused, Rotated, refresh
from engine.accounts.nouns import FOREVER_MS, Revocation, Session
from persistence.postgres.account_tables import RefreshTable, RevocationTable, SessionTable
from persistence.postgres.engine import transaction
from persistence.postgres.rows import storable

_SESSION = SessionTable.__table__.c
_REFRESH = RefreshTable.__table__.c
_REVOCATION = RevocationTable.__table__.c
SESSIONS_TOLD_MAX = 100
REVOCATIONS_AT_ONCE = 10_000
# What is older is of no account: every token from before it has expired.
REVOCATIONS_KEPT_MS = 48 * 3_600_000
_NOW = sa.cast(sa.extract("epoch", sa.func.clock_timestamp()) * 1000, sa.BigInteger)


class PostgresSessions:
    """Sessions over the accounts' pool. Every call may raise `StorageUnavailable`."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def begin(self, session: Session, token: bytes) -> None:
        """Keep a new session with the hash of its first refresh token; sessions that are over go."""
        over = sa.and_(_SESSION.account == session.account, _SESSION.expires_ms <= session.created_ms)
        async with transaction(self._engine) as connection:
            await connection.execute(sa.delete(SessionTable).where(over))
            await connection.execute(insert(SessionTable).values(asdict(session)))
            await _give(connection, token, session.id, 0, session.created_ms)

    async def rotate(
        self, token: bytes, successor: bytes, now_ms: int, grace_ms: int, life_ms: int
    ) -> Rotated | Reused | None:
        """Put a successor in the place of a refresh token; both are hashes.

        The session's row is locked meanwhile: of two who bring one token at once, the second meets what
        the first has left. A token that was replaced before ends the session.
        """
        async with transaction(self._engine) as connection:
            query = sa.select(_REFRESH.session, _REFRESH.generation).where(_REFRESH.hash == token)
            known = (await connection.execute(query)).one_or_none()
            session = None if known is None else await _locked(connection, known.session)
            if known is None or session is None:
                return None
            given_ms = await connection.scalar(
                sa.select(_REFRESH.given_ms).where(
                    _REFRESH.session == session.id, _REFRESH.generation == session.generation
                )
            )
            match refresh(session, known.generation, given_ms or 0, now_ms, grace_ms):
                case "rotate":
                    return await _rotated(connection, session, successor, now_ms, life_ms)
                case "again":
                    return Rotated(session, again=True)
                case "reused":
                    await _revoke(connection, [session.id], now_ms)
                    return Reused(session)
                case "over":
                    return None

    async def session(self, session_id: str) -> Session | None:
        """The session by its id."""
        query = sa.select(SessionTable.__table__).where(_SESSION.id == storable(session_id))
        async with transaction(self._engine) as connection:
            row = (await connection.execute(query)).mappings().first()
        return None if row is None else Session(**row)

    async def sessions(self, account: str, now_ms: int) -> list[Session]:
        """Where an account is signed in, used last first."""
        query = (
            sa.select(SessionTable.__table__)
            .where(_open_of(account), _SESSION.expires_ms > now_ms)
            .order_by(_SESSION.used_ms.desc(), _SESSION.id.desc())
            .limit(SESSIONS_TOLD_MAX)
        )
        async with transaction(self._engine) as connection:
            return [Session(**row) for row in (await connection.execute(query)).mappings()]

    async def revoke(self, account: str, session_id: str, now_ms: int) -> bool:
        """End one session of an account; False when it has no such one."""
        query = sa.select(_SESSION.id).where(_open_of(account), _SESSION.id == storable(session_id))
        async with transaction(self._engine) as connection:
            found = (await connection.scalars(query)).all()
            await _revoke(connection, found, now_ms)
        return bool(found)

    async def revoke_all(self, account: str, now_ms: int, *, but: str | None = None) -> None:
        """End every session of an account, or all but one."""
        query = sa.select(_SESSION.id).where(_open_of(account))
        async with transaction(self._engine) as connection:
            found = [each for each in (await connection.scalars(query)).all() if each != but]
            await _revoke(connection, found, now_ms)

    async def refuse(self, subject: str, before_ms: int) -> None:
        """Whatever was issued for a subject before this is good no more, at any gateway."""
        async with transaction(self._engine) as connection:
            await _refuse(connection, [subject], before_ms)

    async def refused(self, after_ms: int) -> list[Revocation]:
        """What was revoked after `after_ms` of the database's clock."""
        query = (
            sa.select(RevocationTable.__table__)
            .where(_REVOCATION.at_ms > after_ms)
            .order_by(_REVOCATION.at_ms, _REVOCATION.subject)
            .limit(REVOCATIONS_AT_ONCE)
        )
        async with transaction(self._engine) as connection:
            return [Revocation(**row) for row in (await connection.execute(query)).mappings()]


def _open_of(account: str) -> sa.ColumnElement[bool]:
    return sa.and_(_SESSION.account == account, _SESSION.revoked_ms.is_(None))


async def _locked(connection: AsyncConnection, session_id: str) -> Session | None:
    query = sa.select(SessionTable.__table__).where(_SESSION.id == session_id).with_for_update()
    row = (await connection.execute(query)).mappings().first()
    return None if row is None else Session(**row)


async def _rotated(
    connection: AsyncConnection, session: Session, successor: bytes, now_ms: int, life_ms: int
) -> Rotated:
    generation = session.generation + 1
    changed = {"generation": generation, "used_ms": now_ms, "expires_ms": now_ms + life_ms}
    await connection.execute(sa.update(SessionTable).where(_SESSION.id == session.id).values(**changed))
    await _give(connection, successor, session.id, generation, now_ms)
    return Rotated(replace(session, **changed), again=False)


async def _give(
    connection: AsyncConnection, token: bytes, session: str, generation: int, now_ms: int
) -> None:
    values = {"hash": token, "session": session, "generation": generation, "given_ms": now_ms}
    await connection.execute(insert(RefreshTable).values(values))


async def _revoke(connection: AsyncConnection, sessions: Sequence[str], now_ms: int) -> None:
    if sessions:
        ended = sa.update(SessionTable).where(_SESSION.id.in_(sessions)).values(revoked_ms=now_ms)
        await connection.execute(ended)
        await _refuse(connection, sessions, FOREVER_MS)


async def _refuse(connection: AsyncConnection, subjects: Sequence[str], before_ms: int) -> None:
    old = sa.delete(RevocationTable).where(_REVOCATION.at_ms < _NOW - REVOCATIONS_KEPT_MS)
    await connection.execute(old)
    rows: list[dict[str, Any]] = [
        {"subject": each, "before_ms": before_ms, "at_ms": _NOW} for each in subjects
    ]
    for row in rows:
        statement = insert(RevocationTable).values(row)
        latest = sa.func.greatest(_REVOCATION.before_ms, statement.excluded.before_ms)
        again = {"before_ms": latest, "at_ms": _NOW}
        await connection.execute(statement.on_conflict_do_update(index_elements=["subject"], set_=again))
