"""Commands: all calls of one principal under one key are one command, however often it was asked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

import msgspec

from proof.history.operations import Operation, position_of
from protocol.requests import Position

Key = tuple[str, str]
_canonical: Final = msgspec.msgpack.Encoder(order="deterministic")


class Command(msgspec.Struct):
    """One command: when each clock first saw it invoked, and how many records it left."""

    told: str
    invoked_ns: dict[str, int]
    calls: list[Operation]
    effects: int = 0


def commands_of(operations: Iterable[Operation]) -> dict[Key, Command]:
    """The commands that were recorded, by principal and key."""
    found: dict[Key, Command] = {}
    for each in operations:
        if each.key is None:
            continue
        command = found.get((each.principal, each.key))
        if command is None:
            found[each.principal, each.key] = Command(each.told, {each.clock: each.invoked_ns}, [each])
            continue
        command.calls.append(each)
        first_ns = command.invoked_ns.get(each.clock, each.invoked_ns)
        command.invoked_ns[each.clock] = min(first_ns, each.invoked_ns)
    return found


def check_one_answer(command: Command) -> Iterator[str]:
    """What is wrong with the answers to one body under one key: there is one that a section gave.

    What another body under a known key is to be told depends on which section it asks.
    """
    answers: dict[bytes, dict[tuple[Position, str], None]] = {}
    for call in command.calls:
        position = position_of(call)
        code = "yes" if call.problem is None else call.problem.code
        if position is not None and code != "idempotency_key_reused":
            asked = _canonical.encode((call.name, call.body))
            answers.setdefault(asked, {})[position, code] = None
    for told in answers.values():
        if len(told) > 1:
            both = " and ".join(f"{code} at {ep} {seq}" for (ep, seq), code in told)
            yield f"{command.told} and its repetitions were told {both}"


def never_asked(command: Command) -> bool:
    """Whether every call of a command was refused, once, before any section was asked."""
    return all(
        call.problem is not None
        and call.problem.pos is None
        and call.problem.status < 500
        and call.problem.code not in ("payment_declined", "idempotency_in_progress")
        and call.attempts == 1
        for call in command.calls
    )
