"""The draw that anybody can check: hashes before, the seed after, and one rule in between.

    seed_hash  SHA-256 of the 32 bytes of the seed
    list_hash  SHA-256 of the ticket ids in the order they joined, each followed by a line feed
    key        HMAC-SHA256 under each ticket: HMAC(seed, list_hash + ticket id), the 32 bytes of
               the hash followed by the ASCII of the id
    position   the rank of a ticket's key among all keys of the list, from 1 on, as byte strings

The seed is fixed and its hash published before anybody joins, the list and its hash before
the seed is told. So whoever makes the draw cannot choose the seed to suit the list; what
they could still do is join themselves under many names, which one place per identity and the
challenge are for.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from hmac import digest as hmac_digest


def seed_hash(seed: bytes) -> str:
    """What is published of a seed before the draw, in hexadecimal."""
    return sha256(seed).hexdigest()


def list_hash(tickets: Sequence[str]) -> str:
    """What is published of the frozen list, in hexadecimal."""
    return sha256("".join([f"{ticket}\n" for ticket in tickets]).encode()).hexdigest()


def drawn(seed: bytes, tickets: Sequence[str]) -> list[str]:
    """The tickets of a frozen list in the order of their positions."""
    bound = bytes.fromhex(list_hash(tickets))
    return sorted(tickets, key=lambda ticket: hmac_digest(seed, bound + ticket.encode(), "sha256"))
