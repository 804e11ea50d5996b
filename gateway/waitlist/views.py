"""Entries as callers read them."""

from __future__ import annotations

from typing import Final

import msgspec

from engine.views import money, rfc3339
from engine.waitlist.standing import Standing
from engine.waitlist.views import EntriesView, EntryView
from gateway.sections.directory import EventMap
from protocol.replies import Item, Money
from protocol.waitlist import WaitlistOffer, WaitlistReply, WaitlistStatus, WaitlistUpdate

STATUS: Final[dict[Standing, WaitlistStatus]] = {
    Standing.WAITING: "waiting",
    Standing.PROPOSED: "waiting",
    Standing.OFFERED: "offered",
    Standing.ELSEWHERE: "waiting",
    Standing.ACCEPTED: "accepted",
    Standing.DECLINED: "declined",
    Standing.LAPSED: "lapsed",
    Standing.LEFT: "left",
    Standing.REMOVED: "removed",
    Standing.WITHDRAWN: "waiting",
}
REFRESH_S: Final = {"waiting": 10, "offered": 30}
entry_view: Final = msgspec.msgpack.Decoder(EntryView)
entries_view: Final = msgspec.msgpack.Decoder(EntriesView)


def entry_reply(event: EventMap, view: EntryView) -> WaitlistReply:
    """An entry as its owner reads it."""
    status = STATUS[view.standing]
    wish = view.wish
    reply = WaitlistReply(
        view.entry,
        event.id,
        status,
        joined_at=rfc3339(view.joined_ms) if view.joined_ms else None,
        position=None if view.ahead is None else view.ahead + 1,
        ahead=view.ahead,
        moved=view.moved is not None,
    )
    if wish is not None:
        limit = None if wish.max_price is None else money(wish.max_price, event.currency)
        reply = msgspec.structs.replace(
            reply,
            qty=wish.qty,
            categories=wish.categories,
            max_price=None if limit is None else Money(limit.amount, limit.currency),
            together=wish.together,
            accessible=wish.accessible,
        )
    offer = offer_of(event, view) if status in ("offered", "accepted") else None
    if offer is None:
        return reply
    return msgspec.structs.replace(
        reply, hold=offer.hold, expires_at=offer.expires_at, items=offer.items, total=offer.total
    )


def offer_of(event: EventMap, view: EntryView) -> WaitlistOffer | None:
    """What an entry is offered, as its owner is told."""
    offered = view.offered
    if offered is None:
        return None
    items = msgspec.convert(offered.items, tuple[Item, ...], from_attributes=True)
    total = Money(offered.total.amount, offered.total.currency)
    return WaitlistOffer(view.entry, event.id, offered.hold, offered.expires_at, items, total)


def update_of(event: EventMap, view: EntryView, now_ms: int) -> WaitlistUpdate:
    """What its owner is told of an entry that moved up or ended."""
    position = None if view.ahead is None else view.ahead + 1
    return WaitlistUpdate(view.entry, event.id, STATUS[view.standing], rfc3339(now_ms), position, view.ahead)
