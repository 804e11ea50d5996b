"""Mail addresses, written in one way."""

from __future__ import annotations

from unicodedata import normalize


def one_way(address: str) -> str:
    """The address as it is stored and compared: who registers as Ada@… and as ada@… is one person.

    >>> one_way(" Ada@Example.ORG ")
    'ada@example.org'
    """
    return normalize("NFC", address.strip()).casefold()
