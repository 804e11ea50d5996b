"""The waitlist: what it answers, and what it tells unasked.

Whoever comes too late waits for seats that fit all of their party. An offer is a hold of
theirs with a deadline: paid for like any other, accepted, declined, or left to lapse.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from protocol.replies import Item, Money

WaitlistStatus = Literal["waiting", "offered", "accepted", "declined", "lapsed", "left", "removed"]


class WaitlistReply(msgspec.Struct, frozen=True, omit_defaults=True):
    """An entry as it is: `position` while it waits, the `hold` with its items while it is offered.

    `moved` says that an organiser has put it elsewhere. Over REST ask again after
    `refresh_interval_s`.
    """

    entry: str
    event: str
    status: WaitlistStatus
    qty: int | None = None
    categories: tuple[str, ...] = ()
    max_price: Money | None = None
    together: bool | None = None
    accessible: bool | None = None
    joined_at: str | None = None
    position: int | None = None
    ahead: int | None = None
    hold: str | None = None
    expires_at: str | None = None
    items: tuple[Item, ...] = ()
    total: Money | None = None
    moved: bool = False
    refresh_interval_s: int | None = None


class WaitlistUpdate(msgspec.Struct, frozen=True, omit_defaults=True):
    """Your entry moved up, or ended."""

    entry: str
    event: str
    status: WaitlistStatus
    as_of: str
    position: int | None = None
    ahead: int | None = None


class WaitlistOffer(msgspec.Struct, frozen=True):
    """These seats are held for you until `expires_at`: pay for the hold, accept it, or decline."""

    entry: str
    event: str
    hold: str
    expires_at: str
    items: tuple[Item, ...]
    total: Money
