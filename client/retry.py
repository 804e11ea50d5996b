"""When to try again: full jitter, the server's wishes honoured.

The rule is "full jitter" of Marc Brooker, "Exponential Backoff And Jitter" (AWS
Architecture Blog, 2015): sleep = random(0, min(cap, base * 2 ** attempt)).
"""

from __future__ import annotations

from random import Random
from typing import Final

from protocol.closing import CloseCode
from protocol.errors import ErrorCode, Problem

_EXPONENT_MAX: Final = 30
_FINAL_CLOSES: Final = frozenset(
    {CloseCode.BAD_FRAME, CloseCode.BAD_HELLO, CloseCode.FORBIDDEN, CloseCode.BAD_SUBPROTOCOL}
)


def full_jitter_ms(attempt: int, base_ms: int, cap_ms: int, randomness: Random) -> float:
    """A random wait before attempt number `attempt` (0 is the first repetition)."""
    return randomness.uniform(0, min(cap_ms, base_ms * 2 ** min(attempt, _EXPONENT_MAX)))


def wait_ms(attempt: int, base_ms: int, cap_ms: int, asked_ms: int | None, randomness: Random) -> float:
    """The wait before another attempt: what the server asked for, and full jitter on top of it."""
    return (asked_ms or 0) + full_jitter_ms(attempt, base_ms, cap_ms, randomness)


def may_repeat(problem: Problem) -> bool:
    """True when the same request under the same key may fare better.

    Refusals by the domain are kept under their key, so that repeating those (a sale that is
    not open yet) would only bring the first answer again.
    """
    passing = problem.status == 429 or problem.status >= 500
    return problem.retryable and (passing or problem.code == ErrorCode.IDEMPOTENCY_IN_PROGRESS)


def may_reconnect(close_code: int | None) -> bool:
    """False when the server closed for a reason that another connection would meet again."""
    return close_code not in _FINAL_CLOSES
