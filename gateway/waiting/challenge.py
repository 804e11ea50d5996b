"""What has to be solved before joining: a small port, and a proof of work behind it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, Protocol

import altcha
import msgspec

TTL_S: Final = 600
"""How long a challenge may be worked on."""
ALGORITHM: Final = "SHA-256"
PREFIX: Final = "00"
"""What the hash of a solution begins with: about 256 tries of `cost` hashes each."""


class Challenge(Protocol):
    """Something that is hard for a crowd of one and easy for one of a crowd."""

    def make(self, event: str, principal: str, cost: int) -> dict[str, Any]:
        """A new challenge for this caller."""

    def solved(self, solution: str, event: str, principal: str, cost: int) -> bool:
        """Whether this solves a challenge that was made for this caller and at least so hard."""


class ProofOfWork:
    """ALTCHA's proof of work, version 2 (altcha.org): browsers solve it without asking anybody.

    A challenge is bound to its caller and event, so a solution is of use for one place alone.
    """

    def __init__(self, secret: str, now_ms: Callable[[], int]) -> None:
        self._secret = f"challenge:{secret}"
        self._now_ms = now_ms

    def make(self, event: str, principal: str, cost: int) -> dict[str, Any]:
        """A new challenge for this caller; `cost` is the number of hashes a try takes."""
        challenge = altcha.create_challenge(
            ALGORITHM,
            cost,
            key_prefix=PREFIX,
            expires_at=self._now_ms() // 1000 + TTL_S,
            data={"event": event, "principal": principal},
            hmac_secret=self._secret,
        )
        return dict(challenge.to_dict())

    def solved(self, solution: str, event: str, principal: str, cost: int) -> bool:
        """Whether this solves a challenge that was made for this caller and at least so hard."""
        try:
            payload = altcha.Payload.from_base64(solution)
            asked = payload.challenge.parameters
            # Judged before the work of checking, which is as much as one try: nobody may set our cost.
            if asked.cost != cost or asked.algorithm != ALGORITHM or asked.key_prefix != PREFIX:
                return False
            if asked.data != {"event": event, "principal": principal}:
                return False
            return bool(altcha.verify_solution(payload, self._secret).verified)
        except (ValueError, KeyError, TypeError, AttributeError, msgspec.MsgspecError):
            return False
