"""Tickets: what follows from an order, and what may happen to a ticket afterwards.

A ticket is not stored when it is sold. Its id follows from the order, the place and the
ticket type, so it is there as soon as the order is booked, and asking twice gives the same.
Only what is done to it later (handed over, scanned at the door) leaves a row.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from hashlib import blake2b

import msgspec

from engine.ids import stream_of

_SEAT_BYTES = 6
_ORDER_DIGITS = 32
_DIGITS = _ORDER_DIGITS + 2 * _SEAT_BYTES


class Place(msgspec.Struct, frozen=True, order=True):
    """One place of an order. `number` counts the places of an area under one type; a seat is number 1."""

    seat: str
    type: str
    number: int = 1


class TicketRow(msgspec.Struct, frozen=True):
    """What became of a ticket since it was sold; no row means generation 1, not used.

    `generation` counts the times it was issued: of one ticket only the newest is good.
    `owner` is the principal that it was handed to, None while it is the order's owner.
    `used_ms`, `used_device`, `used_scan` and `used_gate` tell of the scan that let somebody in.
    """

    id: str
    order_id: str
    event: str
    stream: int
    seat: str
    generation: int = 1
    owner: str | None = None
    holder_name: str | None = None
    holder_email: str | None = None
    reissued_by: str | None = None
    reissued_ms: int | None = None
    used_ms: int | None = None
    used_device: str | None = None
    used_scan: str | None = None
    used_gate: str | None = None


class Scan(msgspec.Struct, frozen=True):
    """A good ticket seen at the door. Ticket, device and its `scan` are what one scan is known by.

    Somebody waits for the answer to a scan, unless it was made `offline`: then they were let
    in, or not, already.
    """

    ticket: str
    order_id: str
    event: str
    stream: int
    seat: str
    generation: int
    scanned_ms: int
    device: str
    scan: str
    offline: bool
    gate: str
    admitted_by: str
    received_ms: int

    def is_of(self, row: TicketRow) -> bool:
        """Whether this is the scan that used the ticket up."""
        return (row.used_device, row.used_scan, row.generation) == (self.device, self.scan, self.generation)


class CheckinRow(msgspec.Struct, frozen=True):
    """What is kept of a scan, whether or not it was the first of its ticket."""

    ticket: str
    device: str
    scan: str
    event: str
    generation: int
    scanned_ms: int
    offline: bool
    gate: str
    admitted_by: str
    received_ms: int


class Reissue(msgspec.Struct, frozen=True):
    """A ticket goes to somebody else: from `generation` to the next one.

    `owner` is whose it is from then on; None leaves it to the order's owner.
    """

    ticket: str
    order_id: str
    event: str
    stream: int
    seat: str
    generation: int
    owner: str | None
    holder_name: str
    holder_email: str
    by: str
    at_ms: int


def ticket_id(order: str, place: Place) -> str:
    """The id of the ticket for a place of an order.

    >>> ticket_id("ord_" + 32 * "0", Place("STALLS-C-5", "standard"))
    'tkt_0000000000000000000000000000000086aae4e1db77'
    """
    name = f"{place.seat}\x1f{place.type}\x1f{place.number}".encode()
    return f"tkt_{order.removeprefix('ord_')}{blake2b(name, digest_size=_SEAT_BYTES).hexdigest()}"


def order_of(ticket: str) -> str | None:
    """The order that a ticket's id names, or None when it is no such id."""
    kind, _, body = ticket.partition("_")
    order = f"ord_{body[:_ORDER_DIGITS]}"
    known = kind == "tkt" and len(body) == _DIGITS and stream_of(order, "ord") is not None
    return order if known else None


def places_of(items: Iterable[tuple[str, str, int]]) -> list[tuple[int, Place]]:
    """Every single place of an order's items `(seat or area, type, quantity)`, with its item's index."""
    counted: Counter[tuple[str, str]] = Counter()
    places = []
    for index, (seat, ticket_type, qty) in enumerate(items):
        for _ in range(qty):
            counted[seat, ticket_type] += 1
            places.append((index, Place(seat, ticket_type, counted[seat, ticket_type])))
    return places


def counting_scans(scans: Iterable[Scan]) -> list[Scan]:
    """Of each ticket the scan that may count, by ticket: of the newest generation the earliest.

    Of two at one instant it is that of the device named first. That a newer generation was
    signed proves that the older one is void.
    """
    best: dict[str, Scan] = {}
    for scan in scans:
        known = best.get(scan.ticket)
        if known is None or _rank(scan) < _rank(known):
            best[scan.ticket] = scan
    return [best[ticket] for ticket in sorted(best)]


def used_by(scan: Scan) -> TicketRow:
    """The row of a ticket of which nothing is known but this scan."""
    return TicketRow(
        id=scan.ticket,
        order_id=scan.order_id,
        event=scan.event,
        stream=scan.stream,
        seat=scan.seat,
        generation=scan.generation,
        used_ms=scan.scanned_ms,
        used_device=scan.device,
        used_scan=scan.scan,
        used_gate=scan.gate,
    )


def checkin_of(scan: Scan) -> CheckinRow:
    """What is kept of a scan."""
    return CheckinRow(
        scan.ticket,
        scan.device,
        scan.scan,
        scan.event,
        scan.generation,
        scan.scanned_ms,
        scan.offline,
        scan.gate,
        scan.admitted_by,
        scan.received_ms,
    )


def _rank(scan: Scan) -> tuple[int, int, str, str]:
    return -scan.generation, scan.scanned_ms, scan.device, scan.scan
