"""Signatures of Standard Webhooks 1.0.0: HMAC-SHA256 over `id.timestamp.body`, one for each secret."""

from __future__ import annotations

import hashlib
import hmac
from base64 import b64decode, b64encode
from collections.abc import Sequence
from typing import Final

PREFIX: Final = "whsec_"
VERSION: Final = "v1"


def signature(secret: str, message: str, timestamp_s: int, body: bytes) -> str:
    """One signature; `secret` is `whsec_` and Base64."""
    key = b64decode(secret.removeprefix(PREFIX))
    signed = f"{message}.{timestamp_s}.".encode() + body
    digest = hmac.new(key, signed, hashlib.sha256).digest()
    return f"{VERSION},{b64encode(digest).decode()}"


def headers(secrets: Sequence[str], message: str, timestamp_s: int, body: bytes) -> dict[str, str]:
    """The three headers; while a secret is rotated there are two signatures, and either will do."""
    return {
        "webhook-id": message,
        "webhook-timestamp": str(timestamp_s),
        "webhook-signature": " ".join(signature(each, message, timestamp_s, body) for each in secrets),
    }
