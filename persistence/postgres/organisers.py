"""Organisers, who belongs to them, and their API keys, in PostgreSQL."""

from __future__ import annotations

import sqlalchemy as sa
from msgspec.structs import asdict
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncEngine

from engine.accounts.nouns import ApiKey, Membership, Organiser
from persistence.postgres.account_tables import ApiKeyTable
from persistence.postgres.engine import transaction
from persistence.postgres.rows import storable
from persistence.postgres.tables import MembershipTable, OrganiserTable

_ORGANISER = OrganiserTable.__table__.c
_MEMBER = MembershipTable.__table__.c
_KEY = ApiKeyTable.__table__.c


class PostgresOrganisers:
    """Organisers over the accounts' pool. Every call may raise `StorageUnavailable`."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def add(self, organiser: Organiser) -> None:
        """Keep a new organiser."""
        async with transaction(self._engine) as connection:
            await connection.execute(insert(OrganiserTable).values(asdict(organiser)))

    async def organiser(self, organiser_id: str) -> Organiser | None:
        """The organiser by its id."""
        query = sa.select(OrganiserTable.__table__).where(_ORGANISER.id == storable(organiser_id))
        async with transaction(self._engine) as connection:
            row = (await connection.execute(query)).mappings().first()
        return None if row is None else Organiser(**row)

    async def put_member(self, member: Membership) -> bool:
        """Make an account a member, or give it another role; False without such an organiser."""
        statement = insert(MembershipTable).values(asdict(member))
        again = statement.on_conflict_do_update(
            index_elements=["organiser", "account"], set_={"role": statement.excluded.role}
        )
        async with transaction(self._engine) as connection:
            known = sa.select(_ORGANISER.id).where(_ORGANISER.id == member.organiser)
            if await connection.scalar(known) is None:
                return False
            await connection.execute(again)
        return True

    async def drop_member(self, organiser_id: str, account: str) -> bool:
        """The account is no member any more; False when it was none."""
        statement = sa.delete(MembershipTable).where(
            _MEMBER.organiser == organiser_id, _MEMBER.account == storable(account)
        )
        async with transaction(self._engine) as connection:
            return (await connection.execute(statement)).rowcount == 1

    async def members(self, organiser_id: str) -> list[Membership]:
        """Who belongs to an organiser, by id."""
        return await self._members(_MEMBER.organiser == organiser_id)

    async def memberships(self, account: str) -> list[Membership]:
        """Where an account belongs, by organiser."""
        return await self._members(_MEMBER.account == account)

    async def _members(self, where: sa.ColumnElement[bool]) -> list[Membership]:
        query = sa.select(MembershipTable.__table__).where(where).order_by(_MEMBER.organiser, _MEMBER.account)
        async with transaction(self._engine) as connection:
            return [Membership(**row) for row in (await connection.execute(query)).mappings()]

    async def add_key(self, key: ApiKey) -> None:
        """Keep a new API key."""
        async with transaction(self._engine) as connection:
            await connection.execute(insert(ApiKeyTable).values(asdict(key)))

    async def key(self, digest: bytes) -> ApiKey | None:
        """The key whose hash this is, revoked or not."""
        found = await self._keys(_KEY.digest == digest)
        return found[0] if found else None

    async def keys(self, organiser_id: str) -> list[ApiKey]:
        """The keys of an organiser that are good, the newest first."""
        return await self._keys(sa.and_(_KEY.organiser == organiser_id, _KEY.revoked_ms.is_(None)))

    async def _keys(self, where: sa.ColumnElement[bool]) -> list[ApiKey]:
        newest_first = _KEY.created_ms.desc(), _KEY.id
        query = sa.select(ApiKeyTable.__table__).where(where).order_by(*newest_first)
        async with transaction(self._engine) as connection:
            rows = (await connection.execute(query)).mappings().all()
        return [ApiKey(**{**row, "scopes": tuple(row["scopes"])}) for row in rows]

    async def revoke_key(self, organiser_id: str, key_id: str, now_ms: int) -> bool:
        """The key is good no more; False when the organiser has no such one."""
        statement = (
            sa.update(ApiKeyTable)
            .where(_KEY.organiser == organiser_id, _KEY.id == storable(key_id), _KEY.revoked_ms.is_(None))
            .values(revoked_ms=now_ms)
        )
        async with transaction(self._engine) as connection:
            return (await connection.execute(statement)).rowcount == 1
