"""What the catalogue tells as news."""

from __future__ import annotations

from engine.announcements import Announcement
from engine.views import rfc3339
from workers.told import Data, News


def announced_news(announcement: Announcement) -> News:
    """The news of a record of the catalogue's; `subject` is the event."""
    told = announcement.told
    dated: Data = {} if told.starts_ms is None else {"starts_at": rfc3339(told.starts_ms)}
    placed: Data = {} if told.venue is None else {"venue": told.venue}
    data = {"name": told.name, "organiser": told.organiser, "mode": told.mode, **placed, **dated}
    return News("event.published", told.event, data)
