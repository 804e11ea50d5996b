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
from gateway.access.auth import Principal
from gateway.carts.routing import Wish, gather_one, gather_seats
from gateway.limiting.limiter import LIMITED
from gateway.sections.answers import NO_HOLD
from gateway.sections.directory import EventMap
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
    """A request and the streams to ask; the next one only when the former found nothing that fits.

    With a `wish` all of them are to give something, and the first decides (`gateway.carts`).
    """

    streams: tuple[int, ...]
    request: Request
    wish: Wish | None = None


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
        LIMITED["event"] += 1
        return problem(ErrorCode.RATE_LIMITED, "Too many ask for this event.", retry_after_ms=meter.barred_ms)
    found = _holding(event, body)
    if not isinstance(found, tuple):
        return found
    streams, command = found
    request = _request(principal, command, idem, fingerprint(b"hold.create", body))
    if body.hold is not None:
        owner = stream_of(body.hold, "hld")
        if owner is None or owner not in event.by_stream:
            return problem(ErrorCode.NOT_FOUND, "This event has no such hold.")
        return _added(event, body, request, (streams, owner, body.hold))
    if len(streams) > 1 and isinstance(command, HoldSeats):
        return gathered(gather_seats(event, command.seats, command.types, None), request)
    return Routed(streams, request)


def _added(
    event: EventMap, body: HoldCreateBody, request: Request, to: tuple[tuple[int, ...], int, str]
) -> Routed:
    """What is added to a hold goes to its section, and by way of a gathering if it is of others."""
    streams, owner, hold = to
    command = request.command
    if isinstance(command, HoldSeats) and streams != (owner,):
        return gathered(gather_seats(event, command.seats, command.types, (owner, hold)), request)
    elsewhere = len(streams) == 1 and streams != (owner,)
    named = isinstance(command, HoldPlaces) or (body.best is not None and body.best.sections is not None)
    if elsewhere and named and isinstance(command, HoldBest | HoldPlaces):
        take = msgspec.structs.replace(command, hold=None)
        return gathered(gather_one(event, streams[0], take, (owner, hold)), request)
    return Routed((owner,), request)


def gathered(wish: Wish, request: Request) -> Routed:
    """A request for several sections."""
    return Routed(wish.streams, request, wish)


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
    streams = _streams(event, seats)
    if not isinstance(streams, tuple):
        return streams
    return streams, HoldSeats(seats, body.types, body.hold)


def _streams(event: EventMap, labels: tuple[str, ...]) -> tuple[int, ...] | Problem:
    """The streams of the sections that labels belong to, each once."""
    stream = -1
    others: dict[int, None] = {}
    for label in labels:
        section = event.section_of(label)
        if section is None:
            return problem(ErrorCode.NOT_FOUND, "This event has no such seat.", objects=(label,))
        if stream == -1:
            stream = section.stream
        elif section.stream != stream:
            others[section.stream] = None
    return (stream, *others) if others else (stream,)


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


def swap_hold(
    event: EventMap | None, body: HoldSwapBody, principal: Principal, idem: str | None
) -> Routed | Problem:
    """Swap seats of a hold for others, also of other sections of its event."""
    command = SwapHold(body.hold, body.release, body.take, body.types)
    routed = _to_hold(body.hold, command, principal, idem, fingerprint(b"hold.swap", body))
    if event is None or isinstance(routed, Problem):
        return routed
    streams = _streams(event, body.take)
    if isinstance(streams, Problem) or streams == routed.streams:
        return routed  # its section knows what is wrong with it
    return swapped(event, routed.streams[0], routed.request)


def swapped(event: EventMap, stream: int, request: Request) -> Routed | Problem:
    """The same swap by way of a gathering, whichever sections it is about."""
    command = request.command
    if not isinstance(command, SwapHold):
        raise TypeError("only a swap is routed as one")
    if len({*command.release, *command.take}) < len(command.release) + len(command.take):
        return problem(ErrorCode.INVALID, "A swap names seats to give back and others to take, each once.")
    streams = _streams(event, command.take)
    if isinstance(streams, Problem):
        return streams
    wish = gather_seats(event, command.take, command.types, (stream, command.hold))
    return gathered(msgspec.structs.replace(wish, release=command.release), request)


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
        return NO_HOLD
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
