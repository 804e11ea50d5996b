"""Proves tickets without a network, from the public keys that a server gave out before.

That a ticket is genuine does not say that it is still good: whether it was used, cancelled or
handed over only the server knows, to whom scans are brought as soon as there is a network.
"""

from __future__ import annotations

from base64 import urlsafe_b64decode
from collections.abc import Iterable

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from protocol.ticket_codes import Claims
from protocol.ticket_proofs import prove
from protocol.tickets import TicketKey


class Scanner:
    """Trusts the keys that it is given. Raises ValueError for one that is no key."""

    def __init__(self, keys: Iterable[TicketKey]) -> None:
        self._keys = {bytes.fromhex(key.kid): _public(key.x) for key in keys}

    def prove(self, code: str) -> Claims | None:
        """What a code says, or None when it is forged."""
        return prove(code, self._keys)


def _public(x: str) -> Ed25519PublicKey:
    return Ed25519PublicKey.from_public_bytes(urlsafe_b64decode(x + "=" * (-len(x) % 4)))
