"""Passes: signed tokens that say who was let in to which event, and until when.

Signed codes (`gateway.access.codes`) whose audience is the event. A pass says nothing that is not in the
room's journal: every gateway makes the same token for it, and a retry sends the same body.
"""

from __future__ import annotations

from collections import OrderedDict
from typing import Final

import msgspec

from gateway.access import codes

PASS_TYPE: Final = "pass+jwt"  # noqa: S105 - a media type, no secret
AUDIENCE_PREFIX: Final = "holdfast.event:"


class Pass(msgspec.Struct, frozen=True):
    """What a pass says; `expires_s` is Unix time."""

    event: str
    principal: str
    ticket: str
    expires_s: int


class _Claims(msgspec.Struct, frozen=True):
    aud: str
    sub: str
    jti: str
    exp: int


class Passes:
    """Makes and reads passes, and remembers the newest of those that it read."""

    def __init__(self, secret: str, cached_max: int) -> None:
        self._secret = secret
        self._cached_max = cached_max
        self._known: OrderedDict[str, Pass] = OrderedDict()

    def issue(self, event: str, principal: str, ticket: str, expires_ms: int) -> str:
        """The token of a pass; it ends with the last whole second before `expires_ms`."""
        claims = _Claims(AUDIENCE_PREFIX + event, principal, ticket, expires_ms // 1000)
        return codes.sign(self._secret, PASS_TYPE, claims)

    def read(self, token: str) -> Pass | None:
        """What a token says, whoever shows it and however old it is; None for one that is not ours."""
        known = self._known.get(token)
        if known is not None:
            self._known.move_to_end(token)
            return known
        found = self._decode(token)
        if found is not None:
            self._known[token] = found
            if len(self._known) > self._cached_max:
                self._known.popitem(last=False)
        return found

    def _decode(self, token: str) -> Pass | None:
        claims = codes.read(self._secret, PASS_TYPE, token, _Claims)
        if claims is None or not claims.aud.startswith(AUDIENCE_PREFIX):
            return None
        return Pass(claims.aud.removeprefix(AUDIENCE_PREFIX), claims.sub, claims.jti, claims.exp)
