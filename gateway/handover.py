"""Codes that hand a guest from one page to another: short-lived, signed, and good for nothing else.

A widget stands in somebody else's page and its guest's token stays there; the till is a page of
the server's own, which takes the guest over by such a code. Codes are kept nowhere: each is good
for two minutes, as often as it is brought, and for whoever brings it.
"""

from __future__ import annotations

from typing import Final

import msgspec

from gateway import codes
from gateway.auth import AUDIENCE, Principal
from protocol.errors import ErrorCode

HANDOVER_TTL_S: Final = 120
"""From the press on the button until the other page has loaded, on a slow network too."""
HANDOVER_TYPE: Final = "handover+jwt"


class Handed(msgspec.Struct, frozen=True):
    """The guest that is handed over, and until when their own token is good; both ends in Unix time."""

    aud: str
    sub: str
    until: int
    exp: int


def hand_over(secret: str, guest: Principal, now_s: float) -> str:
    """A code for this guest."""
    handed = Handed(AUDIENCE, guest.id, int(guest.expires_s), int(now_s) + HANDOVER_TTL_S)
    return codes.sign(secret, HANDOVER_TYPE, handed)


def take_over(secret: str, code: str, now_s: float) -> Handed | ErrorCode:
    """Whom a code hands over, or why it does not."""
    handed = codes.read(secret, HANDOVER_TYPE, code, Handed)
    if handed is None or handed.aud != AUDIENCE:
        return ErrorCode.TOKEN_INVALID
    return ErrorCode.TOKEN_EXPIRED if now_s >= min(handed.exp, handed.until) else handed
