"""Wiring: one place that knows the concrete parts and hands them to those who need them."""

from __future__ import annotations

from actors.limits import ShellLimits
from actors.ports import SectionStore
from holdfast.settings import Settings
from persistence.postgres.store import PostgresSectionStore


def open_section_store(dsn: str, incarnation: str) -> SectionStore:
    """The store of one actor's incarnation; imported by name in Ray's workers."""
    del incarnation  # the store carries it from the first take-over on
    return PostgresSectionStore(dsn)


def shell_limits(settings: Settings) -> ShellLimits:
    """The bounds of section shells that an operator may set."""
    return ShellLimits(
        snapshot_every_records=settings.snapshot_every_records,
        passivate_after_ms=settings.passivate_after_s * 1000,
    )
