"""The store that actors open; kept apart because Ray's workers import it and should start fast."""

from __future__ import annotations

from actors.ports import SectionStore
from holdfast.logs import configure_logs
from persistence.postgres.store import PostgresSectionStore


def open_section_store(dsn: str, log_level: str, incarnation: str) -> SectionStore:
    """The store of one incarnation of an actor; connects when it is first used.

    It is the first of ours that runs in a worker, so it also says where logs go.
    """
    configure_logs(log_level)
    del incarnation  # its connections carry the name from the first take-over on
    return PostgresSectionStore(dsn)
