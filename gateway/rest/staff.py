"""What organisers change in the sections of an event, over REST.

Objects may lie in several sections. Each section takes its share in one step, one section
after the other in plan order; a refusal ends the walk, and what was done before it stands.
The same request again goes on from there, because every step may be repeated.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import msgspec

from engine.amounts import minor_units
from engine.catalogue import SectionInfo
from engine.commands import (
    AnyCommand,
    BlockSeats,
    Request,
    SetChannel,
    SetForSale,
    SetPrice,
    UnblockSeats,
)
from gateway.rest.call import Call, Refused
from gateway.rest.operation import Handler, Operation
from gateway.sections.answers import problem_of
from gateway.sections.directory import EventMap
from protocol.errors import ErrorCode, Problem, problem
from protocol.requests import Amount, Label, Labels, Position


class Seats(msgspec.Struct, frozen=True):
    """Seats by their labels."""

    seats: Labels


class ForSale(msgspec.Struct, frozen=True):
    """Seats and areas, and whether they are for sale."""

    objects: Labels
    for_sale: bool


class Channel(msgspec.Struct, frozen=True):
    """Seats and areas, and the channel they are reserved for; null frees them for all."""

    objects: Labels
    channel: Label | None


class Price(msgspec.Struct, frozen=True):
    """A new price of a category and ticket type; holds keep theirs."""

    category: Label
    type: Label
    amount: Amount


class Done(msgspec.Struct, frozen=True):
    """The sections in which it was done, and at which position of each."""

    event: str
    sections: tuple[str, ...]
    at: dict[str, Position]


async def block_seats(call: Call) -> Done | Problem:
    """Take free seats off the map."""
    body: Seats = call.body
    return await _share(call, body.seats, BlockSeats)


async def unblock_seats(call: Call) -> Done | Problem:
    """Put blocked seats back."""
    body: Seats = call.body
    return await _share(call, body.seats, UnblockSeats)


async def set_for_sale(call: Call) -> Done | Problem:
    """Mark seats and areas as for sale or not."""
    body: ForSale = call.body
    return await _share(call, body.objects, lambda objects: SetForSale(objects, body.for_sale))


async def set_channel(call: Call) -> Done | Problem:
    """Reserve seats and areas for a channel."""
    body: Channel = call.body
    return await _share(call, body.objects, lambda objects: SetChannel(objects, body.channel))


async def set_price(call: Call) -> Done | Problem:
    """Change a price in every section, then in the catalogue, by which the event is found.

    Whoever gets no answer asks again: each part of it may be done twice.
    """
    body: Price = call.body
    event = await call.event()
    amount = minor_units(body.amount, event.currency)
    if amount is None:
        return problem(ErrorCode.INVALID, "The amount is finer than the currency.")
    command = SetPrice(body.category, body.type, amount)
    done = await _walk(call, event, [(section, command) for section in event.info.sections])
    if isinstance(done, Done):
        await call.parts.catalogue.set_price(event.id, body.category, body.type, amount)
    return done


async def _share(
    call: Call, labels: tuple[str, ...], make: Callable[[tuple[str, ...]], AnyCommand]
) -> Done | Problem:
    event = await call.event()
    shares: dict[str, list[str]] = {}
    for label in labels:
        section = event.section_of(label)
        if section is None:
            raise Refused(problem(ErrorCode.NOT_FOUND, "There is no such object.", objects=(label,)))
        shares.setdefault(section.name, []).append(label)
    steps = [
        (section, make(tuple(shares[section.name])))
        for section in event.info.sections
        if section.name in shares
    ]
    return await _walk(call, event, steps)


async def _walk(call: Call, event: EventMap, steps: list[tuple[SectionInfo, AnyCommand]]) -> Done | Problem:
    done: dict[str, Position] = {}
    for section, command in steps:
        request = Request(call.caller.id, command, role="staff")
        answer = await call.parts.sections.ask(section.stream, request, call.deadline_ms)
        if answer.code is not None:
            return problem_of(answer)
        done[section.name] = (section.history, answer.seq)
    return Done(event.id, tuple(done), done)


_REFUSALS: Final = (ErrorCode.SEAT_TAKEN, ErrorCode.SEAT_NOT_FOR_SALE, ErrorCode.INVALID)


def _operation(path: str, summary: str, handler: Handler, body: type) -> Operation:
    return Operation(
        "POST",
        f"/events/{{event}}/{path}",
        summary,
        handler,
        body,
        Done,
        errors=_REFUSALS,
    )


OPERATIONS: Final = (
    _operation("block", "Take free seats off the map", block_seats, Seats),
    _operation("unblock", "Put blocked seats back", unblock_seats, Seats),
    _operation("for-sale", "Mark seats and areas as for sale or not", set_for_sale, ForSale),
    _operation("channels", "Reserve seats and areas for a channel", set_channel, Channel),
    _operation("prices", "Change a price", set_price, Price),
)
