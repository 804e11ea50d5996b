"""What can be asked of a section. Imperative names; `engine.events` answers in the past tense.

Seats and areas are named by their public labels. A command arrives inside a `Request`
(who asks, under which key) and is judged inside an `Entry` (the request stamped with the
time, a fresh id and the caller's rights), the only thing that `decide` sees.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from engine.events import Part
from engine.terms import Sale
from engine.waitlist.commands import WaitlistCommand, WaitlistQuestion


class Command(msgspec.Struct, frozen=True, array_like=True, tag_field="kind"):
    """Root of all commands but the waitlist's; each subclass is tagged with its own name."""


class HoldSeats(Command, frozen=True, array_like=True, tag="hold_seats"):
    """Hold the named seats (or whole tables), all or none; `hold` adds them to that hold."""

    seats: tuple[str, ...]
    types: dict[str, str] = {}
    hold: str | None = None


class HoldBest(Command, frozen=True, array_like=True, tag="hold_best"):
    """Hold the best `qty` seats that fit; `types` maps category key to ticket type.

    `max_price` is in minor units for one seat. `accessible` asks for wheelchair places
    (true), for none of them (false), or does not mind (None: they are kept for last).
    A `tentative` request that finds nothing leaves no record, so the key stays open here; one that
    is `walking` is the first of several sections that are asked, and what it does not find is not final.
    """

    qty: int
    categories: tuple[str, ...] = ()
    adjacent: bool = True
    accessible: bool | None = None
    max_price: int | None = None
    types: dict[str, str] = {}
    hold: str | None = None
    tentative: bool = False
    walking: bool = False


class HoldPlaces(Command, frozen=True, array_like=True, tag="hold_places"):
    """Hold `qty` places in a general-admission area; `hold` adds them to that hold."""

    area: str
    qty: int
    type: str | None = None
    hold: str | None = None


class ReleaseHold(Command, frozen=True, array_like=True, tag="release_hold"):
    """Give back the named seats or areas of a hold, or (None) the whole of it."""

    hold: str
    objects: tuple[str, ...] | None = None


class ExtendHold(Command, frozen=True, array_like=True, tag="extend_hold"):
    """Renew a hold's deadline: bounded in number and in its whole life."""

    hold: str


class SwapHold(Command, frozen=True, array_like=True, tag="swap_hold"):
    """Give back some seats and take others in one step; on refusal nothing changes."""

    hold: str
    release: tuple[str, ...]
    take: tuple[str, ...]
    types: dict[str, str] = {}


class PinHold(Command, frozen=True, array_like=True, tag="pin_hold"):
    """Begin checkout: the hold becomes an order's and lasts until its pay-by time."""

    hold: str


class UnpinHold(Command, frozen=True, array_like=True, tag="unpin_hold"):
    """Checkout was given up: the order ends, its seats go back to the hold's own deadline."""

    order: str


class BookOrder(Command, frozen=True, array_like=True, tag="book_order"):
    """Payment stands: the order's pinned seats are sold."""

    order: str


class BookHold(Command, frozen=True, array_like=True, tag="book_hold"):
    """Sell a hold in one step, where payment was decided without waiting: nothing has to be pinned.

    `known_as` is the order whose late money pays for it, by which its buyer knows the sale.
    """

    hold: str
    known_as: str = ""


class CancelOrder(Command, frozen=True, array_like=True, tag="cancel_order"):
    """Cancel a booking: its seats are free again."""

    order: str


class ReduceOrder(Command, frozen=True, array_like=True, tag="reduce_order"):
    """Give back the named seats or areas of a booking, and not all of it."""

    order: str
    objects: tuple[str, ...]


class BlockSeats(Command, frozen=True, array_like=True, tag="block_seats"):
    """Take free seats off the map (staff): house seats, a broken chair."""

    seats: tuple[str, ...]


class UnblockSeats(Command, frozen=True, array_like=True, tag="unblock_seats"):
    """Put blocked seats back (staff)."""

    seats: tuple[str, ...]


class SetForSale(Command, frozen=True, array_like=True, tag="set_for_sale"):
    """Mark seats or areas as for sale or not (staff); what is held or sold stays so."""

    objects: tuple[str, ...]
    for_sale: bool


class SetChannel(Command, frozen=True, array_like=True, tag="set_channel"):
    """Reserve seats or areas for callers who have `channel`, or (None) free them for all (staff)."""

    objects: tuple[str, ...]
    channel: str | None


class SetPrice(Command, frozen=True, array_like=True, tag="set_price"):
    """Change the price of a category and ticket type, in minor units (staff); holds keep theirs."""

    category: str
    type: str
    amount: int


class SetSale(Command, frozen=True, array_like=True, tag="set_sale"):
    """Open, pause or close the sale of this section (staff); with `only_from`, if it stands there."""

    sale: Sale
    only_from: Sale | None = None


class TakePart(Command, frozen=True, array_like=True, tag="take_part"):
    """Lend what `take` asks for to a hold that section `home` decides about, all or none of it."""

    gathering: str
    home: int
    take: HoldSeats | HoldBest | HoldPlaces


class GatherHold(Command, frozen=True, array_like=True, tag="gather_hold"):
    """Make one hold of the parts that sections have lent, this one among them or not, all or none.

    `hold` adds them to that hold, which gives back what `release` names, in whichever section.
    """

    parts: tuple[Part, ...]
    hold: str | None = None
    release: tuple[str, ...] = ()


class WithParts(Command, frozen=True, array_like=True, tag="with_parts"):
    """Do something to a hold or an order with parts; who asks settles them afterwards."""

    command: ReleaseHold | BookOrder | BookHold | CancelOrder | ReduceOrder


class SettlePart(Command, frozen=True, array_like=True, tag="settle_part"):
    """Tell a section what of a gathering's part is still wanted, and whether that is sold.

    `kept` are the names of seats and areas; none gives all of it back. Record `by_seq` of stream
    `by_stream` says so. Leaves no record where this is known, or where something later is.
    """

    gathering: str
    kept: tuple[str, ...]
    sold: bool
    by_stream: int
    by_seq: int


class GetGathering(Command, frozen=True, array_like=True, tag="get_gathering"):
    """Read what became of a gathering, or what parts a hold has, where that is decided; leaves no record."""

    gathering: str


class ExpireHolds(Command, frozen=True, array_like=True, tag="expire_holds"):
    """End every hold whose deadline has passed; asked by the section's own shell alone."""


class CloseKey(Command, frozen=True, array_like=True, tag="close_key"):
    """Give the outcome under the request's key, or see to it that there will never be one here.

    A key that is not known is remembered as `best_available_not_found` with `note` for its
    detail, so that whatever comes late under it has no effect, and the first note stays. That
    is told to somebody if it is `final`.
    """

    note: str = ""
    final: bool = False


class GetHold(Command, frozen=True, array_like=True, tag="get_hold"):
    """Read a hold of the caller's; leaves no record."""

    hold: str


class GetOrder(Command, frozen=True, array_like=True, tag="get_order"):
    """Read an order of the caller's; leaves no record."""

    order: str


class GetFigures(Command, frozen=True, array_like=True, tag="get_figures"):
    """Read what is sold here and what is left (staff); leaves no record."""


AnyCommand = (
    HoldSeats
    | HoldBest
    | HoldPlaces
    | ReleaseHold
    | ExtendHold
    | SwapHold
    | PinHold
    | UnpinHold
    | BookOrder
    | BookHold
    | CancelOrder
    | ReduceOrder
    | BlockSeats
    | UnblockSeats
    | SetForSale
    | SetChannel
    | SetPrice
    | SetSale
    | TakePart
    | GatherHold
    | WithParts
    | SettlePart
    | GetGathering
    | ExpireHolds
    | CloseKey
    | GetHold
    | GetOrder
    | GetFigures
    | WaitlistCommand
    | WaitlistQuestion
)
Role = Literal["buyer", "staff", "system"]


class Request(msgspec.Struct, frozen=True, array_like=True, tag=1):
    """A command with who asks for it, as gateways send it.

    `principal` is the verified id of the caller; `role` `staff` may use the organiser's
    commands and act on any hold or order, `system` is the shell itself. `fingerprint`
    (8 bytes) tells the bodies of two requests under one key apart.
    """

    principal: str
    command: AnyCommand
    idem: str | None = None
    fingerprint: bytes = b""
    role: Role = "buyer"
    channels: tuple[str, ...] = ()


class Entry(msgspec.Struct, frozen=True, array_like=True):
    """A request stamped by its section: `at_ms` (Unix time, never decreasing) and a fresh id body.

    `fresh_id` is a UUID body without prefix, to be used for the hold or order it creates.
    """

    at_ms: int
    fresh_id: str
    request: Request
