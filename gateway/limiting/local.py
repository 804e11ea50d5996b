"""Rates that one gateway keeps for itself: where there is no Redis, and while it is away."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from throttled import Throttled
from throttled.rate_limiter import Quota
from throttled.store import MemoryStore

from gateway.limiting.quotas import Attempt, Verdict, share_of, verdict

KEYS_MAX: Final = 100_000
"""How many callers are remembered; beyond that the one who asked longest ago begins anew."""


class LocalRates:
    """Counts in memory. Of each quota it grants a `share`: one over the number of gateways."""

    def __init__(self, share: float) -> None:
        """Nobody has asked for anything yet."""
        self._share = share
        self._store = MemoryStore(options={"MAX_SIZE": KEYS_MAX})
        self._throttles: dict[tuple[int, float, int], Throttled] = {}

    async def take(self, attempts: Sequence[Attempt]) -> list[Verdict]:
        """Count these attempts."""
        return [self._take(attempt) for attempt in attempts]

    def _take(self, attempt: Attempt) -> Verdict:
        throttle = self._throttle(attempt.quota)
        return verdict(attempt, throttle.limit(f"{attempt.scope}:{attempt.key}", attempt.cost))

    def _throttle(self, quota: Quota) -> Throttled:
        key = quota.rate.limit, quota.rate.period.total_seconds(), quota.burst
        found = self._throttles.get(key)
        if found is None:
            found = Throttled(using="gcra", quota=share_of(quota, self._share), store=self._store)
            self._throttles[key] = found
        return found

    async def close(self) -> None:
        """Nothing to let go of."""
