"""Whether sections kept what they told gateways: that something stands, or that nothing was changed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Final

from engine.commands import GetFigures, GetGathering, GetHold, GetOrder
from engine.events import Record, Refused
from engine.waitlist.commands import WaitlistQuestion
from proof.simulation.gateways import Ack

UNCHANGED: Final = frozenset(
    ("deadline_exceeded", "section_overloaded", "section_recovering", "storage_unavailable")
)
"""Answers that say for certain that there was no effect."""


def broken_promises(acks: Iterable[Ack], records: list[Record], *, doubled: bool) -> Iterator[str]:
    """What is wrong with the answers of one stream, given its records from number 1 on.

    `doubled`: calls were carried out twice, as no real way to an actor does it. A first copy may
    then say truly that it changed nothing, and a second one change something.
    """
    stands = {
        (record.principal, record.idem): seq
        for seq, record in enumerate(records, 1)
        if record.idem is not None
    }
    told: dict[tuple[str, str], set[str | None]] = defaultdict(set)
    for ack in acks:
        if ack.request.idem is not None:
            told[ack.request.principal, ack.request.idem].add(_code(ack))
        if ack.answer is not None and ack.answer.code is None:
            yield from _accepted(ack, ack.answer.seq, records, stands)
    if not doubled:
        for (principal, key), codes in told.items():
            if codes <= UNCHANGED and (principal, key) in stands:
                yield f"{principal} was told {sorted(map(str, codes))} of {key!r}, which left a record"


def _code(ack: Ack) -> str | None:
    """What was told; `unanswered` when its gateway died first."""
    return "unanswered" if ack.answer is None else ack.answer.code


def _accepted(ack: Ack, seq: int, records: list[Record], stands: dict[tuple[str, str], int]) -> Iterator[str]:
    """A yes is a record of the caller's, at the place that was told."""
    request = ack.request
    if isinstance(request.command, GetHold | GetOrder | GetGathering | GetFigures | WaitlistQuestion):
        return
    told = f"{request.principal}'s {type(request.command).__name__} under {request.idem!r}"
    if not 1 <= seq <= len(records):
        yield f"{told} was acknowledged at {seq}, where no record is"
        return
    record = records[seq - 1]
    if record.principal != request.principal or record.idem != request.idem:
        yield f"{told} was acknowledged at {seq}, where another record is"
    elif isinstance(record.event, Refused):
        yield f"{told} was acknowledged at {seq}, where it is refused"
    elif request.idem is not None and stands[request.principal, request.idem] != seq:
        yield f"{told} was acknowledged at {seq}, and has a second record"
