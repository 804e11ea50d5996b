"""Which kinds of news a record may become, told by its first bytes: most records need not be read further.

A kind is listed under every record that it may come of, here alone; relays pass over records of
whose kinds nobody wants any.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import msgspec

from engine import events as section
from engine.queue import events as room
from engine.waitlist import events as waitlist

Wanted = Callable[[str], bool]
OFFERED: Final = "waitlist.offered"
ISSUED: Final = "ticket.issued"
PUBLISHED: Final = "event.published"
CONFIRMED: Final = "order.confirmed"

SECTION_KINDS: Final[dict[type[msgspec.Struct], tuple[str, ...]]] = {
    section.HoldPlaced: ("seats.held",),
    section.HoldChanged: ("seats.changed",),
    section.HoldReleased: ("seats.released",),
    section.HoldsExpired: ("seats.released",),
    section.HoldPinned: ("order.placed",),
    section.HoldUnpinned: ("payment.failed",),
    section.OrderBooked: (CONFIRMED, ISSUED),
    section.OrderCancelled: ("order.cancelled",),
    section.OrderReduced: ("order.reduced",),
    section.SeatsBlocked: ("seats.blocked",),
    section.SeatsUnblocked: ("seats.unblocked",),
    section.ForSaleSet: ("seats.marked",),
    section.ChannelSet: ("seats.reserved",),
    section.PriceSet: ("price.changed",),
    section.SaleSet: ("sale.open", "sale.paused", "sale.closed", "sale.not_open"),
    waitlist.EntryJoined: ("waitlist.joined",),
    waitlist.EntryEnded: ("waitlist.ended",),
    waitlist.OfferConfirmed: (OFFERED,),
    waitlist.OfferAccepted: ("waitlist.accepted",),
}
ROOM_KINDS: Final[dict[type[msgspec.Struct], tuple[str, ...]]] = {
    room.RoomGathered: ("queue.gathered",),
    room.LineDrawn: ("queue.drawn",),
    room.RoomOpened: ("queue.opened",),
    room.RoomPaused: ("queue.paused",),
    room.RoomResumed: ("queue.resumed",),
    room.RoomEnded: ("queue.ended",),
    room.MembersAdmitted: ("queue.admitted",),
}
KINDS: Final = frozenset(
    kind for table in (SECTION_KINDS, ROOM_KINDS) for kinds in table.values() for kind in kinds
) | {PUBLISHED}
"""Every kind of news that there is."""


class _Kind(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """An event's tag; what follows it is not read."""

    tag: str


class _Head(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A record as far as it has to be read to know its kinds; the fields are those of `Record`."""

    at_ms: int
    principal: msgspec.Raw
    event: _Kind
    idem: msgspec.Raw = msgspec.Raw()
    fingerprint: msgspec.Raw = msgspec.Raw()
    offers: tuple[msgspec.Raw, ...] = ()


def _by_tag(table: dict[type[msgspec.Struct], tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    return {str(kind.__struct_config__.tag): kinds for kind, kinds in table.items()}


_heads: Final = msgspec.msgpack.Decoder(_Head)
_SECTION: Final = _by_tag(SECTION_KINDS)
_ROOM: Final = _by_tag(ROOM_KINDS)


def worth_reading(data: bytes, wanted: Wanted, *, of_room: bool) -> bool:
    """Whether a stored record may become news that somebody wants. Raises `msgspec.DecodeError`."""
    head = _heads.decode(data)
    kinds = (_ROOM if of_room else _SECTION).get(head.event.tag, ())
    return any(map(wanted, kinds)) or (bool(head.offers) and wanted(OFFERED))
