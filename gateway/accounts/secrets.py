"""What follows from the server's secret: hashes of codes, successors of refresh tokens, sealed secrets."""

from __future__ import annotations

import hmac
from base64 import urlsafe_b64encode
from collections.abc import Callable
from hashlib import sha256
from typing import Final

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

TOKEN_BYTES: Final = 32
REFRESH_PREFIX: Final = "hfr_"
RandomBytes = Callable[[int], bytes]
"""Gives so many random bytes; real ones are `secrets.token_bytes`."""


def derived_key(secret: str, purpose: bytes) -> bytes:
    """32 bytes for one purpose alone; they follow from the server's secret."""
    return HKDF(SHA256(), TOKEN_BYTES, salt=None, info=purpose).derive(secret.encode())


def digest_of(token: str) -> bytes:
    """What is kept of a token that nobody can guess: enough to know it again, and not to use it."""
    return sha256(token.encode()).digest()


class Vault:
    """Makes and hides secrets. Nothing that it hands to stores opens a door by itself."""

    def __init__(self, secret: str, random_bytes: RandomBytes) -> None:
        self._codes = derived_key(secret, b"holdfast one-time codes")
        self._chain = derived_key(secret, b"holdfast refresh tokens")
        self._seal = Fernet(urlsafe_b64encode(derived_key(secret, b"holdfast sealed secrets")))
        self._random_bytes = random_bytes

    def random_bytes(self, count: int) -> bytes:
        """So many random bytes."""
        return self._random_bytes(count)

    def code(self, digits: int) -> str:
        """A fresh one-time code; what a remainder favours is less than one in 2^100."""
        return str(int.from_bytes(self._random_bytes(16)) % 10**digits).zfill(digits)

    def code_digest(self, challenge: str, code: str) -> bytes:
        """A code's keyed hash. Without the key, so few codes could be tried out one by one."""
        return hmac.digest(self._codes, f"{challenge}\0{code}".encode(), sha256)

    def nobodys_digest(self) -> bytes:
        """A hash that no code has."""
        return self._random_bytes(TOKEN_BYTES)

    def refresh_token(self) -> str:
        """A fresh refresh token."""
        return REFRESH_PREFIX + _text(self._random_bytes(TOKEN_BYTES))

    def successor(self, token: str) -> str:
        """The token that follows this one: always the same, and known to nobody without our key.

        So it can be given again after an answer was lost, although only hashes are kept.
        """
        return REFRESH_PREFIX + _text(hmac.digest(self._chain, token.encode(), sha256))

    def random_text(self) -> str:
        """32 random bytes as text."""
        return _text(self._random_bytes(TOKEN_BYTES))

    def seal(self, text: str, now_s: int) -> str:
        """A text that only this server reads."""
        return self._seal.encrypt_at_time(text.encode(), now_s).decode("ascii")

    def unseal(self, sealed: str) -> str | None:
        """What was sealed; None if it was not sealed here."""
        try:
            return self._seal.decrypt(sealed.encode()).decode()
        except InvalidToken:
            return None

    def unseal_fresh(self, sealed: str, now_s: int, ttl_s: int) -> str | None:
        """What was sealed no longer than `ttl_s` ago."""
        try:
            return self._seal.decrypt_at_time(sealed.encode(), ttl_s, now_s).decode()
        except InvalidToken:
            return None


def _text(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode("ascii")
