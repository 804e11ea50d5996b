"""The gateway's limits as REST calls and sessions meet them."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil
from typing import Final

from gateway.limiting.local import LocalRates
from gateway.limiting.quotas import Attempt, Quotas, Rates, Verdict
from protocol.errors import ErrorCode, Problem, problem
from telemetry.meters import METERS

LIMITED: Final = METERS.tally(
    "holdfast_limited_total", "Attempts beyond a rate or a bound, by what there was too much of.", "scope"
)
LOOPBACK: Final = frozenset(("127.0.0.1", "::1"))
"""Addresses of this machine, which are not limited: behind one of them there may be anybody."""


class Limiter:
    """Judges attempts; without quotas all pass, and nobody is counted."""

    def __init__(self, quotas: Quotas, rates: Rates | None = None) -> None:
        """Counts in `rates`, or in memory."""
        self.quotas = quotas
        self._rates = rates or LocalRates(1.0)

    async def take(self, attempts: Sequence[Attempt]) -> list[Verdict]:
        """Count these attempts."""
        if not attempts:
            return []
        verdicts = await self._rates.take(attempts)
        LIMITED.update(verdict.scope for verdict in verdicts if verdict.limited)
        return verdicts

    def of_address(self, address: str | None, cost: int = 1) -> list[Attempt]:
        """Attempts from an address, if those are counted."""
        quota = self.quotas.address
        if quota is None or address is None or address in LOOPBACK:
            return []
        return [Attempt("address", address, quota, cost)]

    def of_principal(self, principal: str | None, cost: int = 1) -> list[Attempt]:
        """Attempts of a principal, if those are counted."""
        quota = self.quotas.principal
        return [] if quota is None or principal is None else [Attempt("principal", principal, quota, cost)]

    def of_event(self, event: str, cost: int = 1) -> list[Attempt]:
        """Attempts at an event's places, if those are counted."""
        quota = self.quotas.event
        return [] if quota is None else [Attempt("event", event, quota, cost)]


def refusal(verdicts: Sequence[Verdict]) -> Problem | None:
    """What a caller is told who asked too often, from all that was judged."""
    limited = [verdict for verdict in verdicts if verdict.limited]
    if not limited:
        return None
    longest = max(limited, key=lambda verdict: verdict.retry_after_s)
    wait_ms = ceil(longest.retry_after_s * 1000)
    return problem(ErrorCode.RATE_LIMITED, f"Too many for one {longest.scope}.", retry_after_ms=wait_ms)
