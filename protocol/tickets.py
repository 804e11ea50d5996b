"""Tickets and the door: what REST says of them, and what scanners send."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

import msgspec

from protocol.replies import Money
from protocol.requests import WITHOUT_CONTROLS, Buyer, Key, Label
from protocol.ticket_codes import CODE_LENGTH_MAX

SCANS_MAX = 200
Name = Annotated[str, msgspec.Meta(min_length=1, max_length=80, pattern=WITHOUT_CONTROLS)]
"""Of a gate or of a device."""


class Use(msgspec.Struct, frozen=True):
    """When and where a ticket was scanned first."""

    at: str
    gate: str
    device: str


class TicketReply(msgspec.Struct, frozen=True, omit_defaults=True):
    """A ticket as it now is; `number` counts the places of an area, `code` is what its QR says.

    A ticket that is void has no code.
    """

    ticket: str
    order: str
    event: str
    event_name: str
    status: Literal["valid", "used", "void"]
    generation: int
    seat: str
    section: str
    type: str
    category: str
    price: Money
    holder: str
    number: int = 1
    row: str | None = None
    table: str | None = None
    place: str | None = None
    entrance: str | None = None
    code: str | None = None
    used: Use | None = None


class TicketsReply(msgspec.Struct, frozen=True):
    """The tickets of an order: none before it is booked, none once it is cancelled."""

    order: str
    tickets: tuple[TicketReply, ...]


class TransferBody(msgspec.Struct, frozen=True):
    """To whom a ticket goes, and which generation of it the caller has.

    With `to` (a principal) it is theirs from then on; without, its owner keeps it for the
    person named.
    """

    holder: Buyer
    generation: Annotated[int, msgspec.Meta(ge=1)]
    to: Label | None = None


class TicketKey(msgspec.Struct, frozen=True):
    """A public key as a JSON Web Key (RFC 8037); `kid` is the key id of the codes in hexadecimal."""

    kid: str
    x: str
    kty: Literal["OKP"] = "OKP"
    crv: Literal["Ed25519"] = "Ed25519"
    use: Literal["sig"] = "sig"


class TicketKeys(msgspec.Struct, frozen=True):
    """Every key whose tickets are good; the first one signs."""

    keys: tuple[TicketKey, ...]


class ScanBody(msgspec.Struct, frozen=True):
    """A code as it was read, and when; without a time it is now.

    A scan that is sent again is the same one if `id` is, or without one its time: it gets
    the same answer. Without both it is a new one each time.
    """

    code: Annotated[str, msgspec.Meta(min_length=1, max_length=CODE_LENGTH_MAX)]
    scanned_at: Annotated[datetime, msgspec.Meta(tz=True)] | None = None
    id: Key | None = None


class CheckinBody(msgspec.Struct, frozen=True):
    """Scans of one device at one gate; devices have names of their own.

    Somebody waits for the answers, so the first to ask lets in; `offline` says that they were
    let in already, so that the earliest scan counts as the one that did.
    """

    event: Label
    gate: Name
    device: Name
    scans: Annotated[tuple[ScanBody, ...], msgspec.Meta(min_length=1, max_length=SCANS_MAX)]
    offline: bool = False


class CheckinResult(msgspec.Struct, frozen=True, omit_defaults=True):
    """What is to be done with one scan.

    `admitted`: let them in; this scan is the first of its ticket. `used`: another scan was
    first, told in `first`. `refused`: `code` and `detail` say why; `retryable` that the same
    scan may fare better later. The ticket is told once its signature is proven.
    """

    result: Literal["admitted", "used", "refused"]
    code: str | None = None
    detail: str | None = None
    retryable: bool = False
    ticket: str | None = None
    seat: str | None = None
    type: str | None = None
    holder: str | None = None
    first: Use | None = None


class CheckinReply(msgspec.Struct, frozen=True):
    """The results, in the order of the scans."""

    event: str
    results: tuple[CheckinResult, ...]


class CheckinSeen(msgspec.Struct, frozen=True):
    """A scan as it was kept; `admitted` says that this is the one that counts."""

    at: str
    gate: str
    device: str
    admitted_by: str
    offline: bool
    admitted: bool


class CheckinsReply(msgspec.Struct, frozen=True):
    """Every scan of a ticket, the earliest first."""

    ticket: str
    checkins: tuple[CheckinSeen, ...]
