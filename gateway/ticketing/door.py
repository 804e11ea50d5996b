"""The door: admits each ticket once, online or from what was scanned offline."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Final

import msgspec
from msgspec.structs import replace

from engine.tickets import Place, Scan, TicketRow, ticket_id
from gateway.access.auth import Principal
from gateway.ports import Tickets
from gateway.ticketing.issuing import CANCELLED, REISSUED, holder_of, use_of
from gateway.ticketing.orders import HOUSE, OrderPlaces, OrderReader, Sold
from gateway.ticketing.signing import TicketSigner
from protocol.errors import ErrorCode, Problem, problem
from protocol.ticket_codes import Claims
from protocol.tickets import CheckinBody, CheckinReply, CheckinResult, ScanBody

CLOCK_AHEAD_MAX_MS: Final = 60_000
SCAN_NAME_BYTES: Final = 12
EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
MILLISECOND: Final = timedelta(milliseconds=1)
FORGED: Final = problem(ErrorCode.TICKET_FORGED)
ELSEWHERE: Final = problem(ErrorCode.WRONG_EVENT)
AHEAD: Final = problem(ErrorCode.INVALID, "This scan is from the future: the device's clock is ahead.")


class _Candidate(msgspec.Struct, frozen=True):
    """A scan whose code is genuine and whose order has the place; the row decides."""

    scan: Scan
    places: OrderPlaces
    sold: Sold


class _Judging(msgspec.Struct, frozen=True):
    """What the scans of one call are judged by."""

    body: CheckinBody
    caller: str
    now_ms: int
    orders: dict[str, OrderPlaces | Problem]


class Door:
    """Judges scans. May raise `engine.journal.StorageError`."""

    def __init__(
        self, reader: OrderReader, tickets: Tickets, signer: TicketSigner, now_ms: Callable[[], int]
    ) -> None:
        self._reader = reader
        self._tickets = tickets
        self._signer = signer
        self._now_ms = now_ms

    async def check_in(self, body: CheckinBody, caller: Principal, deadline_ms: int) -> CheckinReply:
        """Judge each scan: first what is signed, then what the order's section says, then who was first."""
        codes = [scan.code for scan in body.scans]
        # A signature takes a third of a millisecond: two hundred of them are not for the loop to wait for.
        proven = await asyncio.to_thread(lambda: [self._signer.prove(code) for code in codes])
        orders = await self._orders({each.order_id for each in proven if each is not None}, deadline_ms)
        judging = _Judging(body, caller.id, self._now_ms(), orders)
        judged = [_candidate(judging, *each) for each in zip(body.scans, proven, strict=True)]
        rows = await self._tickets.admit([each.scan for each in judged if isinstance(each, _Candidate)])
        return CheckinReply(body.event, tuple(_result(each, rows) for each in judged))

    async def _orders(self, orders: set[str], deadline_ms: int) -> dict[str, OrderPlaces | Problem]:
        names = sorted(orders)
        read = await asyncio.gather(*(self._reader.read(each, HOUSE, deadline_ms) for each in names))
        return dict(zip(names, read, strict=True))


def _candidate(judging: _Judging, scan: ScanBody, claims: Claims | None) -> _Candidate | Problem:
    body = judging.body
    if claims is None:
        return FORGED
    if claims.event_id != body.event:
        return ELSEWHERE
    places = judging.orders[claims.order_id]
    if isinstance(places, Problem):
        return places if places.status >= 500 else CANCELLED
    sold = places.find(ticket_id(claims.order_id, Place(claims.seat, claims.type, claims.number)))
    if sold is None:
        return CANCELLED
    now_ms = judging.now_ms
    scanned_ms = now_ms if scan.scanned_at is None else (scan.scanned_at - EPOCH) // MILLISECOND
    if scanned_ms > now_ms + CLOCK_AHEAD_MAX_MS:
        return AHEAD
    seen = Scan(
        ticket=sold.ticket,
        order_id=claims.order_id,
        event=body.event,
        stream=places.stream(sold),
        seat=sold.place.seat,
        generation=claims.generation,
        scanned_ms=scanned_ms,
        device=body.device,
        scan=_name_of(scan, scanned_ms),
        offline=body.offline,
        gate=body.gate,
        admitted_by=judging.caller,
        received_ms=now_ms,
    )
    return _Candidate(seen, places, sold)


def _name_of(scan: ScanBody, scanned_ms: int) -> str:
    """What a scan is known by at its device: its own id, else its time, else nothing that comes twice."""
    if scan.id is not None:
        return f"id {scan.id}"
    return secrets.token_hex(SCAN_NAME_BYTES) if scan.scanned_at is None else f"at {scanned_ms}"


def _result(judged: _Candidate | Problem, rows: dict[str, TicketRow]) -> CheckinResult:
    if isinstance(judged, Problem):
        return CheckinResult("refused", code=judged.code, detail=judged.detail, retryable=judged.retryable)
    scan, row = judged.scan, rows[judged.scan.ticket]
    sold = replace(judged.sold, row=row)
    holder = holder_of(judged.places, sold)
    admitted = CheckinResult(
        "admitted", ticket=scan.ticket, seat=scan.seat, type=sold.place.type, holder=holder
    )
    if scan.is_of(row):
        return admitted
    if scan.generation != row.generation:
        return replace(admitted, result="refused", holder=None, code=REISSUED.code, detail=REISSUED.detail)
    code = ErrorCode.TICKET_USED
    return replace(admitted, result="used", code=code.value, detail=code.title, first=use_of(row))
