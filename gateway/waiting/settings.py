"""The terms of a waiting room as organisers write and read them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any, Final

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
    gathers_at: datetime | None = None


_TIMES: Final = {"opens_at": "opens_ms", "gathers_at": "gathers_ms"}


def terms_of(settings: QueueSettings) -> QueueTerms:
    """The engine's terms; a time without a zone is UTC."""
    fields: dict[str, Any] = {name: getattr(settings, name) for name in _PLAIN}
    fields |= {ms: _to_ms(getattr(settings, at)) for at, ms in _TIMES.items()}
    return QueueTerms(**fields)


def settings_of(terms: QueueTerms) -> QueueSettings:
    """The settings as they are read."""
    fields: dict[str, Any] = {name: getattr(terms, name) for name in _PLAIN}
    fields |= {at: _from_ms(getattr(terms, ms)) for at, ms in _TIMES.items()}
    return QueueSettings(**fields)


_PLAIN: Final = tuple(name for name in QueueSettings.__struct_fields__ if name not in _TIMES)


def _to_ms(at: datetime | None) -> int | None:
    if at is None:
        return None
    return round((at.replace(tzinfo=UTC) if at.tzinfo is None else at).timestamp() * 1000)


def _from_ms(at_ms: int | None) -> datetime | None:
    return None if at_ms is None else datetime.fromtimestamp(at_ms / 1000, UTC)
