"""What happens to a waitlist as news: who came, who was offered what, and how it ended. Nobody is named."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from engine.items import PlacesItem, SeatItem
from engine.views import rfc3339
from engine.waitlist.events import (
    EntryEnded,
    EntryJoined,
    OfferAccepted,
    OfferConfirmed,
    OfferMade,
    WaitlistEvent,
)
from workers.told import News

Items = Callable[[tuple[SeatItem, ...], tuple[PlacesItem, ...]], list[dict[str, Any]]]
"""How a section writes seats and places."""


def offer_news(offer: OfferMade, items: Items) -> News | None:
    """An offer that came with what set its seats free; what is only proposed is no news yet."""
    if offer.proposed:
        return None
    return _about_seats(
        "offered", offer.entry, offer.hold, offer.expires_ms, {"items": items(offer.seats, offer.places)}
    )


def waitlist_news(event: WaitlistEvent, items: Items) -> News | None:
    """The news of a waitlist's own record, or None."""
    match event:
        case EntryJoined():
            return News("waitlist.joined", event.entry, {"entry": event.entry})
        case EntryEnded():
            data = {"entry": event.entry, "standing": event.standing.name.lower()}
            return News("waitlist.ended", event.entry, data)
        case OfferConfirmed():
            offered = {"items": found} if (found := items(event.seats, event.places)) else {}
            return _about_seats("offered", event.entry, event.hold, event.expires_ms, offered)
        case OfferAccepted():
            taken = {"items": items(event.seats, event.places)}
            return _about_seats("accepted", event.entry, event.hold, event.expires_ms, taken)
        case _:
            return None


def _about_seats(verb: str, entry: str, hold: str, expires_ms: int, data: dict[str, Any]) -> News:
    until = rfc3339(expires_ms)
    return News(f"waitlist.{verb}", entry, {"entry": entry, "hold": hold, "expires_at": until, **data})
