"""Access tokens of accounts: JSON Web Tokens (RFC 7519) signed with Ed25519 (RFC 8037).

Keys are known by their thumbprint (RFC 7638), as `kid`. The first signs, all are trusted: a new one
goes in front, and the old one leaves once every token that it signed has expired.
"""

from __future__ import annotations

from base64 import urlsafe_b64encode
from hashlib import sha256
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from gateway.access.auth import AUDIENCE, ISSUER, SIGNED, TOKEN_TYPE
from protocol.accounts import Jwk, Jwks


class TokenKeys:
    """The keys of access tokens; `seeds` are private keys of 32 bytes each, at least one."""

    def __init__(self, seeds: tuple[bytes, ...]) -> None:
        keys = [Ed25519PrivateKey.from_private_bytes(seed) for seed in seeds]
        self._key = keys[0]
        self._trusted = {thumbprint(key.public_key()): key.public_key() for key in keys}
        self._kid = thumbprint(keys[0].public_key())

    def sign(self, claims: dict[str, Any]) -> str:
        """A token with these claims beside issuer and audience."""
        claims = {"iss": ISSUER, "aud": AUDIENCE, **claims}
        headers = {"typ": TOKEN_TYPE, "kid": self._kid}
        return jwt.encode(claims, self._key, algorithm=SIGNED, headers=headers)

    def public(self, kid: str) -> Ed25519PublicKey | None:
        """The key of that name, if it is trusted."""
        return self._trusted.get(kid)

    def published(self) -> Jwks:
        """The public keys, the one that signs first."""
        return Jwks(tuple(Jwk(kid, _text(_raw(key))) for kid, key in self._trusted.items()))


def thumbprint(key: Ed25519PublicKey) -> str:
    """The JWK thumbprint of a public key."""
    canonical = f'{{"crv":"Ed25519","kty":"OKP","x":"{_text(_raw(key))}"}}'
    return _text(sha256(canonical.encode()).digest())


def _raw(key: Ed25519PublicKey) -> bytes:
    return key.public_bytes(Encoding.Raw, PublicFormat.Raw)


def _text(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode("ascii")
