"""Commands: all calls of one principal under one key are one command, however often it was asked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from proof.history.operations import Operation, position_of

Key = tuple[str, str]


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
    """What is wrong with the answers under one key: there is one, but for the refusals of a server."""
    answers = {}
    for call in command.calls:
        position = position_of(call)
        code = None if call.problem is None else call.problem.code
        if position is None or code == "idempotency_key_reused":
            continue
        answers[position, code] = call
    if len(answers) > 1:
        told = " and ".join(f"{code or 'yes'} at {ep} {seq}" for (ep, seq), code in answers)
        yield f"{command.told} and its repetitions were told {told}"


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
