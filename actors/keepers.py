"""Which keeper a stream has."""

from __future__ import annotations

from actors.keeper import Keeper
from actors.ports import Clock, IdSource
from actors.room import Room
from actors.section import Section
from engine.catalogue import QUEUE
from engine.journal import StreamSource


def keeper_of(clock: Clock, ids: IdSource, changes_kept_max: int, source: StreamSource) -> Keeper:
    """An empty keeper for a section or a waiting room, to be filled from what is stored of it."""
    kind = Room if source.section == QUEUE else Section
    return kind(source, clock, ids, changes_kept_max)
