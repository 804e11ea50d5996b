"""The designs by name, and what each of them needs."""

from __future__ import annotations

from hashlib import blake2b
from typing import Final, Literal, get_args

import msgspec

from bench.baselines.ports import Design
from bench.baselines.postgres import AdvisoryLock, OptimisticVersion, SkipLocked
from bench.baselines.redis_lock import RedisLock
from bench.baselines.redis_script import RedisScript

DesignName = Literal["redis-lock", "advisory-lock", "skip-locked", "optimistic", "redis-script"]


class DesignInfo(msgspec.Struct, frozen=True):
    """A design in words; one that is not `durable` bounds the others from above."""

    title: str
    durable: bool = True
    needs_redis: bool = False


DESIGNS: Final[dict[DesignName, DesignInfo]] = {
    "redis-lock": DesignInfo("Redis lock, PostgreSQL with a version column", needs_redis=True),
    "advisory-lock": DesignInfo("PostgreSQL advisory lock per event"),
    "skip-locked": DesignInfo("SELECT … FOR UPDATE SKIP LOCKED per seat"),
    "optimistic": DesignInfo("Optimistic version with retry"),
    "redis-script": DesignInfo("Redis Lua script alone, not durable", durable=False, needs_redis=True),
}
NAMES: Final[tuple[DesignName, ...]] = get_args(DesignName)


class RedisMissing(LookupError):
    """The design needs Redis and was given none."""


def make_design(name: DesignName, dsn: str, redis_url: str | None) -> Design:
    """The design over its stores. Raises `RedisMissing`."""
    match name:
        case "advisory-lock":
            return AdvisoryLock(dsn)
        case "skip-locked":
            return SkipLocked(dsn)
        case "optimistic":
            return OptimisticVersion(dsn)
    if redis_url is None:
        raise RedisMissing(f"{name} needs Redis")
    if name == "redis-lock":
        return RedisLock(dsn, redis_url)
    # The database is made for the run, so its address tells runs apart.
    return RedisScript(redis_url, blake2b(dsn.encode(), digest_size=6).hexdigest())
