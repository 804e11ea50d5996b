"""The designs that need PostgreSQL alone."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from random import Random
from typing import Final

from bench.baselines.pool import SQL, SeatPool, paid
from bench.baselines.ports import Books, Claim, Purchase
from engine.catalogue import OrderRow

ATTEMPTS_MAX: Final = 8
BACKOFF_S: Final = 0.002


class PostgresDesign:
    """What these designs share: the table of seats, giving back, the audit."""

    def __init__(self, dsn: str) -> None:
        self.pool: Final = SeatPool(dsn)

    async def open(self) -> None:
        """Connect and make the tables."""
        await self.pool.open()

    async def stock(self, stream: int, seats: int) -> None:
        """A row for each seat."""
        await self.pool.stock(stream, seats)

    async def release(self, stream: int, hold: str, holder: str) -> Sequence[int]:
        """One statement, whatever the design."""
        del stream
        return await self.pool.seats("release", hold, holder)

    async def save_orders(self, rows: Sequence[OrderRow]) -> bool:
        """The catalogue's table is in the same database."""
        del rows
        return False

    async def audit(self) -> Books:
        """Read the tables."""
        return await self.pool.audit()

    async def close(self) -> None:
        """Close the pool."""
        await self.pool.close()


class AdvisoryLock(PostgresDesign):
    """`pg_advisory_xact_lock` of the event around look and take, in a function of the server's.

    One round trip; the lock is let go after the commit's flush, so an event has one commit at a time.
    """

    async def hold(self, claim: Claim) -> bool:
        """Lock the event, look, take."""
        seats, ends = list(claim.seats), (claim.now_ms, claim.expires_ms)
        rows = await self.pool.fetch(
            "advisory_hold", claim.event_key, claim.stream, seats, claim.hold, claim.holder, *ends
        )
        return bool(rows[0]["held"])

    async def confirm(self, purchase: Purchase) -> Sequence[int]:
        """Lock the event, sell."""
        return await self.pool.seats("advisory_confirm", purchase.event_key, *paid(purchase))


class SkipLocked(PostgresDesign):
    """`SELECT … FOR UPDATE SKIP LOCKED` of the seats and their update, in one statement."""

    async def hold(self, claim: Claim) -> bool:
        """Take the rows that nobody has locked."""
        seats, ends = list(claim.seats), (claim.now_ms, claim.expires_ms)
        taken = await self.pool.seats(
            "skip_locked_hold", claim.stream, seats, claim.hold, claim.holder, *ends
        )
        return len(taken) == len(seats)

    async def confirm(self, purchase: Purchase) -> Sequence[int]:
        """Sell the hold's rows."""
        return await self.pool.seats("skip_locked_confirm", *paid(purchase))


class OptimisticVersion(PostgresDesign):
    """Read the version, write if it is still the same, else try again after a short random pause."""

    def __init__(self, dsn: str) -> None:
        super().__init__(dsn)
        self._dice: Final = Random(1)

    async def hold(self, claim: Claim) -> bool:
        """Up to eight attempts; a seat that is seen taken ends them."""
        for attempt in range(ATTEMPTS_MAX):
            versions = await free_versions(self.pool, claim)
            if versions is None:
                return False
            if await compare_and_hold(self.pool, claim, versions):
                return True
            await asyncio.sleep(self._dice.random() * BACKOFF_S * 2**attempt)
        return False

    async def confirm(self, purchase: Purchase) -> Sequence[int]:
        """Read the hold's rows, sell them if they are unchanged."""
        for attempt in range(ATTEMPTS_MAX):
            seen = await self.pool.fetch("version_read_hold", purchase.hold, purchase.holder, purchase.now_ms)
            if not seen:
                return []
            sold = await compare_and_sell(self.pool, purchase, {row["seat"]: row["version"] for row in seen})
            if sold:
                return sold
            await asyncio.sleep(self._dice.random() * BACKOFF_S * 2**attempt)
        return []


async def free_versions(pool: SeatPool, claim: Claim) -> dict[int, int] | None:
    """The versions of the wanted seats, None unless all of them can be had."""
    rows = await pool.fetch("version_read", claim.stream, list(claim.seats))
    free = {
        row["seat"]: row["version"]
        for row in rows
        if row["status"] == 0 or (row["status"] == 1 and row["expires_ms"] <= claim.now_ms)
    }
    return free if len(free) == len(claim.seats) else None


async def compare_and_hold(pool: SeatPool, claim: Claim, versions: dict[int, int]) -> bool:
    """Hold the seats if all of them have these versions still; several need a transaction."""
    arguments = (
        claim.stream,
        list(versions),
        list(versions.values()),
        claim.hold,
        claim.holder,
        claim.expires_ms,
    )
    if len(versions) == 1:
        return bool(await pool.fetch("version_hold", *arguments))
    async with pool.transaction() as connection:
        transaction = connection.transaction()
        await transaction.start()
        taken = await connection.fetch(SQL["version_hold"], *arguments)
        if len(taken) == len(versions):
            await transaction.commit()
            return True
        await transaction.rollback()
        return False


async def compare_and_sell(pool: SeatPool, purchase: Purchase, versions: dict[int, int]) -> list[int]:
    """Sell the seats if they have these versions still.

    All rows of a hold change together, so one that has changed means that all have.
    """
    return await pool.seats(
        "version_confirm", purchase.stream, list(versions), list(versions.values()), purchase.order
    )
