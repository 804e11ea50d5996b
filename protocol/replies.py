"""What the server sends: replies with `re`, pushes without, and their bodies.

A client ignores fields and pushes it does not know.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from protocol.errors import Problem
from protocol.limits import ConnectionLimits
from protocol.requests import Position

SeatStatus = Literal["f", "h", "s", "b"]


class Money(msgspec.Struct, frozen=True):
    """An amount as a decimal string with its currency."""

    amount: str
    currency: str


class Item(msgspec.Struct, frozen=True, omit_defaults=True):
    """A seat, or `qty` places of an area; `price` is for one."""

    seat: str
    section: str
    category: str
    type: str
    price: Money
    qty: int = 1


class FeeLine(msgspec.Struct, frozen=True, omit_defaults=True):
    """A fee; one that is `included` is a part of the prices and not added to them."""

    name: str
    amount: Money
    included: bool = False


class HelloReply(msgspec.Struct, frozen=True):
    """A session has begun."""

    session: str
    principal: str | None
    heartbeat_ms: int
    limits: ConnectionLimits


class SubscribeReply(msgspec.Struct, frozen=True):
    """What follows on each channel: the deltas it missed, or one snapshot."""

    channels: dict[str, Literal["deltas", "snapshot"]]


class HoldReply(msgspec.Struct, frozen=True, omit_defaults=True):
    """A hold as it is at `pos` of its section; a released one has no items.

    `total` is what is to be paid: the items and the `fees` that are not included in their prices.
    """

    hold: str
    items: tuple[Item, ...]
    total: Money
    expires_at: str
    renewals_left: int
    pos: Position
    section: str = ""
    fees: tuple[FeeLine, ...] = ()


PaymentStatus = Literal[
    "pending", "requires_action", "approved", "declined", "cancelled", "refunding", "refunded"
]


class NextAction(msgspec.Struct, frozen=True, omit_defaults=True):
    """What the buyer has to do with the provider; `url` says where, if it is somewhere."""

    type: str
    url: str = ""


class PaymentState(msgspec.Struct, frozen=True, omit_defaults=True):
    """How the payment of an order stands; `reference` is the provider's.

    `client_secret` and `next_action` are what the buyer's side needs to go on with the
    provider; `code` says why it was declined; `refunded` what went back or is on its way.
    """

    provider: str
    status: PaymentStatus
    reference: str | None = None
    client_secret: str | None = None
    next_action: NextAction | None = None
    code: str | None = None
    refunded: Money | None = None


class OrderReply(msgspec.Struct, frozen=True):
    """An order as it is at `pos` of its section."""

    order: str
    status: Literal["pending", "confirmed", "cancelled"]
    amount: Money
    pay_by: str | None = None
    hold: str | None = None
    event: str | None = None
    tickets: tuple[Item, ...] = ()
    payment: PaymentState | None = None
    section: str = ""
    pos: Position | None = None
    fees: tuple[FeeLine, ...] = ()


class PingReply(msgspec.Struct, frozen=True):
    """The server's time and where the subscribed channels stand."""

    now: str
    positions: dict[str, Position]


class Reply(msgspec.Struct, frozen=True, omit_defaults=True):
    """The one answer to a request; `d` when it went well, `e` when not."""

    re: int | None
    ok: bool = msgspec.field()
    d: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET
    e: Problem | msgspec.UnsetType = msgspec.UNSET


class SeatsDelta(msgspec.Struct, frozen=True):
    """Seats that changed: `[label, status]`; areas: `[name, free]`."""

    u: tuple[tuple[str, str | int], ...]


class SectionsDelta(msgspec.Struct, frozen=True):
    """Sections that changed: `[section, free, held, sold]`; `at` says as of which position of each."""

    u: tuple[tuple[str, int, int, int], ...]
    at: dict[str, Position] = {}


class SeatsSnapshot(msgspec.Struct, frozen=True):
    """A section's whole status: 4 bits a seat in plan order, first seat in the low nibble.

    0 free, 1 held, 2 sold, 3 blocked; `areas` gives the free places by area name.
    """

    status: bytes
    areas: dict[str, int]


class Push(msgspec.Struct, frozen=True, omit_defaults=True):
    """News nobody asked for. On seat channels `seq` is the journal position it brings one to."""

    t: str
    ch: str | None = None
    ep: str | None = None
    seq: int | None = None
    from_: int | None = msgspec.field(name="from", default=None)
    d: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET


class DrainingNotice(msgspec.Struct, frozen=True):
    """The server is going away; connect again after so long, elsewhere if you can."""

    reconnect_after_ms: int


class HoldExpiring(msgspec.Struct, frozen=True):
    """A hold of yours ends soon, unless you renew it or pay for it."""

    hold: str
    expires_at: str


class HoldExpired(msgspec.Struct, frozen=True):
    """The time of a hold of yours has run out; its seats are on sale again."""

    hold: str


class ResetNotice(msgspec.Struct, frozen=True):
    """What was known of the channel is void: a snapshot follows."""

    reason: Literal["behind", "history"]
