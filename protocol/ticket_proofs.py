"""Proves what a ticket's code says; apart from `ticket_codes`, because it needs cryptography."""

from __future__ import annotations

from collections.abc import Mapping

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from protocol.ticket_codes import Claims, read_claims, take_apart


def prove(code: str, keys: Mapping[bytes, Ed25519PublicKey]) -> Claims | None:
    """What a code says, or None when none of `keys`, by their ids, signed it."""
    parts = take_apart(code)
    key = None if parts is None else keys.get(parts.key_id)
    if parts is None or key is None:
        return None
    try:
        key.verify(parts.signature, parts.signed)
    except InvalidSignature:
        return None
    return read_claims(parts.payload)
