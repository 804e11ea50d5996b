"""Messages as commands: which streams are to be asked, and what.

A translation is a `Routed` request or the `Problem` that the caller gets instead. The
fingerprint of a body leaves out its idempotency key and its encoding, so that the same
body over MessagePack, JSON and REST is the same request.
"""

from __future__ import annotations

from hashlib import blake2b
from typing import Final

import msgspec

from engine.amounts import minor_units
from engine.commands import (
    AnyCommand,
    BookHold,
    CancelOrder,
    ExtendHold,
    GetHold,
    GetOrder,
    HoldBest,
    HoldPlaces,
    HoldSeats,
    PinHold,
    ReleaseHold,
    Request,
    SwapHold,
)
from engine.ids import stream_of
from gateway.auth import Principal
from gateway.directory import EventMap
from protocol.errors import ErrorCode, Problem, problem
from protocol.requests import (
    Best,
    CheckoutBody,
    HoldCreateBody,
    HoldExtendBody,
    HoldReleaseBody,
    HoldSwapBody,
    OrderBody,
    Places,
)

FINGERPRINT_BYTES: Final = 8
_canonical: Final = msgspec.msgpack.Encoder(order="deterministic")


class Routed(msgspec.Struct, frozen=True, gc=False):
    """A request and the streams to ask; the next one only when the former found nothing that fits."""

    streams: tuple[int, ...]
    request: Request


def fingerprint(operation: bytes, body: msgspec.Struct) -> bytes:
    """Eight bytes that tell two bodies of one operation apart."""
    return blake2b(operation + _canonical.encode(body), digest_size=FINGERPRINT_BYTES).digest()


def create_hold(
    event: EventMap, body: HoldCreateBody, principal: Principal, idem: str | None
) -> Routed | Problem:
    """Hold seats, the best available, or places. With `hold` it all goes to that hold's section."""
    meter = event.meter
    meter.asked += 1
    if meter.barred_ms:
        return problem(ErrorCode.RATE_LIMITED, "Too many ask for this event.", retry_after_ms=meter.barred_ms)
    found = _holding(event, body)
    if not isinstance(found, tuple):
        return found
    streams, command = found
    if body.hold is not None:
        owner = stream_of(body.hold, "hld")
        if owner not in event.by_stream:
            return problem(ErrorCode.NOT_FOUND, "This event has no such hold.")
        if isinstance(command, HoldSeats | HoldPlaces) and streams != (owner,):
            return problem(ErrorCode.INVALID, "A hold has places of one section only.")
        streams = (owner,)
    return Routed(streams, _request(principal, command, idem, fingerprint(b"hold.create", body)))


def _holding(event: EventMap, body: HoldCreateBody) -> tuple[tuple[int, ...], AnyCommand] | Problem:
    seats, best, places = body.seats, body.best, body.ga
    if seats is not None and best is None and places is None:
        return _named_seats(event, seats, body)
    if best is not None and seats is None and places is None:
        return _best_available(event, best, body)
    if places is not None and seats is None and best is None:
        return _places(event, places, body)
    return problem(ErrorCode.INVALID, "Say exactly one of seats, best and ga.")


def _named_seats(
    event: EventMap, seats: tuple[str, ...], body: HoldCreateBody
) -> tuple[tuple[int, ...], AnyCommand] | Problem:
    stream = _one_stream(event, seats)
    if not isinstance(stream, int):
        return stream
    return (stream,), HoldSeats(seats, body.types, body.hold)


def _one_stream(event: EventMap, labels: tuple[str, ...]) -> int | Problem:
    """The stream of the one section that all labels belong to."""
    stream = -1
    for label in labels:
        section = event.section_of(label)
        if section is None:
            return problem(ErrorCode.NOT_FOUND, "This event has no such seat.", objects=(label,))
        if stream not in (-1, section.stream):
            return problem(ErrorCode.INVALID, "A hold has places of one section only.")
        stream = section.stream
    return stream


def _best_available(
    event: EventMap, best: Best, body: HoldCreateBody
) -> tuple[tuple[int, ...], AnyCommand] | Problem:
    categories = best.categories or ()
    max_price = None
    if best.max_price is not None:
        max_price = minor_units(best.max_price, event.currency)
        if max_price is None:
            return problem(ErrorCode.INVALID, "max_price is finer than the currency.")
    # The order depends on the plan and the request alone, never on what is free now: a retry
    # under the same key then asks the same sections in the same order, meets the refusals
    # that each of them stored under that key, and ends where the first attempt ended.
    streams = tuple(
        each.section.stream
        for each in event.by_closeness
        if (best.sections is None or each.section.name in best.sections)
        and each.could_fit(best.qty, categories)
    )
    if not streams:
        return problem(ErrorCode.BEST_AVAILABLE_NOT_FOUND, "No section could ever fit this.")
    command = HoldBest(best.qty, categories, best.adjacent, best.accessible, max_price, body.types, body.hold)
    return streams, command


def _places(
    event: EventMap, places: Places, body: HoldCreateBody
) -> tuple[tuple[int, ...], AnyCommand] | Problem:
    section = event.areas.get(places.area)
    if section is None:
        return problem(ErrorCode.NOT_FOUND, "This event has no such area.", objects=(places.area,))
    return (section.stream,), HoldPlaces(places.area, places.qty, body.types.get(places.area), body.hold)


def release_hold(body: HoldReleaseBody, principal: Principal, idem: str | None) -> Routed | Problem:
    """Give back a hold or part of it."""
    command = ReleaseHold(body.hold, body.seats)
    return _to_hold(body.hold, command, principal, idem, fingerprint(b"hold.release", body))


def extend_hold(body: HoldExtendBody, principal: Principal, idem: str | None) -> Routed | Problem:
    """Renew a hold."""
    return _to_hold(body.hold, ExtendHold(body.hold), principal, idem, fingerprint(b"hold.extend", body))


def swap_hold(body: HoldSwapBody, principal: Principal, idem: str | None) -> Routed | Problem:
    """Swap seats within a hold's section."""
    command = SwapHold(body.hold, body.release, body.take, body.types)
    return _to_hold(body.hold, command, principal, idem, fingerprint(b"hold.swap", body))


def read_hold(hold: str, principal: Principal) -> Routed | Problem:
    """Read a hold."""
    return _to_hold(hold, GetHold(hold), principal, None, b"")


def pin_hold(body: CheckoutBody, principal: Principal, idem: str | None) -> Routed | Problem:
    """The first step of a checkout."""
    return _to_hold(body.hold, PinHold(body.hold), principal, idem, fingerprint(b"checkout.begin", body))


def book_hold(body: CheckoutBody, principal: Principal, idem: str | None) -> Routed | Problem:
    """The whole of a checkout whose payment is decided already."""
    return _to_hold(body.hold, BookHold(body.hold), principal, idem, fingerprint(b"checkout.begin", body))


def read_order(body: OrderBody, principal: Principal) -> Routed | Problem:
    """Read an order."""
    return _to_order(body.order, GetOrder(body.order), principal, None, b"")


def cancel_order(body: OrderBody, principal: Principal, idem: str | None) -> Routed | Problem:
    """Cancel a booking."""
    digest = fingerprint(b"order.cancel", body)
    return _to_order(body.order, CancelOrder(body.order), principal, idem, digest)


def _to_hold(
    hold: str, command: AnyCommand, principal: Principal, idem: str | None, digest: bytes
) -> Routed | Problem:
    stream = stream_of(hold, "hld")
    if stream is None:
        return problem(ErrorCode.NOT_FOUND, "There is no such hold.")
    return Routed((stream,), _request(principal, command, idem, digest))


def _to_order(
    order: str, command: AnyCommand, principal: Principal, idem: str | None, digest: bytes
) -> Routed | Problem:
    stream = stream_of(order, "ord")
    if stream is None:
        return problem(ErrorCode.NOT_FOUND, "There is no such order.")
    return Routed((stream,), _request(principal, command, idem, digest))


def _request(principal: Principal, command: AnyCommand, idem: str | None, digest: bytes) -> Request:
    return Request(principal.id, command, idem, digest, principal.engine_role, principal.channels)
