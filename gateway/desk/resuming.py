"""What a client wants to go on with when it comes back."""

from __future__ import annotations

import asyncio
from typing import Final

from engine.journal import StorageError
from gateway.live.watching import Watching
from gateway.sections.directory import Directory, EventMap
from gateway.websocket.session import Session, SessionState
from protocol.requests import Position, SubscribeBody

RESUME_RETRY_S: Final = 0.25
RESUMED_EVENTS_MAX: Final = 32
"""Events that a client finds again without asking for each."""


async def resume(
    session: Session, directory: Directory, watching: Watching, positions: dict[str, Position]
) -> None:
    """Go on with what a session that was lost had subscribed to."""
    for body in resumed(positions)[:RESUMED_EVENTS_MAX]:
        event = await _find(session, directory, body.event)
        if event is not None and session.state is not SessionState.CLOSED:
            watching.subscribe(event, body)


async def _find(session: Session, directory: Directory, event_id: str) -> EventMap | None:
    """An event that a client goes on with, however long storage is away: there is no reply to say so."""
    while session.state is not SessionState.CLOSED:
        try:
            return await directory.event(event_id)
        except StorageError:
            await asyncio.sleep(RESUME_RETRY_S)
    return None


def resumed(positions: dict[str, Position]) -> list[SubscribeBody]:
    """The subscriptions that a client's last known positions stand for.

    A channel with a section is watched seat by seat, an event's own channel as counts.
    """
    after_by_event: dict[str, dict[str, Position]] = {}
    bodies = []
    for channel, position in positions.items():
        event, separator, _section = channel.partition("/")
        if separator:
            after_by_event.setdefault(event, {})[channel] = position
        else:
            bodies.append(SubscribeBody(event, detail="counts"))
    for event, after in after_by_event.items():
        names = tuple(channel.partition("/")[2] for channel in after)
        bodies.append(SubscribeBody(event, names, "seats", after))
    return bodies
