"""What the records of a waiting room are as news: how the room stands, and how many came through.

People in the line are numbers; their pushes come from the gateway, not from here.
"""

from __future__ import annotations

from engine.queue.events import (
    AnyRoomEvent,
    LineDrawn,
    MembersAdmitted,
    RoomEnded,
    RoomGathered,
    RoomOpened,
    RoomPaused,
    RoomResumed,
)
from workers.told import News


def room_news(event: AnyRoomEvent) -> News | None:  # noqa: PLR0911 - one arm for each kind of record
    """The news of a record, or None: most records of a room are nobody's affair outside."""
    match event:
        case RoomGathered():
            return News("queue.gathered", None, {})
        case LineDrawn():
            return News("queue.drawn", None, {})
        case RoomOpened():
            return News("queue.opened", None, {})
        case RoomPaused():
            return News("queue.paused", None, {})
        case RoomResumed():
            return News("queue.resumed", None, {})
        case RoomEnded():
            return News("queue.ended", None, {"sold_out": event.sold_out})
        case MembersAdmitted():
            return News("queue.admitted", None, {"count": len(event.numbers)})
        case _:
            return None
