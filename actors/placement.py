"""Which actor owns which section: one each, until an event has more sections than its budget.

A pure function of the event and the budget, so that all gateways agree without talking. How
many actors an event may have was settled when it was created; as many as there are cores serve
it best, because sections that share an actor share its commits.
Beyond the budget the largest sections keep an actor of their own and the small ones share
the rest, spread by size (longest processing time first). Small events share a few actors
with each other: a process each would cost more memory than a venue with many rooms has.
"""

from __future__ import annotations

import heapq
import zlib
from collections.abc import Awaitable, Callable

import msgspec

from actors.limits import RouterLimits
from engine.catalogue import EventInfo, SectionInfo

OWN_SHARE = 0.5
"""The part of a budget that goes to the largest sections, one actor each."""
SMALL_EVENT_PLACES = 1_000
"""A house of this size is all held in a fraction of a second, whoever shares its actor."""


class Budget(msgspec.Struct, frozen=True):
    """How many actors all events with fewer than `small` places share."""

    shared: int
    small: int = SMALL_EVENT_PLACES


def place(event: EventInfo, budget: Budget) -> dict[int, str]:
    """The actor's name for each stream of an event, and one for its waiting room."""
    if sum(map(_size, event.sections)) < budget.small:
        shared = f"shared:{zlib.crc32(event.id.encode()) % budget.shared}"
        placed = {section.stream: shared for section in event.sections}
    else:
        placed = _place_sections(event)
    if event.queue is not None:
        placed[event.queue.stream] = f"queue:{event.id}"
    return placed


def _place_sections(event: EventInfo) -> dict[int, str]:
    budget = event.actors
    by_size = sorted(event.sections, key=lambda section: (-_size(section), section.ordinal))
    if len(by_size) <= budget:
        return {section.stream: _name(event, index) for index, section in enumerate(by_size)}
    own = int(budget * OWN_SHARE)
    placed = {section.stream: _name(event, index) for index, section in enumerate(by_size[:own])}
    shared = [(0, index) for index in range(own, budget)]
    for section in by_size[own:]:
        load, index = heapq.heappop(shared)
        placed[section.stream] = _name(event, index)
        heapq.heappush(shared, (load + _size(section), index))
    return placed


def _size(section: SectionInfo) -> int:
    return section.seats + section.ga_capacity


def _name(event: EventInfo, index: int) -> str:
    return f"section:{event.id}:{index}"


class CataloguePlacement:
    """Places streams by looking their events up; an event's sections never change.

    Where the `known_max` streams that were looked up last are is remembered.
    """

    def __init__(
        self,
        event_of_stream: Callable[[int], Awaitable[EventInfo | None]],
        budget: Budget,
        known_max: int = RouterLimits().streams_known_max,
    ) -> None:
        self._event_of_stream = event_of_stream
        self._budget = budget
        self._known_max = known_max
        self._known: dict[int, str] = {}

    async def locate(self, stream: int) -> str | None:
        """The actor's name; None when there is no such stream."""
        known = self._known.get(stream)
        if known is not None:
            return known
        event = await self._event_of_stream(stream)
        if event is None:
            return None
        placed = place(event, self._budget)
        self._known.update(placed)
        while len(self._known) > self._known_max:
            del self._known[next(iter(self._known))]
        return placed.get(stream)
