"""Signatures of the sandbox's webhooks: HMAC-SHA256 of the time and the body, as Stripe has them."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from hashlib import blake2b, sha256
from typing import Final

import msgspec

HEADER: Final = "sandbox-signature"
TOLERANCE_MS: Final = 300_000
"""How old a signature may be, so that what was overheard is of no use for long."""


class SandboxNews(msgspec.Struct, frozen=True):
    """A webhook of the sandbox: its own id, what happened, and to which intent."""

    id: str
    type: str
    intent: str


def news_key(secret: str) -> bytes:
    """The key of the sandbox's webhooks, made from the server's own."""
    return blake2b(secret.encode(), digest_size=32, person=b"sandbox-news").digest()


def signed(key: bytes, body: bytes, at_ms: int) -> dict[str, str]:
    """The header that goes with `body`."""
    return {HEADER: f"t={at_ms},v1={_mac(key, body, at_ms)}"}


def intents_told(key: bytes, headers: Mapping[str, str], body: bytes, now_ms: int) -> tuple[str, ...] | None:
    """The intent that signed news are about; None where the signature is wrong, old or missing."""
    parts = dict(part.partition("=")[::2] for part in headers.get(HEADER, "").split(","))
    at = parts.get("t", "")
    if not (at.isdigit() and len(at) < 16) or abs(now_ms - int(at)) > TOLERANCE_MS:
        return None
    if not hmac.compare_digest(_mac(key, body, int(at)).encode(), parts.get("v1", "").encode()):
        return None
    try:
        return (msgspec.json.decode(body, type=SandboxNews).intent,)
    except msgspec.MsgspecError:
        return None


def _mac(key: bytes, body: bytes, at_ms: int) -> str:
    return hmac.new(key, b"%d." % at_ms + body, sha256).hexdigest()
