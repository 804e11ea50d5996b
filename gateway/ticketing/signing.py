"""Signs tickets and proves them: Ed25519 (RFC 8032), so that scanners need public keys alone."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from hashlib import blake2b
from typing import Final

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from protocol.ticket_codes import KEY_ID_BYTES, Claims, SignedCode
from protocol.ticket_proofs import prove
from protocol.tickets import TicketKey

SEED_BYTES: Final = 32
_DERIVED_FOR: Final = b"holdfast ticket signing key"


def derived_seed(secret: str) -> bytes:
    """The seed of the key that signs tickets where no other is set; it follows from the server's secret."""
    return HKDF(SHA256(), SEED_BYTES, salt=None, info=_DERIVED_FOR).derive(secret.encode())


class TicketSigner:
    """Signs with the first key and trusts all of them.

    `seeds` are private keys of 32 bytes each, at least one. Keys that are no longer used for
    signing stay in the list as long as their tickets are to be good.
    """

    def __init__(self, seeds: tuple[bytes, ...]) -> None:
        keys = [Ed25519PrivateKey.from_private_bytes(seed) for seed in seeds]
        self._key = keys[0]
        self._trusted = {key_id(each.public_key()): each.public_key() for each in keys}
        self._key_id = key_id(keys[0].public_key())

    def sign(self, claims: Claims) -> str:
        """The code of a ticket. The same claims give the same code: Ed25519 needs no randomness."""
        unsigned = SignedCode(self._key_id, msgspec.msgpack.encode(claims), b"")
        return msgspec.structs.replace(unsigned, signature=self._key.sign(unsigned.signed)).text()

    def prove(self, code: str) -> Claims | None:
        """What a code says, or None when no trusted key signed it."""
        return prove(code, self._trusted)

    def published(self) -> tuple[TicketKey, ...]:
        """The public keys, the one that signs first."""
        return tuple(TicketKey(name.hex(), _unpadded(_raw(key))) for name, key in self._trusted.items())


def key_id(key: Ed25519PublicKey) -> bytes:
    """The first bytes of the public key's digest: which key, never whether it is to be trusted."""
    return blake2b(_raw(key), digest_size=KEY_ID_BYTES).digest()


def _raw(key: Ed25519PublicKey) -> bytes:
    return key.public_bytes(Encoding.Raw, PublicFormat.Raw)


def _unpadded(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode("ascii")
