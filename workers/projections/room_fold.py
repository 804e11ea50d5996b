"""Folds the records of a waiting room into counts: who came, who was let in, who left."""

from __future__ import annotations

from engine.queue.events import (
    MemberJoined,
    MemberLeft,
    MembersAdmitted,
    PlacesLapsed,
    RoomRecord,
    RoomRefused,
)
from workers.projections.sums import Sums


def take_room_record(sums: Sums, record: RoomRecord) -> None:
    """Count a record. Members are numbers, so that nothing has to be known of them."""
    sums.at_ms = record.at_ms
    match record.event:
        case MemberJoined(pass_expires_ms=pass_expires_ms):
            sums.count("queued")
            if pass_expires_ms:
                sums.count("admitted")
        case MembersAdmitted(numbers=numbers):
            sums.count("admitted", len(numbers))
        case MemberLeft():
            sums.count("left", reason="left")
        case PlacesLapsed(numbers=numbers):
            sums.count("left", len(numbers), reason="lapsed")
        case RoomRefused(refusal=refusal):
            sums.count("refused", reason=refusal.code.value)
        case _:
            pass  # how the room stands is told by the room
