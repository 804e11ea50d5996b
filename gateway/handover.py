"""Codes that hand a guest from one page to another: short-lived, signed, and good for nothing else.

A widget stands in somebody else's page and its guest's token stays there; the till is a page of
the server's own, which takes the guest over by such a code. Codes are kept nowhere: each is good
for two minutes, as often as it is brought, and for whoever brings it.
"""

from __future__ import annotations

from typing import Any, Final

import jwt
import msgspec

from gateway.auth import ALGORITHM, AUDIENCE, ISSUER, Principal
from protocol.errors import ErrorCode

HANDOVER_TTL_S: Final = 120
"""From the press on the button until the other page has loaded, on a slow network too."""
HANDOVER_TYPE: Final = "handover+jwt"
_REQUIRED: Final = ["iss", "aud", "exp", "sub", "until"]


class Handed(msgspec.Struct, frozen=True):
    """The guest that is handed over, and until when their own token is good (Unix time)."""

    sub: str
    until: int
    exp: int


def hand_over(secret: str, guest: Principal, now_s: float) -> str:
    """A code for this guest."""
    claims = {"iss": ISSUER, "aud": AUDIENCE, "sub": guest.id, "until": int(guest.expires_s)}
    claims |= {"exp": int(now_s) + HANDOVER_TTL_S}
    return jwt.encode(claims, secret, algorithm=ALGORITHM, headers={"typ": HANDOVER_TYPE})


def take_over(secret: str, code: str, now_s: float) -> Handed | ErrorCode:
    """Whom a code hands over, or why it does not."""
    try:
        decoded = jwt.decode_complete(
            code, secret, algorithms=[ALGORITHM], audience=AUDIENCE, issuer=ISSUER,
            options={"require": _REQUIRED, "verify_exp": False},
        )  # fmt: skip
        handed = _handed(decoded)
    except (jwt.PyJWTError, msgspec.ValidationError, ValueError):
        return ErrorCode.TOKEN_INVALID
    if handed is None:
        return ErrorCode.TOKEN_INVALID
    return ErrorCode.TOKEN_EXPIRED if now_s >= min(handed.exp, handed.until) else handed


def _handed(decoded: dict[str, Any]) -> Handed | None:
    if decoded["header"].get("typ") != HANDOVER_TYPE:
        return None
    return msgspec.convert(decoded["payload"], Handed)
