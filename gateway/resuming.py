"""What a client wants to go on with when it comes back."""

from __future__ import annotations

from protocol.requests import Position, SubscribeBody


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
