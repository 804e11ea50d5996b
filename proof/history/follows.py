"""Whether what each client saw of each section follows on what it saw before."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from proof.history.operations import Operation, Sight
from protocol.history import ChangeSeen, MapSeen, ResetSeen
from protocol.requests import Position

Place = tuple[str, str]
"""A client and a channel."""


def check_follows(operations: Iterable[Operation], sights: Iterable[Sight]) -> Iterator[tuple[str, str, int]]:
    """Gaps, as `(ep, what is wrong, seq)`; a client may name any position and goes on from there."""
    known: dict[Place, Position | None] = {}
    events: list[Operation | Sight] = [*_asked(operations), *sights]
    # The sort is stable: what a client saw at one instant stays in its order.
    events.sort(key=lambda each: each.invoked_ns if isinstance(each, Operation) else each.at_ns)
    for each in events:
        match each:
            case Operation():
                for channel, after in _positions(each):
                    known[each.client, channel] = after
            case MapSeen():
                known[each.client, each.channel] = (each.ep, each.seq)
            case ResetSeen():
                known[each.client, each.channel] = None
            case ChangeSeen():
                yield from _change(known, each)


def _change(known: dict[Place, Position | None], seen: ChangeSeen) -> Iterator[tuple[str, str, int]]:
    place = (seen.client, seen.channel)
    before = known.get(place)
    if place in known and before is None:
        yield seen.ep, f"{seen.client} was told to forget, and then of a change", seen.seq
    elif before is not None and before[0] != seen.ep:
        yield seen.ep, f"{seen.client} was at {before}, and the history became another", seen.seq
    elif before is not None and before[1] < seen.from_seq:
        yield (
            seen.ep,
            f"{seen.client} was at {before[1]}, and the change begins after {seen.from_seq}",
            seen.seq,
        )
    if before is None or before[0] != seen.ep or before[1] < seen.seq:
        known[place] = (seen.ep, seen.seq)


def _asked(operations: Iterable[Operation]) -> Iterator[Operation]:
    return (each for each in operations if each.name in ("subscribe", "sync", "hello"))


def _positions(operation: Operation) -> Iterator[tuple[str, Position]]:
    """The positions that a client says it knows."""
    body = operation.body
    if operation.name == "sync":
        yield str(_part(body, "ch")), _position(_part(body, "after"))
        return
    resume = _part(body, "resume") if operation.name == "hello" else None
    told: Mapping[str, Any] = _part(resume, "positions") if resume else _part(body, "after")
    for channel, after in (told or {}).items():
        yield channel, _position(after)


def _part(body: Any, name: str) -> Any:
    return body.get(name) if isinstance(body, dict) else getattr(body, name, None)


def _position(told: Any) -> Position:
    return str(told[0]), int(told[1])
