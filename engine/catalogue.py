"""The nouns of the catalogue: plans and events as they are offered for sale.

They carry what gateways need to find the section that a command is for; inventory itself
lives in the sections' journals alone.
"""

from __future__ import annotations

from typing import Final, Literal

import msgspec

from engine.terms import Terms

QUEUE: Final = "~queue"
"""The name of the stream that is an event's waiting room; no section's name begins like this."""
EventStatus = Literal["draft", "published", "open", "paused", "closed"]
Mode = Literal["live", "test"]
"""Whether what is sold is meant, or only to try things out with."""
DEFAULT_ORGANISER: Final = "org_00000000000070008000000000000000"
"""The organiser that every database has: what nobody else's is, is its."""


class Billing(msgspec.Struct, frozen=True, omit_defaults=True):
    """How an event is announced; times in Unix milliseconds. Without a `zone` it is the venue's.

    At `opens_ms` the sale of an event that is published opens by itself.
    """

    venue: str | None = None
    starts_ms: int | None = None
    ends_ms: int | None = None
    doors_ms: int | None = None
    zone: str | None = None
    category: str | None = None
    description: str = ""
    opens_ms: int | None = None


class Opening(msgspec.Struct, frozen=True):
    """The sale of an event that is to open by itself, claimed until `due_ms`."""

    event: str
    due_ms: int


def opening_ms(status: EventStatus, billing: Billing) -> int | None:
    """When the sale of an event opens by itself; None where it does not."""
    return billing.opens_ms if status == "published" else None


class Pause(msgspec.Struct, frozen=True, omit_defaults=True):
    """Since when a sale rests, in Unix milliseconds, and what people are told of why."""

    since_ms: int
    reason: str = ""


def pause_in(status: EventStatus, before: Pause | None, at_ms: int, reason: str) -> Pause | None:
    """The pause of a sale that is in `status` from now on.

    One that lasts keeps its beginning, and its reason until it is given another.
    """
    if status != "paused":
        return None
    return Pause(at_ms, reason) if before is None else Pause(before.since_ms, reason or before.reason)


class PlanInfo(msgspec.Struct, frozen=True):
    """A stored plan: immutable, known by the digest of its canonical JSON."""

    id: str
    name: str
    digest: str
    sections: int
    seats: int
    ga_capacity: int
    created_ms: int
    organiser: str = DEFAULT_ORGANISER


class SectionInfo(msgspec.Struct, frozen=True):
    """One section of an event and the journal stream that it is; `ordinal` is plan order."""

    stream: int
    name: str
    ordinal: int
    history: str
    seats: int
    ga_capacity: int
    areas: tuple[str, ...]


class QueueInfo(msgspec.Struct, frozen=True):
    """The waiting room of an event: the journal stream that it is, and its public epoch."""

    stream: int
    history: str


class EventInfo(msgspec.Struct, frozen=True):
    """An event on sale: what it sells (`plan`), where its sections are and on which terms.

    Buyers need a pass of its `queue`, if it has one. It belongs to the organiser of its plan.
    `billing` is how it is announced, and may change at any time; `pause` is that of a sale that
    rests. Its sections share `actors`
    processes at most.
    """

    id: str
    name: str
    plan: str
    status: EventStatus
    terms: Terms
    sections: tuple[SectionInfo, ...]
    created_ms: int
    queue: QueueInfo | None = None
    organiser: str = DEFAULT_ORGANISER
    mode: Mode = "live"
    actors: int = 1
    billing: Billing = Billing()
    pause: Pause | None = None


class OrderRow(msgspec.Struct, frozen=True):
    """The personal side of an order, kept out of the journal so that it can be erased.

    Status, seats and amount live in the section's journal.
    """

    id: str
    event: str
    stream: int
    hold: str
    principal: str
    buyer_name: str
    buyer_email: str
    provider: str
    created_ms: int


class StreamRef(msgspec.Struct, frozen=True):
    """Which section of which event a journal stream is."""

    stream: int
    event: str
    section: str


class EventPage(msgspec.Struct, frozen=True):
    """Some events, newest first; `next` is the `after` of the following page, if there is one."""

    events: tuple[EventInfo, ...]
    next: str | None
