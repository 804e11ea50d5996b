"""The nouns of the bus: what relays and consumers and their stores all speak of."""

from __future__ import annotations

import msgspec

Position = tuple[int, int, int]
"""A stream, a number in it, and the part of that record: what one piece of news is known by."""


class Backlog(msgspec.Struct, frozen=True):
    """Records `after_seq + 1` to `last_seq` of a stream are in the journal and not on the bus yet."""

    stream: int
    after_seq: int
    last_seq: int


class TrailRow(msgspec.Struct, frozen=True):
    """One entry of the audit trail: what happened to what, by its place in the journal."""

    stream: int
    seq: int
    part: int
    event: str
    kind: str
    subject: str | None
    at_ms: int
