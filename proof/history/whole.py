"""Whether somebody was given all that they asked for: there is no yes to a half of it."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from proof.history.asked import body_of
from proof.history.operations import Operation
from protocol.replies import HoldReply, Item
from protocol.requests import HoldCreateBody, HoldSwapBody


def check_whole(operation: Operation) -> Iterator[str]:
    """What is missing in a hold that was given, by what was asked for, whichever sections that is in."""
    match body_of(operation):
        case HoldCreateBody(seats=labels) if labels is not None:
            yield from _seats(operation, labels)
        case HoldSwapBody(take=labels):
            yield from _seats(operation, labels)
        case HoldCreateBody(best=best, hold=None) if best is not None:
            yield from _count(operation, best.qty)
        case HoldCreateBody(ga=places, hold=None) if places is not None:
            yield from _count(operation, places.qty)
        case _:
            pass


def _items(operation: Operation) -> tuple[Item, ...]:
    return msgspec.convert(operation.reply, HoldReply, from_attributes=True).items


def _seats(operation: Operation, labels: tuple[str, ...]) -> Iterator[str]:
    """Tables are asked for by their own label, and told seat by seat."""
    told = [item.seat for item in _items(operation)]
    missing = [
        label for label in labels if not any(seat == label or seat.startswith(f"{label}-") for seat in told)
    ]
    if missing:
        yield f"{operation.told} was given {told}, without {missing}"


def _count(operation: Operation, qty: int) -> Iterator[str]:
    given = sum(item.qty for item in _items(operation))
    if given != qty:
        yield f"{operation.told} was given {given} places of {qty}"
