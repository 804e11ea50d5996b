"""Records of the waitlist, read here anew: see `proof.auditor.records`."""

from __future__ import annotations

import msgspec

from proof.auditor.items import PlacesEntry, SeatEntry


class Wanted(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What a party waits for; no category named: any will do."""

    size: int
    categories: tuple[str, ...] = ()
    price_max: int | None = None
    side_by_side: bool = True
    wheelchair: bool | None = None


class Offer(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What a record frees and holds for somebody who waits; a proposal is yet to be confirmed."""

    entry: str
    hold: str
    seats: tuple[SeatEntry, ...]
    places: tuple[PlacesEntry, ...]
    expires_ms: int
    proposal: bool = False


class OfTheLine(msgspec.Struct, frozen=True, array_like=True, gc=False, tag_field="kind"):
    """Root of what a record may tell of the waitlist."""


class Joined(OfTheLine, frozen=True, array_like=True, gc=False, tag="wait_joined"):
    """The principal waits; this section keeps the register."""

    entry: str
    wanted: Wanted
    rank: int
    ahead: int
    streams: tuple[int, ...]
    here: bool
    joined_ms: int


class Listed(OfTheLine, frozen=True, array_like=True, gc=False, tag="wait_listed"):
    """An entry of the register waits here too, or has another rank."""

    entry: str
    owner: str
    joined_ms: int
    wanted: Wanted
    rank: int


class Moved(OfTheLine, frozen=True, array_like=True, gc=False, tag="wait_moved"):
    """Staff gave an entry another rank."""

    entry: str
    rank: int
    ahead: int
    why: str


class EntryOver(OfTheLine, frozen=True, array_like=True, gc=False, tag="wait_ended"):
    """An entry ended."""

    entry: str
    how: int


class Claimed(OfTheLine, frozen=True, array_like=True, gc=False, tag="wait_claimed"):
    """The register has it that the entry's offer is that one."""

    entry: str
    stream: int
    hold: str


class Returned(OfTheLine, frozen=True, array_like=True, gc=False, tag="wait_returned"):
    """What was claimed ended before it was confirmed."""

    entry: str


class Confirmed(OfTheLine, frozen=True, array_like=True, gc=False, tag="wait_confirmed"):
    """What was proposed is offered."""

    entry: str
    hold: str
    expires_ms: int


class Taken(OfTheLine, frozen=True, array_like=True, gc=False, tag="wait_accepted"):
    """The offer is a hold like any other."""

    entry: str
    hold: str
    seats: tuple[SeatEntry, ...]
    places: tuple[PlacesEntry, ...]
    expires_ms: int
    renewals_left: int


AnyOfTheLine = Joined | Listed | Moved | EntryOver | Claimed | Returned | Confirmed | Taken
