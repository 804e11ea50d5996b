"""What a client asks of the waitlist; answers and news are in `protocol.waitlist`."""

from __future__ import annotations

import msgspec

from protocol.fields import Amount, Key, Label, Labels, Qty


class WaitlistJoinBody(msgspec.Struct, frozen=True):
    """Wait for `qty` seats or nothing; `max_price` is for one. What is not named does not matter."""

    event: Label
    qty: Qty
    categories: Labels | None = None
    max_price: Amount | None = None
    together: bool = True
    accessible: bool | None = None


class WaitlistBody(msgspec.Struct, frozen=True):
    """The waitlist of one event."""

    event: Label


class WaitlistEntryBody(msgspec.Struct, frozen=True):
    """One's entry."""

    entry: Label


class Message(msgspec.Struct, frozen=True, tag_field="t"):
    """What every request has: its number on this connection."""

    id: int


class WaitlistJoin(Message, frozen=True, tag="waitlist.join"):
    """Wait for seats that fit; refused while there are some."""

    d: WaitlistJoinBody
    idem: Key | None = None
    dl: int | None = None


class WaitlistLeave(Message, frozen=True, tag="waitlist.leave"):
    """Wait no longer, also with an offer open."""

    d: WaitlistEntryBody
    idem: Key | None = None
    dl: int | None = None


class WaitlistAccept(Message, frozen=True, tag="waitlist.accept"):
    """Make a hold like any other of what is offered."""

    d: WaitlistEntryBody
    idem: Key | None = None
    dl: int | None = None


class WaitlistDecline(Message, frozen=True, tag="waitlist.decline"):
    """Give what is offered to the next in line."""

    d: WaitlistEntryBody
    idem: Key | None = None
    dl: int | None = None


class WaitlistGet(Message, frozen=True, tag="waitlist.status"):
    """Read one's entry; after a reconnect this brings its news here."""

    d: WaitlistBody
    dl: int | None = None


AnyWaitlistRequest = WaitlistJoin | WaitlistLeave | WaitlistAccept | WaitlistDecline | WaitlistGet
