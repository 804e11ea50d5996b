"""Rates that all gateways keep together in Redis, and what is done while it is away.

Every call is bounded. After some failures in a row a circuit breaker leaves Redis alone for
a while, and the gateway counts for itself, at its share: so limits stay roughly what they
were, and nobody waits for Redis.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Final, TypeVar

import structlog
from purgatory import AsyncCircuitBreakerFactory
from purgatory.domain.messages import Event
from purgatory.domain.model import OpenedState
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from throttled.asyncio import Throttled
from throttled.asyncio.store import RedisStore
from throttled.exceptions import StoreUnavailableError
from throttled.rate_limiter import Quota

from actors.ending import ended
from gateway.limiting.local import LocalRates
from gateway.limiting.quotas import Attempt, Verdict, verdict
from telemetry.meters import METERS

log = structlog.get_logger()
T = TypeVar("T")
CALL_MAX_S: Final = 0.1
CONNECTIONS_MAX: Final = 32
FAILURES_MAX: Final = 3
REST_S: Final = 5.0
"""How long Redis is left alone after that many failures in a row."""
CIRCUIT: Final = "redis"
AWAY: Final = METERS.counter("holdfast_rates_local_total", "Attempts counted here because Redis was away.")
FAILURES: Final = (StoreUnavailableError, RedisError, OSError, TimeoutError)


class SharedRates:
    """Counts in Redis, or in `local` while that is away."""

    def __init__(self, url: str, local: LocalRates) -> None:
        """Connects when it is first asked."""
        self._local = local
        self._store = RedisStore(server=url, options={"CONNECTION_POOL_KWARGS": _pool()})
        self._throttles: dict[tuple[int, float, int], Throttled] = {}
        self._breakers = AsyncCircuitBreakerFactory(default_threshold=FAILURES_MAX, default_ttl=REST_S)
        self._breakers.add_listener(self._heard)
        self._wrong: str | None = None
        self._looking_out: asyncio.Task[None] | None = None

    @property
    def wrong(self) -> str | None:
        """What is wrong with Redis, in words."""
        return self._wrong

    def _heard(self, _circuit: str, kind: str, _event: Event) -> None:
        if kind == "recovered":
            self._wrong = None

    async def take(self, attempts: Sequence[Attempt]) -> list[Verdict]:
        """Count these attempts, all in one connection's time."""
        verdicts = await self._asked(lambda: asyncio.gather(*(self._take(attempt) for attempt in attempts)))
        if verdicts is not None:
            return verdicts
        AWAY.value += len(attempts)
        return await self._local.take(attempts)

    async def _asked(self, ask: Callable[[], Awaitable[T]]) -> T | None:
        """What Redis says; None while it is away."""
        try:
            async with await self._breakers.get_breaker(CIRCUIT), asyncio.timeout(CALL_MAX_S):
                said = await ask()
        except OpenedState:
            return None
        except FAILURES as error:
            if self._wrong is None:
                log.warning("redis_away", error=repr(error))
            if self._looking_out is None or self._looking_out.done():
                self._looking_out = asyncio.ensure_future(self._look_out())
            self._wrong = "away: each gateway counts for itself"
            return None
        self._wrong = None
        return said

    async def _look_out(self) -> None:
        """Ask until it is back, so that `/readyz` tells of it also where nobody calls."""
        while self._wrong is not None:
            await asyncio.sleep(REST_S)
            await self._asked(self._client.ping)

    async def _take(self, attempt: Attempt) -> Verdict:
        throttle = self._throttle(attempt.quota)
        return verdict(attempt, await throttle.limit(f"{attempt.scope}:{attempt.key}", attempt.cost))

    def _throttle(self, quota: Quota) -> Throttled:
        key = quota.rate.limit, quota.rate.period.total_seconds(), quota.burst
        found = self._throttles.get(key)
        if found is None:
            found = Throttled(using="gcra", quota=quota, store=self._store, key_prefix="holdfast")
            self._throttles[key] = found
        return found

    async def close(self) -> None:
        """Let go of the connections."""
        await ended(self._looking_out)
        await self._client.aclose(close_connection_pool=True)

    @property
    def _client(self) -> Any:
        return self._store._backend.get_client()  # the store itself can be neither pinged nor closed


def _pool() -> dict[str, Any]:
    return {
        "socket_timeout": CALL_MAX_S,
        "socket_connect_timeout": CALL_MAX_S,
        "max_connections": CONNECTIONS_MAX,
        "retry": Retry(NoBackoff(), 0),
    }
