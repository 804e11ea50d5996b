"""The nouns of the projections: what became of a sale, counted by day, by minute, by group and by order.

Days and minutes are numbers since the beginning of 1970, UTC; money is in minor units. Counts
only ever grow: what was given back is counted too, and never taken off what was sold.
"""

from __future__ import annotations

from typing import Final, Literal

import msgspec

DAY_MS: Final = 86_400_000
MINUTE_MS: Final = 60_000

Step = Literal[
    "queued",
    "admitted",
    "left",
    "offered",
    "held",
    "dropped",
    "checkout",
    "declined",
    "unpaid",
    "booked",
    "returned",
    "refused",
]
"""What can be counted of a sale.

`queued`, `admitted`, `left` are of the waiting room; `offered` of the waitlist. `dropped` are holds
that ended before checkout, `unpaid` those that ended after it; `declined` are checkouts that were
given up while their hold lived on. `returned` is what went back of bookings. `refused` are
refusals under a key, by code.
"""
MINUTELY: Final[frozenset[Step]] = frozenset(
    ("queued", "admitted", "held", "checkout", "booked", "returned", "refused")
)
"""The steps that are counted by the minute too."""
Group = Literal["section", "category", "channel"]
OrderStatus = Literal["pending", "confirmed", "cancelled", "lapsed"]
"""`lapsed` ones were begun and never paid."""
Ranking = Literal["revenue", "sold", "held", "refused"]


class Tally(msgspec.Struct):
    """How often, how many seats and places, and how much money; the last two where they make sense."""

    count: int = 0
    places: int = 0
    amount: int = 0

    def add(self, count: int, places: int, amount: int) -> None:
        """Add to all three."""
        self.count += count
        self.places += places
        self.amount += amount


class StepKey(msgspec.Struct, frozen=True, order=True):
    """What was counted on which day; `reason` is the code of a refusal, or how something ended."""

    day: int
    step: Step
    reason: str = ""


class MinuteKey(msgspec.Struct, frozen=True, order=True):
    """What was counted in which minute."""

    minute: int
    step: Step


class SalesKey(msgspec.Struct, frozen=True, order=True):
    """Seats and places of one category that were reserved for one channel then, or for none (empty)."""

    day: int
    category: str
    channel: str


class Sales(msgspec.Struct):
    """Seats and places that came so far, and what the sold and returned ones cost without fees on top."""

    held: int = 0
    checkout: int = 0
    sold: int = 0
    returned: int = 0
    value: int = 0
    returned_value: int = 0


class OrderFact(msgspec.Struct, frozen=True):
    """An order as the journal has it; `amount` was asked, and `refunded` of it went back with seats.

    `places` are those that it still has, of all sections; `ended_ms` is when it was cancelled or lapsed.
    """

    id: str
    stream: int
    event: str
    section: str
    hold: str
    status: OrderStatus
    places: int
    amount: int
    refunded: int
    currency: str
    placed_ms: int
    booked_ms: int | None = None
    ended_ms: int | None = None


class OrderLine(msgspec.Struct, frozen=True):
    """An order with the names on it, as far as they are kept."""

    fact: OrderFact
    buyer_name: str | None
    buyer_email: str | None
    provider: str | None


class Stock(msgspec.Struct, frozen=True):
    """What a stream comes to after its last record that was counted."""

    held: int = 0
    sold: int = 0
    orders: int = 0
    booked: int = 0


class Projected(msgspec.Struct, frozen=True):
    """What records `after_seq + 1` to `seq` of a stream add, and what is to be known to go on from there."""

    stream: int
    event: str
    section: str
    after_seq: int
    seq: int
    at_ms: int
    stock: Stock
    state: bytes
    steps: dict[StepKey, Tally]
    minutes: dict[MinuteKey, Tally]
    sales: dict[SalesKey, Sales]
    orders: dict[str, OrderFact]


class Resume(msgspec.Struct, frozen=True):
    """How far a stream was counted, and what was to be known to go on."""

    seq: int
    state: bytes


class TurnedAwaySum(msgspec.Struct, frozen=True):
    """How many of an event the door turned away on a day, by code; no section heard of them."""

    event: str
    day: int
    code: str
    count: int


class StepSum(msgspec.Struct, frozen=True):
    """A step of an event on one day, all sections together."""

    day: int
    step: Step
    reason: str
    count: int
    places: int
    amount: int


class MinuteSum(msgspec.Struct, frozen=True):
    """A step of an event in one minute."""

    minute: int
    step: Step
    count: int
    places: int
    amount: int


class SalesSum(msgspec.Struct, frozen=True):
    """Seats and places of one group."""

    key: str
    held: int
    checkout: int
    sold: int
    returned: int
    value: int
    returned_value: int


class EventSum(msgspec.Struct, frozen=True):
    """An event among others: holds, refusals, orders, seats and places sold and returned, and money."""

    event: str
    held: int
    refused: int
    orders: int
    sold: int
    returned: int
    revenue: int
    refunds: int


class Progress(msgspec.Struct, frozen=True):
    """How many records of the journal are not counted yet, and when the last one that is was written.

    `at_ms` is None while none is.
    """

    behind: int
    at_ms: int | None


class SystemSum(msgspec.Struct, frozen=True):
    """All of the house: events by status, streams, records, and what is not counted yet.

    `day` and `minute` are what was counted of all events on a day and in a minute.
    """

    events: dict[str, int]
    streams: int
    records: int
    behind: int
    held: int
    sold: int
    day: dict[str, int]
    minute: dict[str, int]
