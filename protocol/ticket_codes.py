"""What a ticket's QR code says: a signed text that a scanner can judge without a network.

    HF1:BASE45(key id (4 bytes) + claims (MessagePack array) + Ed25519 signature (64 bytes))

Base45 (RFC 9285) is what QR codes hold best: with the prefix it is all in their alphanumeric
mode, and a code takes a fifth less room than base64 would. Nothing in it tells who the
holder is. The signature (RFC 8032) is over `PURPOSE`, the key id and the claims.
"""

from __future__ import annotations

from typing import Final

import base45
import msgspec

PREFIX: Final = "HF1:"
PURPOSE: Final = b"holdfast-ticket-1\0"
"""Signed in front of every code, so that no signature made for something else fits."""
KEY_ID_BYTES: Final = 4
SIGNATURE_BYTES: Final = 64
CODE_LENGTH_MAX: Final = 1_000


class Claims(msgspec.Struct, frozen=True, array_like=True):
    """A ticket as its code has it: `event` and `order` are the 16 bytes of their ids."""

    event: bytes
    order: bytes
    seat: str
    type: str
    number: int
    generation: int

    @property
    def event_id(self) -> str:
        """The event's public id."""
        return f"evt_{self.event.hex()}"

    @property
    def order_id(self) -> str:
        """The order's public id."""
        return f"ord_{self.order.hex()}"


class SignedCode(msgspec.Struct, frozen=True):
    """A code taken apart: which key is said to have signed which bytes. Nothing is proven yet."""

    key_id: bytes
    payload: bytes
    signature: bytes

    @property
    def signed(self) -> bytes:
        """The bytes that the signature has to fit."""
        return PURPOSE + self.key_id + self.payload

    def text(self) -> str:
        """The code as the QR has it."""
        encoded: bytes = base45.b45encode(self.key_id + self.payload + self.signature)
        return PREFIX + encoded.decode("ascii")


def take_apart(text: str) -> SignedCode | None:
    """The parts of a code, or None when it is no such code."""
    if not text.startswith(PREFIX) or len(text) > CODE_LENGTH_MAX:
        return None
    try:
        data: bytes = base45.b45decode(text.removeprefix(PREFIX))
    except ValueError:
        return None
    if len(data) <= KEY_ID_BYTES + SIGNATURE_BYTES:
        return None
    code = SignedCode(data[:KEY_ID_BYTES], data[KEY_ID_BYTES:-SIGNATURE_BYTES], data[-SIGNATURE_BYTES:])
    # One ticket has one text: decoders are lenient about line ends.
    return code if code.text() == text else None


def read_claims(payload: bytes) -> Claims | None:
    """The claims of a code whose signature fits, or None when this version cannot read them."""
    try:
        return msgspec.msgpack.decode(payload, type=Claims)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return None
