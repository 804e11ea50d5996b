"""Codes that hand a guest from one page to another: short-lived, signed, and good for nothing else.

A widget stands in somebody else's page and its guest's token stays there; the till is a page of
the server's own, which takes the guest over by such a code. Each is good for two minutes, for
whoever brings it first: that it was brought is counted where rates are counted, and only as long as that.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final

import msgspec
from throttled.rate_limiter import per_duration

from gateway.access import codes
from gateway.access.auth import AUDIENCE, Principal
from gateway.limiting.quotas import Attempt
from protocol.errors import ErrorCode

HANDOVER_TTL_S: Final = 120
"""From the press on the button until the other page has loaded, on a slow network too."""
HANDOVER_TYPE: Final = "handover+jwt"
ONCE: Final = per_duration(timedelta(seconds=HANDOVER_TTL_S), 1, 1)


class Handed(msgspec.Struct, frozen=True):
    """The guest that is handed over, and until when their own token is good; both ends in Unix time.

    `jti` is the code's own name.
    """

    aud: str
    sub: str
    until: int
    exp: int
    jti: str


def hand_over(secret: str, guest: Principal, code_id: str, now_s: float) -> str:
    """A code for this guest, by a name that no other has."""
    handed = Handed(AUDIENCE, guest.id, int(guest.expires_s), int(now_s) + HANDOVER_TTL_S, code_id)
    return codes.sign(secret, HANDOVER_TYPE, handed)


def take_over(secret: str, code: str, now_s: float) -> Handed | ErrorCode:
    """Whom a code hands over, or why it does not."""
    handed = codes.read(secret, HANDOVER_TYPE, code, Handed)
    if handed is None or handed.aud != AUDIENCE:
        return ErrorCode.TOKEN_INVALID
    return ErrorCode.TOKEN_EXPIRED if now_s >= min(handed.exp, handed.until) else handed


def brought(handed: Handed) -> Attempt:
    """That a code is brought, which may happen once within its life."""
    return Attempt("handover", handed.jti, ONCE)
