"""What happened to the waitlist of a section. Records are for ever: add fields at the end."""

from __future__ import annotations

import msgspec

from engine.items import PlacesItem, SeatItem
from engine.waitlist.standing import Standing
from engine.waitlist.wish import Wish


class OfferMade(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What a record set free is held for the owner of `entry` from that record on.

    `proposed`: the register is yet to be asked, and the owner is not told before.
    """

    entry: str
    hold: str
    seats: tuple[SeatItem, ...]
    places: tuple[PlacesItem, ...]
    expires_ms: int
    proposed: bool = False


class Waited(msgspec.Struct, frozen=True, array_like=True, gc=False, tag_field="kind"):
    """Root of this family's events; each subclass is tagged with its own name."""


class EntryJoined(Waited, frozen=True, array_like=True, gc=False, tag="wait_joined"):
    """The record's principal waits, behind `ahead` others; the section keeps the event's register.

    `streams` are all sections that may satisfy the entry, `here` says whether this is one of them.
    """

    entry: str
    wish: Wish
    rank: int
    ahead: int
    streams: tuple[int, ...]
    here: bool
    joined_ms: int


class EntryListed(Waited, frozen=True, array_like=True, gc=False, tag="wait_listed"):
    """An entry of the event's register waits here too, or has another rank from now on."""

    entry: str
    owner: str
    joined_ms: int
    wish: Wish
    rank: int


class EntryMoved(Waited, frozen=True, array_like=True, gc=False, tag="wait_moved"):
    """The record's principal, of the staff, gave an entry another rank, and said why."""

    entry: str
    rank: int
    ahead: int
    why: str


class EntryEnded(Waited, frozen=True, array_like=True, gc=False, tag="wait_ended"):
    """An entry ended as `standing` says; what it was offered is free."""

    entry: str
    standing: Standing


class OfferClaimed(Waited, frozen=True, array_like=True, gc=False, tag="wait_claimed"):
    """The register has it that the entry's one offer is `hold`, in the section of `stream`."""

    entry: str
    stream: int
    hold: str


class OfferReturned(Waited, frozen=True, array_like=True, gc=False, tag="wait_returned"):
    """What the register had claimed for an entry ended before anybody was told: it waits again."""

    entry: str


class OfferConfirmed(Waited, frozen=True, array_like=True, gc=False, tag="wait_confirmed"):
    """What was proposed is offered, until `expires_ms`. Records from before seats were told have none."""

    entry: str
    hold: str
    expires_ms: int
    seats: tuple[SeatItem, ...] = ()
    places: tuple[PlacesItem, ...] = ()


class OfferAccepted(Waited, frozen=True, array_like=True, gc=False, tag="wait_accepted"):
    """The offer is a hold like any other from now on."""

    entry: str
    hold: str
    seats: tuple[SeatItem, ...]
    places: tuple[PlacesItem, ...]
    expires_ms: int
    renewals_left: int


WaitlistEvent = (
    EntryJoined
    | EntryListed
    | EntryMoved
    | EntryEnded
    | OfferClaimed
    | OfferReturned
    | OfferConfirmed
    | OfferAccepted
)
