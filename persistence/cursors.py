"""Marks between pages: opaque to callers, and refused when they are not ours."""

from __future__ import annotations

import base64
import binascii
from typing import Final

import msgspec

from engine.listings import Sort
from persistence.errors import CursorInvalid

CHARS_MAX: Final = 512


class Cursor(msgspec.Struct, frozen=True, array_like=True):
    """Where a page ended: the last row's value under the sort, and its id."""

    sort: Sort
    value: float
    id: str


_decoder = msgspec.msgpack.Decoder(Cursor)


def written(cursor: Cursor) -> str:
    """A cursor as callers carry it."""
    return base64.urlsafe_b64encode(msgspec.msgpack.encode(cursor)).decode().rstrip("=")


def read_cursor(text: str | None, sort: Sort) -> Cursor | None:
    """The cursor of a page under `sort`. Raises `CursorInvalid`."""
    if text is None:
        return None
    try:
        if len(text) > CHARS_MAX:
            raise CursorInvalid("this is no page mark")
        padded = text.encode() + b"=" * (-len(text) % 4)
        cursor = _decoder.decode(base64.b64decode(padded, altchars=b"-_", validate=True))
    except (binascii.Error, UnicodeError, msgspec.DecodeError):
        raise CursorInvalid("this is no page mark") from None
    if cursor.sort != sort or "\0" in cursor.id:
        raise CursorInvalid("this page mark is of another order")
    return cursor
