"""Which records of other streams a record rests on: nobody is to be shown it before those.

A hold over several sections rests on the records that lent its parts, and what a section does with
a part of its rests on the record that decided so.
"""

from __future__ import annotations

from engine.events import AnyEvent, HoldChanged, HoldPlaced, PartSettled

Causes = tuple[tuple[int, int], ...]
"""Streams, each with the number of its record."""


def rests_on(event: AnyEvent) -> Causes:
    """The records that an event rests on; its own stream's may be among them."""
    # Asked by `type`, because `isinstance` takes ten times as long to say no of a struct.
    if type(event) is HoldPlaced or type(event) is HoldChanged:
        return tuple([(part.stream, part.seq) for part in event.parts]) if event.parts else ()
    return ((event.by_stream, event.by_seq),) if type(event) is PartSettled else ()
