"""Signed codes: what a server says to itself by way of a client, each kind good for one thing alone.

JSON Web Tokens like those of callers (`gateway.access.auth`), but of another type (RFC 8725, 3.11), so that
none can stand for a caller, nor for a code of another kind.
"""

from __future__ import annotations

from typing import Final, TypeVar

import jwt
import msgspec
from jwt.types import Options

from gateway.access.auth import ALGORITHM, ISSUER

_Claims = TypeVar("_Claims", bound=msgspec.Struct)
_OPTIONS: Final[Options] = {"verify_aud": False, "verify_exp": False, "verify_iat": False}
"""Audience and expiry are compared by whoever reads, with a clock of their own and at every use."""


def sign(secret: str, kind: str, claims: msgspec.Struct) -> str:
    """The code that says `claims`; the same claims give the same code. `kind` is a media type."""
    payload = {"iss": ISSUER, **msgspec.to_builtins(claims)}
    return jwt.encode(payload, secret, algorithm=ALGORITHM, headers={"typ": kind})


def read(secret: str, kind: str, code: str, shape: type[_Claims]) -> _Claims | None:
    """What a code of this kind says, however old it is; None for one that we did not make."""
    try:
        decoded = jwt.decode_complete(code, secret, algorithms=[ALGORITHM], issuer=ISSUER, options=_OPTIONS)
        claims = msgspec.convert(decoded["payload"], shape)
    except (jwt.PyJWTError, ValueError):
        return None
    return claims if decoded["header"].get("typ") == kind else None
