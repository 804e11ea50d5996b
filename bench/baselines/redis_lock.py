"""A lock in Redis around a compare-and-set of a version column in PostgreSQL: hold, then confirm."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from bench.baselines.pool import SeatPool
from bench.baselines.ports import Books, Claim, Purchase
from bench.baselines.postgres import PostgresDesign, compare_and_hold, compare_and_sell, free_versions
from bench.baselines.redis_pipe import RedisPipe

LOCK_MS: Final = 5_000
UNLOCK: Final = "if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end return 0"


class RedisLock(PostgresDesign):
    """`SET NX PX` for each seat, the version compared in PostgreSQL, the lock given back by its owner.

    A lock that somebody else has means that the seat is being taken: nobody waits for it. The
    lock is given back after the reply has left, without waiting.
    """

    def __init__(self, dsn: str, redis_url: str) -> None:
        super().__init__(dsn)
        self._redis: Final = RedisPipe(redis_url)
        self._unlock = ""

    async def open(self) -> None:
        """Connect to both."""
        await super().open()
        self._unlock = await self._redis.redis.script_load(UNLOCK)

    async def hold(self, claim: Claim) -> bool:
        """Lock the seats, hold them, unlock."""
        locks = [f"lock:{claim.stream}:{seat}" for seat in claim.seats]
        asked = [self._redis.send("SET", lock, claim.hold, "NX", "PX", LOCK_MS) for lock in locks]
        got = [lock for lock, reply in zip(locks, asked, strict=True) if await reply]
        try:
            if len(got) < len(locks):
                return False
            versions = await free_versions(self.pool, claim)
            return versions is not None and await compare_and_hold(self.pool, claim, versions)
        finally:
            self._give_back(got, claim.hold)

    async def confirm(self, purchase: Purchase) -> Sequence[int]:
        """Lock the hold, sell it, unlock."""
        lock = f"lock:{purchase.hold}"
        if not await self._redis.ask("SET", lock, purchase.order, "NX", "PX", LOCK_MS):
            return []
        try:
            return await self._confirm(self.pool, purchase)
        finally:
            self._give_back([lock], purchase.order)

    async def _confirm(self, pool: SeatPool, purchase: Purchase) -> list[int]:
        seen = await pool.fetch("version_read_hold", purchase.hold, purchase.holder, purchase.now_ms)
        if not seen:
            return []
        return await compare_and_sell(pool, purchase, {row["seat"]: row["version"] for row in seen})

    def _give_back(self, locks: Sequence[str], owner: str) -> None:
        for lock in locks:
            self._redis.send("EVALSHA", self._unlock, 1, lock, owner).add_done_callback(_forget)

    async def audit(self) -> Books:
        """The tables are PostgreSQL's."""
        return await self.pool.audit()

    async def close(self) -> None:
        """Close both."""
        await self._redis.close()
        await super().close()


def _forget(reply: Any) -> None:
    """A lock that could not be given back ends by itself."""
    if not reply.cancelled():
        reply.exception()
