"""What is limited, and what became of an attempt.

The method is GCRA (the generic cell rate algorithm of ATM, ITU-T I.371): a rate, and a burst
that may go ahead of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil
from typing import Final, Literal, Protocol

import msgspec
from throttled.exceptions import DataError
from throttled.rate_limiter import Quota, RateLimitResult, per_duration
from throttled.rate_limiter.quota_parser import parse

Scope = Literal["principal", "address", "event", "account", "handover"]
OFF: Final = "off"


class Quotas(msgspec.Struct, frozen=True):
    """What each scope may ask for; None leaves it without a limit."""

    principal: Quota | None = None
    address: Quota | None = None
    event: Quota | None = None


class Attempt(msgspec.Struct, frozen=True):
    """So many requests (`cost`) of one principal, address or event (`key`)."""

    scope: Scope
    key: str
    quota: Quota
    cost: int = 1


class Verdict(msgspec.Struct, frozen=True):
    """What became of an attempt. When `limited`, it would pass after `retry_after_s`."""

    scope: Scope
    quota: Quota
    limited: bool
    remaining: int
    reset_after_s: float
    retry_after_s: float


def verdict(attempt: Attempt, result: RateLimitResult) -> Verdict:
    """What a store of rates says of an attempt."""
    state = result.state
    return Verdict(
        *(attempt.scope, attempt.quota, result.limited, state.remaining),
        *(state.reset_after, state.retry_after),
    )


class Rates(Protocol):
    """Where it is known how much each has asked for."""

    async def take(self, attempts: Sequence[Attempt]) -> list[Verdict]:
        """Count these attempts; one that is limited is not counted. Never raises for a store that is away."""

    async def close(self) -> None:
        """Let go of connections."""


def read_quota(text: str) -> Quota | None:
    """A quota from `100/s burst 200`, or None from `off`. Raises `ValueError`."""
    if text.strip().lower() == OFF:
        return None
    try:
        quotas = parse(text)
    except DataError as error:
        raise ValueError(str(error)) from None
    if len(quotas) != 1:
        raise ValueError(f"one rate, such as 100/s burst 200, or {OFF}")
    return quotas[0]


def share_of(quota: Quota, share: float) -> Quota:
    """A part of a quota, for one of several who count each for themselves."""
    return per_duration(
        quota.rate.period, max(1, ceil(quota.rate.limit * share)), max(1, ceil(quota.burst * share))
    )


def headers(verdicts: Sequence[Verdict]) -> dict[str, str]:
    """`RateLimit` and `RateLimit-Policy`, after draft-ietf-httpapi-ratelimit-headers."""
    if not verdicts:
        return {}
    policies = [
        f'"{each.scope}";q={each.quota.burst};w={ceil(each.quota.burst * each.quota.emission_interval)}'
        for each in verdicts
    ]
    left = [f'"{each.scope}";r={each.remaining};t={ceil(each.reset_after_s)}' for each in verdicts]
    return {"RateLimit-Policy": ", ".join(policies), "RateLimit": ", ".join(left)}
