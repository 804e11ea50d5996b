"""The nouns of discovery: venues, what is left of events, what people look for, and what they find."""

from __future__ import annotations

from typing import Final, Literal

import msgspec

from engine.catalogue import Mode
from engine.places import Box, Place

Sort = Literal["newest", "date", "price", "distance"]
FAR_MS: Final = 2**62
"""When an event begins that has no date: after all others."""
DEAR: Final = float("inf")
"""What is asked at least where nothing is left."""


class Venue(msgspec.Struct, frozen=True):
    """A house on earth. `zone` is the IANA name of its time zone, `country` its ISO 3166 code.

    `organiser` is who entered it; events of others may take place there too.
    """

    id: str
    name: str
    city: str
    country: str
    place: Place
    created_ms: int
    zone: str = "UTC"
    address: str = ""
    organiser: str | None = None


class Offer(msgspec.Struct, frozen=True):
    """What is left of a category in a section: places, and of those the most that lie side by side.

    `price` is the lowest of the category, in units of the event's currency.
    """

    category: str
    price: float
    free: int
    run: int


class Survey(msgspec.Struct, frozen=True):
    """What was left of a section at journal position `seq`, looked at at `as_of_ms`."""

    stream: int
    event: str
    seq: int
    as_of_ms: int
    offers: tuple[Offer, ...]


class Near(msgspec.Struct, frozen=True):
    """Around a place; without a radius the whole earth is."""

    place: Place
    radius_m: float | None = None


class Availability(msgspec.Struct, frozen=True):
    """At least so many places for at most so much each; `together` wants them side by side."""

    min_free: int = 1
    max_price: float | None = None
    together: bool = False


class Audience(msgspec.Struct, frozen=True):
    """Who looks: what is announced is for the `public`, drafts and test events for their `houses` alone.

    An admin sees `everything`; of what an API key sees all is of its `mode`.
    """

    public: bool = True
    houses: tuple[str, ...] = ()
    everything: bool = False
    mode: Mode | None = None


PUBLIC: Final = Audience()


class EventQuery(msgspec.Struct, frozen=True):
    """What somebody looks for; every condition must hold. `words` are the beginnings of words."""

    audience: Audience = PUBLIC
    near: Near | None = None
    box: Box | None = None
    words: tuple[str, ...] = ()
    from_ms: int | None = None
    to_ms: int | None = None
    category: str | None = None
    venue: str | None = None
    currency: str | None = None
    available: Availability | None = None


class Found(msgspec.Struct, frozen=True):
    """An event that fits: how far away it is if that was asked, and what is left of it as of `as_of_ms`.

    `price` is the least that is asked for a place that is left, if any is.
    """

    event: str
    distance_m: float | None
    free: int
    price: float | None
    as_of_ms: int


class FoundPage(msgspec.Struct, frozen=True):
    """Some of what was found, in order; `next` is the `after` of the following page, if there is one."""

    found: tuple[Found, ...]
    next: str | None


class VenuePage(msgspec.Struct, frozen=True):
    """Some venues, nearest or newest first, each with its distance if that was asked."""

    venues: tuple[tuple[Venue, float | None], ...]
    next: str | None
