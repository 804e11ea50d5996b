"""What a client sends: one tagged struct a message, `t` naming it and `d` its body.

Unknown fields are ignored, wrong types are not: a message is valid once it exists.
"""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from protocol.fields import WITHOUT_CONTROLS as WITHOUT_CONTROLS  # noqa: PLC0414 - whoever writes
from protocol.fields import Amount as Amount  # noqa: PLC0414 - or reads requests finds here
from protocol.fields import Key as Key  # noqa: PLC0414 - what their fields are made of
from protocol.fields import Label as Label  # noqa: PLC0414
from protocol.fields import Labels as Labels  # noqa: PLC0414
from protocol.fields import OftenAddress, OftenKey, OftenText, check_address, check_text
from protocol.fields import Qty as Qty  # noqa: PLC0414
from protocol.fields import Text as Text  # noqa: PLC0414
from protocol.queue import PassToken, QueueBody, QueueJoinBody
from protocol.waitlist_requests import AnyWaitlistRequest

Position = tuple[str, int]
"""`[ep, seq]`: a place in a section's history."""
Types = Annotated[dict[Label, Label], msgspec.Meta(max_length=1000)]
Positions = Annotated[dict[Label, Position], msgspec.Meta(max_length=1024)]


class Resume(msgspec.Struct, frozen=True):
    """The session that was lost and the last position known of each channel."""

    session: str
    positions: Positions = {}


class HelloBody(msgspec.Struct, frozen=True):
    """Who is there; without a token the session is a guest that may look."""

    token: str | None = None
    resume: Resume | None = None
    client: str | None = None


class SubscribeBody(msgspec.Struct, frozen=True):
    """Watch sections (all, if none is named) as seats or as counts."""

    event: Label
    sections: Labels | None = None
    detail: Literal["seats", "counts"] = "seats"
    after: Positions = {}
    board: bool = False


class SyncBody(msgspec.Struct, frozen=True):
    """Ask for what was missed on a channel."""

    ch: Label
    after: Position


class Best(msgspec.Struct, frozen=True):
    """Best available: how many and which will do. `max_price` is for one seat."""

    qty: Qty
    sections: Labels | None = None
    categories: Labels | None = None
    adjacent: bool = True
    accessible: bool | None = None
    max_price: Amount | None = None


class Places(msgspec.Struct, frozen=True):
    """Places in a general-admission area."""

    area: Label
    qty: Qty


class HoldCreateBody(msgspec.Struct, frozen=True):
    """Exactly one of `seats`, `best` and `ga`; `hold` adds to a hold that stands."""

    event: Label
    seats: Labels | None = None
    best: Best | None = None
    ga: Places | None = None
    types: Types = {}
    pass_: PassToken | None = msgspec.field(name="pass", default=None)
    hold: Label | None = None


class HoldReleaseBody(msgspec.Struct, frozen=True):
    """Give back some seats of a hold, or all of it."""

    hold: Label
    seats: Labels | None = None


class HoldExtendBody(msgspec.Struct, frozen=True):
    """Renew a hold's deadline."""

    hold: Label


class HoldSwapBody(msgspec.Struct, frozen=True):
    """Give back some seats and take others, in one step."""

    hold: Label
    release: Labels
    take: Labels
    types: Types = {}
    pass_: PassToken | None = msgspec.field(name="pass", default=None)


class Buyer(msgspec.Struct, frozen=True):
    """Whose names go on the order."""

    name: OftenText
    email: OftenAddress

    def __post_init__(self) -> None:
        check_text(self.name)
        check_address(self.email)


class Payment(msgspec.Struct, frozen=True):
    """How it is to be paid."""

    provider: Annotated[str, msgspec.Meta(min_length=1, max_length=40)] = "sandbox"
    method: Annotated[str, msgspec.Meta(min_length=1, max_length=80)] = "card"


class CheckoutBody(msgspec.Struct, frozen=True):
    """Turn a hold into an order.

    With `accept_equal` other seats of the same category, ticket type and price will do, should
    the money come too late for these.
    """

    hold: Label
    buyer: Buyer
    payment: Payment = Payment()
    accept_equal: bool = False


class OrderBody(msgspec.Struct, frozen=True):
    """One order."""

    order: Label


class PingBody(msgspec.Struct, frozen=True):
    """A heartbeat has nothing to say."""


class _Message(msgspec.Struct, frozen=True, tag_field="t"):
    """What every request has: its number on this connection."""

    id: int


class Hello(_Message, frozen=True, tag="hello"):
    """The first message of a connection."""

    d: HelloBody = HelloBody()


class Subscribe(_Message, frozen=True, tag="subscribe"):
    """Start watching."""

    d: SubscribeBody


class Unsubscribe(_Message, frozen=True, tag="unsubscribe"):
    """Stop watching."""

    d: SubscribeBody


class Sync(_Message, frozen=True, tag="sync"):
    """Close a gap."""

    d: SyncBody


class HoldCreate(_Message, frozen=True, tag="hold.create"):
    """Hold seats, the best available, or places."""

    d: HoldCreateBody
    idem: OftenKey | None = None
    dl: int | None = None

    def __post_init__(self) -> None:
        check_text(self.idem or "")


class HoldRelease(_Message, frozen=True, tag="hold.release"):
    """Release a hold or part of it."""

    d: HoldReleaseBody
    idem: Key | None = None
    dl: int | None = None


class HoldExtend(_Message, frozen=True, tag="hold.extend"):
    """Extend a hold."""

    d: HoldExtendBody
    idem: Key | None = None
    dl: int | None = None


class HoldSwap(_Message, frozen=True, tag="hold.swap"):
    """Swap seats of a hold."""

    d: HoldSwapBody
    idem: Key | None = None
    dl: int | None = None


class CheckoutBegin(_Message, frozen=True, tag="checkout.begin"):
    """Begin checkout."""

    d: CheckoutBody
    idem: OftenKey | None = None
    dl: int | None = None

    def __post_init__(self) -> None:
        check_text(self.idem or "")


class OrderGet(_Message, frozen=True, tag="order.get"):
    """Read an order."""

    d: OrderBody
    dl: int | None = None


class OrderCancel(_Message, frozen=True, tag="order.cancel"):
    """Cancel an order."""

    d: OrderBody
    idem: Key | None = None
    dl: int | None = None


class QueueJoin(_Message, frozen=True, tag="queue.join"):
    """Join the waiting room, or find the place that one has."""

    d: QueueJoinBody
    idem: Key | None = None
    dl: int | None = None


class QueueLeave(_Message, frozen=True, tag="queue.leave"):
    """Leave the waiting room, or give back a pass."""

    d: QueueBody
    idem: Key | None = None
    dl: int | None = None


class QueueStatus(_Message, frozen=True, tag="queue.status"):
    """Read one's place; after a reconnect this brings its news here."""

    d: QueueBody
    dl: int | None = None


class QueueChallenge(_Message, frozen=True, tag="queue.challenge"):
    """Get the challenge that is to be solved before joining."""

    d: QueueBody
    dl: int | None = None


class Ping(_Message, frozen=True, tag="ping"):
    """A heartbeat."""

    d: PingBody = PingBody()


AnyRequest = (
    Hello
    | Subscribe
    | Unsubscribe
    | Sync
    | HoldCreate
    | HoldRelease
    | HoldExtend
    | HoldSwap
    | CheckoutBegin
    | OrderGet
    | OrderCancel
    | QueueJoin
    | QueueLeave
    | QueueStatus
    | QueueChallenge
    | AnyWaitlistRequest
    | Ping
)
