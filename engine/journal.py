"""The nouns of the write-ahead journal: what its stores and its writers both speak of.

A stream is one section of one event. Its records are numbered from 1 without a gap
(`seq`); a lease names the only writer allowed (`epoch`) and the next number to be used.
"""

from __future__ import annotations

import msgspec


class Lease(msgspec.Struct, frozen=True):
    """The right to write a stream: whoever holds a newer epoch has taken it away."""

    stream: int
    epoch: int
    next_seq: int


class StoredRecord(msgspec.Struct, frozen=True, array_like=True):
    """One durable record; its checksum was verified when it was read."""

    seq: int
    epoch: int
    data: bytes


class StoredSnapshot(msgspec.Struct, frozen=True):
    """A section's state after record `seq`, and the digest it must have once restored."""

    seq: int
    digest: str
    data: bytes


class StreamSource(msgspec.Struct, frozen=True):
    """What a stream is: the section `section` of `event`, its plan, and its public epoch.

    `history` is the `ep` that clients see; it changes only when history is replaced.
    `plan` is the plan's canonical JSON.
    """

    stream: int
    event: str
    section: str
    history: str
    plan_id: str
    plan: bytes


class StorageError(Exception):
    """Root of what a journal store may raise."""


class StorageUnavailable(StorageError):
    """The store could not be reached, or went away: whether a write took effect is unknown."""


class StreamUnknown(StorageError):
    """No stream by this number exists."""


class JournalCorrupt(StorageError):
    """A stored record does not match its checksum or leaves a gap; it needs a person."""
