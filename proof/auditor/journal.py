"""What an audit is given: a section's journal as it is stored. Structural, so that any store fits."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

import msgspec


class Row(Protocol):
    """One stored record: its number, the epoch of the owner who wrote it, and its bytes."""

    @property
    def seq(self) -> int:
        """Its number in the journal, from 1."""

    @property
    def epoch(self) -> int:
        """How often the stream had changed its owner."""

    @property
    def data(self) -> bytes:
        """The record as it was written."""


class Source(Protocol):
    """What a journal is about."""

    @property
    def stream(self) -> int:
        """Its number, by which others cite it."""

    @property
    def event(self) -> str:
        """The event's public id."""

    @property
    def section(self) -> str:
        """The section's name in the plan."""

    @property
    def history(self) -> str:
        """The `ep` that clients see."""

    @property
    def plan(self) -> bytes:
        """The plan's canonical JSON."""


class Journal(msgspec.Struct, frozen=True):
    """A section's whole journal, from its first record on, in order."""

    source: Source
    rows: Iterable[Row]
