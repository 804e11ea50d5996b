"""The terms of a waiting room as organisers write and read them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

import msgspec

from engine.queue.terms import Mode, QueueTerms
from protocol.requests import Text

Channels = Annotated[tuple[Text, ...], msgspec.Meta(max_length=32)]


class QueueSettings(msgspec.Struct, frozen=True):
    """How a waiting room lets people in; durations in milliseconds (see `docs/PROTOCOL.md`)."""

    mode: Mode = "random"
    rate_per_minute: int = 600
    active_max: int | None = None
    pass_ttl_ms: int = 600_000
    grace_ms: int = 300_000
    draw_ms: int = 10_000
    opens_at: datetime | None = None
    bypass_channels: Channels = ()
    members_max: int = 200_000
    challenge_cost: int = 0


def terms_of(settings: QueueSettings) -> QueueTerms:
    """The engine's terms; a time without a zone is UTC."""
    opens_at = settings.opens_at
    if opens_at is not None and opens_at.tzinfo is None:
        opens_at = opens_at.replace(tzinfo=UTC)
    plain = {name: getattr(settings, name) for name in settings.__struct_fields__ if name != "opens_at"}
    return QueueTerms(**plain, opens_ms=None if opens_at is None else round(opens_at.timestamp() * 1000))


def settings_of(terms: QueueTerms) -> QueueSettings:
    """The settings as they are read."""
    plain = {name: getattr(terms, name) for name in QueueSettings.__struct_fields__ if name != "opens_at"}
    opens_at = None if terms.opens_ms is None else datetime.fromtimestamp(terms.opens_ms / 1000, UTC)
    return QueueSettings(**plain, opens_at=opens_at)
