"""People and their one-time codes in PostgreSQL."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from msgspec.structs import asdict
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncEngine

from engine.accounts.judging import try_code
from engine.accounts.nouns import Account, Challenge, SecondFactor
from persistence.postgres.account_tables import AccountTable, ApiKeyTable, ChallengeTable, SessionTable
from persistence.postgres.engine import transaction
from persistence.postgres.rows import storable
from persistence.postgres.tables import MembershipTable, OrderTable, TicketTable

_ACCOUNT = AccountTable.__table__.c
_CHALLENGE = ChallengeTable.__table__.c
EXPIRED_AT_ONCE = 100
"""Challenges that are over and go whenever a new one comes."""
ALIASES_MAX = 20


class PostgresPeople:
    """Accounts over the accounts' pool. Every call may raise `StorageUnavailable`."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def add(self, account: Account) -> bool:
        """Keep a new account; False when another one has proven this address."""
        statement = insert(AccountTable).values(asdict(account)).on_conflict_do_nothing()
        async with transaction(self._engine) as connection:
            return (await connection.execute(statement)).rowcount == 1

    async def account(self, account_id: str) -> Account | None:
        """The account by its id."""
        return await self._one(_ACCOUNT.id == storable(account_id))

    async def by_email(self, email: str) -> Account | None:
        """The account that has proven this address."""
        return await self._one(sa.and_(_ACCOUNT.email == storable(email), ~_ACCOUNT.guest))

    async def _one(self, where: sa.ColumnElement[bool]) -> Account | None:
        async with transaction(self._engine) as connection:
            row = (
                (await connection.execute(sa.select(AccountTable.__table__).where(where))).mappings().first()
            )
        return None if row is None else Account(**{**row, "recovery": tuple(row["recovery"])})

    async def set_password(self, account_id: str, password: str) -> None:
        """Put another hash in the place of the password's."""
        await self._change(account_id, password=password)

    async def set_second_factor(self, account_id: str, kind: SecondFactor) -> None:
        """Ask for this beside the password from now on, and for no authenticator that there was."""
        await self._change(account_id, second_factor=kind, totp=None, totp_step=0, recovery=())

    async def _change(self, account_id: str, **columns: object) -> None:
        statement = sa.update(AccountTable).where(_ACCOUNT.id == account_id).values(**columns)
        async with transaction(self._engine) as connection:
            await connection.execute(statement)

    async def enrol(self, account_id: str, totp: str, step: int) -> bool:
        """Ask for an authenticator from now on, proved in this step; False when one is asked for."""
        statement = (
            sa.update(AccountTable)
            .where(_ACCOUNT.id == account_id, _ACCOUNT.second_factor != "totp")
            .values(second_factor="totp", totp=totp, totp_step=step, recovery=())
        )
        async with transaction(self._engine) as connection:
            return (await connection.execute(statement)).rowcount == 1

    async def use_step(self, account_id: str, step: int) -> bool:
        """Use up an authenticator's step; False when it, or a later one, was used before."""
        statement = (
            sa.update(AccountTable)
            .where(_ACCOUNT.id == account_id, _ACCOUNT.totp_step < step)
            .values(totp_step=step)
        )
        async with transaction(self._engine) as connection:
            return (await connection.execute(statement)).rowcount == 1

    async def set_recovery(self, account_id: str, codes: tuple[str, ...]) -> None:
        """Put these hashes in the place of all recovery codes that there were."""
        await self._change(account_id, recovery=codes)

    async def use_recovery(self, account_id: str, place: int, code: str) -> bool:
        """Use up the code with this hash; False when it was used, or replaced, before."""
        kept = _ACCOUNT.recovery[place + 1]
        statement = sa.update(AccountTable).where(_ACCOUNT.id == account_id, kept == code).values({kept: ""})
        async with transaction(self._engine) as connection:
            return (await connection.execute(statement)).rowcount == 1

    async def begin(self, challenge: Challenge, now_ms: int) -> None:
        """Keep a challenge, and forget some that are over."""
        over = sa.select(_CHALLENGE.id).where(_CHALLENGE.expires_ms <= now_ms).limit(EXPIRED_AT_ONCE)
        async with transaction(self._engine) as connection:
            await connection.execute(sa.delete(ChallengeTable).where(_CHALLENGE.id.in_(over)))
            await connection.execute(insert(ChallengeTable).values(asdict(challenge)))

    async def challenge(self, challenge_id: str) -> Challenge | None:
        """The challenge by its id."""
        query = sa.select(ChallengeTable.__table__).where(_CHALLENGE.id == storable(challenge_id))
        async with transaction(self._engine) as connection:
            row = (await connection.execute(query)).mappings().first()
        return None if row is None else Challenge(**row)

    async def answer(self, challenge_id: str, code: bytes, now_ms: int) -> Challenge | None:
        """Try a code's hash: the challenge if it is right, which ends it; each wrong one costs a try."""
        one = _CHALLENGE.id == storable(challenge_id)
        async with transaction(self._engine) as connection:
            query = sa.select(ChallengeTable.__table__).where(one).with_for_update()
            row = (await connection.execute(query)).mappings().first()
            if row is None:
                return None
            challenge = Challenge(**row)
            tried = try_code(challenge, code, now_ms)
            if tried == "wrong":
                left = challenge.tries_left - 1
                await connection.execute(sa.update(ChallengeTable).where(one).values(tries_left=left))
            else:
                await connection.execute(sa.delete(ChallengeTable).where(one))
        return challenge if tried == "right" else None

    async def spend(self, challenge_id: str, now_ms: int) -> Challenge | None:
        """Take one try of a challenge that asks an authenticator; None when there is none left."""
        statement = (
            sa.update(ChallengeTable)
            .where(
                _CHALLENGE.id == storable(challenge_id),
                _CHALLENGE.expires_ms > now_ms,
                _CHALLENGE.tries_left > 0,
            )
            .values(tries_left=_CHALLENGE.tries_left - 1)
            .returning(ChallengeTable.__table__)
        )
        async with transaction(self._engine) as connection:
            row = (await connection.execute(statement)).mappings().first()
        return None if row is None else Challenge(**row)

    async def end(self, challenge_id: str) -> None:
        """The challenge was met."""
        async with transaction(self._engine) as connection:
            await connection.execute(sa.delete(ChallengeTable).where(_CHALLENGE.id == challenge_id))

    async def claim_guests(self, account_id: str, email: str) -> tuple[str, ...]:
        """Give an account the guests who said its address; all guests that it has, the newest first."""
        claim = (
            sa.update(AccountTable)
            .where(_ACCOUNT.email == email, _ACCOUNT.guest, _ACCOUNT.claimed_by.is_(None))
            .values(claimed_by=account_id)
        )
        query = (
            sa.select(_ACCOUNT.id)
            .where(_ACCOUNT.claimed_by == account_id)
            .order_by(_ACCOUNT.created_ms.desc(), _ACCOUNT.id.desc())
            .limit(ALIASES_MAX)
        )
        async with transaction(self._engine) as connection:
            await connection.execute(claim)
            return tuple((await connection.scalars(query)).all())

    async def erase(self, account_id: str) -> None:
        """Forget a person: the account, the guests that it claimed, and the names on its orders and tickets.

        What the journal says of their ids stands; nobody can tell any more whose they were.
        """
        async with transaction(self._engine) as connection:
            guests = sa.select(_ACCOUNT.id).where(_ACCOUNT.claimed_by == account_id)
            ids = [account_id, *(await connection.scalars(guests)).all()]
            for statement in _erasures(ids):
                await connection.execute(statement)


def _erasures(ids: Sequence[str]) -> tuple[sa.Executable, ...]:
    orders, tickets = OrderTable.__table__.c, TicketTable.__table__.c
    theirs = sa.select(orders.id).where(orders.principal.in_(ids))
    named = sa.or_(tickets.owner.in_(ids), tickets.order_id.in_(theirs))
    return (
        sa.update(TicketTable)
        .where(named, tickets.holder_name.is_not(None))
        .values(holder_name="", holder_email=""),
        sa.update(OrderTable).where(orders.principal.in_(ids)).values(buyer_name="", buyer_email=""),
        sa.delete(SessionTable).where(SessionTable.__table__.c.account.in_(ids)),
        sa.delete(ChallengeTable).where(_CHALLENGE.account.in_(ids)),
        sa.delete(MembershipTable).where(MembershipTable.__table__.c.account.in_(ids)),
        sa.update(ApiKeyTable).where(ApiKeyTable.__table__.c.created_by.in_(ids)).values(created_by=""),
        sa.delete(AccountTable).where(_ACCOUNT.id.in_(ids)),
    )
