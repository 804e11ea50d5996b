"""What organisers are told of a sale: by the day, by the minute, step by step, and live.

Figures are counted from the journal: `behind` says how many of its records are not in them yet.
Days are those of UTC.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

import msgspec

from protocol.replies import Money
from protocol.requests import Label, Position

Grouping = Literal["section", "category", "channel"]
TopBy = Literal["revenue", "sold", "holds", "refused"]
FunnelStep = Literal["queued", "admitted", "held", "checkout", "paid"]
MINUTES_MAX = 1_440


class DailyQuery(msgspec.Struct, frozen=True, rename={"from_": "from"}):
    """Of which event, and from which day to which, both included."""

    event: Label
    from_: date | None = None
    to: date | None = None


class FunnelQuery(msgspec.Struct, frozen=True, rename={"from_": "from"}):
    """As for days; `by` asks for groups too."""

    event: Label
    from_: date | None = None
    to: date | None = None
    by: Grouping | None = None


class TopQuery(msgspec.Struct, frozen=True, rename={"from_": "from"}):
    """Whose events, in which days, by what, and how many of them."""

    organiser: Label | None = None
    from_: date | None = None
    to: date | None = None
    by: TopBy = "revenue"
    mode: Literal["live", "test"] | None = None
    limit: Annotated[int, msgspec.Meta(ge=1, le=100)] = 10


class MinutesQuery(msgspec.Struct, frozen=True):
    """Of which event, and how many minutes up to now."""

    event: Label
    minutes: Annotated[int, msgspec.Meta(ge=1, le=MINUTES_MAX)] = 120


class Flow(msgspec.Struct, frozen=True):
    """What came in a while.

    `holds`, `checkouts` and `orders` are how many began; `places_held` and `sold` how many seats and places
    with them. `revenue` is what those orders cost, fees on top included; `returned` and `refunds` are
    what went back of bookings, of whichever day.
    """

    queued: int
    admitted: int
    holds: int
    places_held: int
    checkouts: int
    orders: int
    sold: int
    returned: int
    refused: int
    revenue: Money
    refunds: Money


class DayReply(Flow, frozen=True):
    """One day; `cancelled` are whole orders, `refusals` are by code."""

    day: str
    cancelled: int
    declined: int
    refusals: dict[str, int]


class DailyReply(msgspec.Struct, frozen=True):
    """An event by the day; days on which nothing happened are left out.

    `as_of` is null, here and beside minutes and steps, while nothing of the event is counted yet.
    `turned_away` counts by code whom the door refused in these days: no section heard of them, so they are in
    no other figure.
    """

    event: str
    as_of: str | None
    behind: int
    days: tuple[DayReply, ...]
    total: Flow
    turned_away: dict[str, int]


class MinuteReply(Flow, frozen=True):
    """One minute, `at` its beginning."""

    at: str


class MinutesReply(msgspec.Struct, frozen=True):
    """An event by the minute; minutes in which nothing happened are left out."""

    event: str
    as_of: str | None
    behind: int
    minutes: tuple[MinuteReply, ...]


class StepReply(msgspec.Struct, frozen=True):
    """How many came to a step, how many of them went no further (`lost`), and why.

    Who came and is neither lost nor at the next step is still at it. Of a waiting room those are lost
    who left or gave no sign of life.
    """

    step: FunnelStep
    count: int
    lost: int
    reasons: dict[str, int]


class GroupReply(msgspec.Struct, frozen=True):
    """Seats and places of one group, on their way; `value` is what the sold ones cost without fees on top."""

    key: str
    held: int
    checkout: int
    sold: int
    returned: int
    value: Money
    returned_value: Money


class FunnelReply(msgspec.Struct, frozen=True):
    """The way from the queue to the paid order; `groups` are of seats, if they were asked for."""

    event: str
    as_of: str | None
    behind: int
    steps: tuple[StepReply, ...]
    groups: tuple[GroupReply, ...]


class TopRow(msgspec.Struct, frozen=True):
    """An event among others."""

    event: str
    name: str
    holds: int
    refused: int
    orders: int
    sold: int
    returned: int
    revenue: Money
    refunds: Money


class TopReply(msgspec.Struct, frozen=True):
    """The events of an organiser that have the most of something."""

    organiser: str
    by: TopBy
    as_of: str
    data: tuple[TopRow, ...]


class ForecastReply(msgspec.Struct, frozen=True):
    """At which rate places were sold in the last minutes, and when none would be left at that rate.

    `sells_out_at` is null while nothing is sold, or everything is.
    """

    minutes: float
    places_per_minute: float
    sells_out_at: str | None


class LineReply(msgspec.Struct, frozen=True):
    """How the waiting room stands."""

    phase: str
    waiting: int
    active: int
    joined: int
    admitted_per_minute: float
    pressure: int


class BoardReply(msgspec.Struct, frozen=True):
    """The organiser's board: what is sold and left now, how it goes, and where people are lost.

    `free` to `fees` are told by the sections themselves, as of `at`; all else is counted, and `behind`
    says how many records are not in it yet. `minutes` are the running one and those just before it;
    `refusals`, `turned_away` (at the door, before a section heard of it) and `funnel` are of the whole sale.
    """

    event: str
    as_of: str
    behind: int
    at: dict[str, Position]
    free: int
    held: int
    sold: int
    blocked: int
    orders: int
    revenue: Money
    fees: Money
    minutes: tuple[MinuteReply, ...]
    refusals: dict[str, int]
    turned_away: dict[str, int]
    funnel: tuple[StepReply, ...]
    forecast: ForecastReply
    queue: LineReply | None


class SystemReply(msgspec.Struct, frozen=True):
    """The whole house, for whoever runs it.

    `behind` are records that are not counted yet; `today` and `last_minute` say how often each step was
    taken. `commit_ms` is how long commits took on this node, at half of them (`p50`) and at most (`p99`).
    """

    as_of: str
    events: dict[str, int]
    streams: int
    records: int
    behind: int
    held: int
    sold: int
    today: dict[str, int]
    last_minute: dict[str, int]
    connections: int
    commit_ms: dict[str, float]


class OrdersQuery(msgspec.Struct, frozen=True):
    """A page of orders as JSON, or all of them as CSV or Parquet."""

    format: Literal["json", "csv", "parquet"] = "json"
    limit: Annotated[int, msgspec.Meta(ge=1, le=1_000)] = 100
    after: Annotated[str, msgspec.Meta(max_length=100)] = ""


class OrderRowReply(msgspec.Struct, frozen=True):
    """An order; `amount` was asked, and `refunded` of it went back with seats.

    Names are null once they were erased.
    """

    order: str
    section: str
    status: Literal["pending", "confirmed", "cancelled", "lapsed"]
    places: int
    amount: Money
    refunded: Money
    placed_at: str
    booked_at: str | None
    ended_at: str | None
    buyer_name: str | None
    buyer_email: str | None
    provider: str | None


class OrdersReply(msgspec.Struct, frozen=True):
    """A page of an event's orders, the oldest first."""

    event: str
    behind: int
    data: tuple[OrderRowReply, ...]
    has_more: bool
    next: str | None
