"""Signed tokens: who a caller is and what role they have.

JSON Web Tokens after RFC 7519 with the cautions of RFC 8725: one fixed algorithm, an
explicit type, and issuer, audience, expiry and subject are required.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from hashlib import blake2b
from typing import Any, Final, Literal, Protocol

import jwt
import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from jwt.types import Options

from engine.accounts.nouns import MemberRole
from engine.catalogue import DEFAULT_ORGANISER, Mode
from engine.commands import Role as EngineRole
from protocol.errors import ErrorCode, problem

Role = Literal["buyer", "organiser", "staff", "admin"]
ALGORITHM: Final = "HS256"
SIGNED: Final = "EdDSA"
TOKEN_TYPE: Final = "at+jwt"  # noqa: S105 - a media type (RFC 9068), no secret
ISSUER: Final = "holdfast"
AUDIENCE: Final = "holdfast.v1"
SECRET_BYTES_MIN: Final = 32
NO_TOKEN: Final = problem(ErrorCode.TOKEN_MISSING, "Guests may look; this needs a token.")
_REQUIRED: Final = ["iss", "aud", "exp", "sub", "role"]


class Principal(msgspec.Struct, frozen=True):
    """A verified caller; `expires_s` is Unix time.

    `memberships` says what they are to which organiser, `scopes` and `mode` what an API key was
    given. `standing` is what they are to one object: a buyer, until `gateway.access.rights` says more.
    Whoever is signed in has a `session`; `guests` are the principals that they bought as before.
    """

    id: str
    role: Role
    channels: tuple[str, ...]
    expires_s: float
    memberships: tuple[tuple[str, MemberRole], ...] = ()
    standing: EngineRole = "buyer"
    scopes: frozenset[str] | None = None
    mode: Mode | None = None
    session: str | None = None
    issued_ms: int = 0
    guests: tuple[str, ...] = ()

    @property
    def engine_role(self) -> EngineRole:
        """The rights that the caller has inside a section."""
        return self.standing

    @property
    def anonymous(self) -> bool:
        """Whether this is a buyer by their token alone, whom no account stands behind."""
        return self.role == "buyer" and self.session is None and self.scopes is None

    @property
    def privileged(self) -> bool:
        """Whether it matters to the caller's rights whose an object is."""
        special = self.memberships or self.guests or self.scopes is not None
        return bool(special) or self.role == "admin"


def principal_id(subject: str) -> str:
    """The public id of a subject: itself when it is one, otherwise derived, always the same.

    >>> principal_id("usr_ada")
    'usr_ada'
    """
    if subject.startswith("usr_"):
        return subject
    return "usr_" + blake2b(subject.encode(), digest_size=16).hexdigest()


def issue_token(
    secret: str,
    sub: str,
    role: Role,
    ttl_s: int,
    *,
    channels: tuple[str, ...] = (),
    organisers: tuple[str, ...] = (),
    now_s: float | None = None,
) -> str:
    """A signed token for `sub`. Raises `ValueError` for a secret shorter than 32 bytes.

    Organisers and their staff act for `organisers`, the first one of the database if none is named.
    """
    if len(secret.encode()) < SECRET_BYTES_MIN:
        raise ValueError(f"the secret key needs {SECRET_BYTES_MIN} bytes at least")
    issued_s = int(time.time() if now_s is None else now_s)
    claims: dict[str, Any] = {"iss": ISSUER, "aud": AUDIENCE, "sub": sub, "role": role}
    claims |= {"iat": issued_s, "exp": issued_s + ttl_s}
    if channels:
        claims["channels"] = list(channels)
    if organisers:
        claims["organisers"] = list(organisers)
    return jwt.encode(claims, secret, algorithm=ALGORITHM, headers={"typ": TOKEN_TYPE})


class PublicKeys(Protocol):
    """The keys that access tokens of accounts may be signed with."""

    def public(self, kid: str) -> Ed25519PublicKey | None:
        """The key of that name, if it is trusted."""


class Revoked(Protocol):
    """What was revoked although its signature is good."""

    def covers(self, principal: Principal) -> bool:
        """Whether what this caller came with was revoked since it was issued."""


class TokenVerifier:
    """Verifies tokens and remembers the newest of them, so that a reconnect storm costs little.

    Which key a token is verified with follows from its header, and which algorithm from the key
    alone. Without `keys` there are no accounts.
    """

    def __init__(
        self,
        secret: str,
        cached_max: int = 20_000,
        keys: PublicKeys | None = None,
        revoked: Revoked | None = None,
    ) -> None:
        self._secret = secret
        self._cached_max = cached_max
        self._keys = keys
        self._revoked = revoked
        self._known: OrderedDict[str, Principal] = OrderedDict()

    def verify(self, token: str, now_s: float) -> Principal | ErrorCode:
        """The caller that a token speaks for, or why it does not."""
        known = self._known.get(token)
        if known is None:
            judged = self._decode(token)
            if isinstance(judged, ErrorCode):
                return judged
            known = self._remember(token, judged)
        else:
            self._known.move_to_end(token)
        if now_s >= known.expires_s or (self._revoked is not None and self._revoked.covers(known)):
            return ErrorCode.TOKEN_EXPIRED
        return known

    def _remember(self, token: str, principal: Principal) -> Principal:
        self._known[token] = principal
        if len(self._known) > self._cached_max:
            self._known.popitem(last=False)
        return principal

    def _decode(self, token: str) -> Principal | ErrorCode:
        try:
            # As trusted as the rest once the signature is verified, which covers it.
            header = jwt.get_unverified_header(token)
            if str(header.get("typ", "")).lower() != TOKEN_TYPE:
                return ErrorCode.TOKEN_INVALID
            if "kid" in header:
                return self._decode_account(token, str(header["kid"]))
            return _principal(_payload(token, self._secret, ALGORITHM))
        except (jwt.PyJWTError, msgspec.ValidationError, ValueError):
            return ErrorCode.TOKEN_INVALID

    def _decode_account(self, token: str, kid: str) -> Principal | ErrorCode:
        key = None if self._keys is None else self._keys.public(kid)
        if key is None:
            return ErrorCode.TOKEN_INVALID
        return _member(_payload(token, key, SIGNED, "iat", "sid"))


def _payload(token: str, key: str | Ed25519PublicKey, algorithm: str, *required: str) -> dict[str, Any]:
    """What a token says that is signed with `key`. Raises `jwt.PyJWTError`.

    Expiry is compared by `verify` with the clock it is given, at every use.
    """
    options: Options = {"require": [*_REQUIRED, *required], "verify_exp": False, "verify_iat": False}
    return jwt.decode(token, key, algorithms=[algorithm], audience=AUDIENCE, issuer=ISSUER, options=options)


class _Claims(msgspec.Struct, frozen=True):
    sub: str
    role: Role
    exp: int
    channels: tuple[str, ...] = ()
    organisers: tuple[str, ...] = (DEFAULT_ORGANISER,)


def _principal(payload: dict[str, Any]) -> Principal:
    claims = msgspec.convert(payload, _Claims)
    acts = claims.role in ("organiser", "staff")
    memberships: tuple[tuple[str, MemberRole], ...] = (
        tuple((each, "organiser") for each in claims.organisers) if acts else ()
    )
    return Principal(principal_id(claims.sub), claims.role, claims.channels, float(claims.exp), memberships)


class _AccountClaims(msgspec.Struct, frozen=True):
    sub: str
    role: Literal["buyer"]
    sid: str
    exp: int
    iat: float
    memberships: dict[str, MemberRole] = {}
    guests: tuple[str, ...] = ()


def _member(payload: dict[str, Any]) -> Principal:
    """Who is signed in; their role is what they are to organisers, and no word of the token's."""
    claims = msgspec.convert(payload, _AccountClaims)
    return Principal(
        *(claims.sub, claims.role, (), float(claims.exp), tuple(claims.memberships.items())),
        session=claims.sid,
        issued_ms=round(claims.iat * 1000),
        guests=claims.guests,
    )
