"""What is free of an event by category, as those who wait are told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Final

from engine.offers import offers, unpacked
from gateway.live.feed import UNKNOWN, SectionFeed
from gateway.sections.directory import EventMap
from protocol.queue import CategoryLeft

LOOK_EVERY_S: Final = 3.0
"""What is left is looked at, and told to everybody who waits, so often at most."""
CATEGORIES_MAX: Final = 32
"""Of an event with more categories than these only the sum is told."""


class Stock:
    """What is left of an event whose sections these `feeds` follow; only sections that moved are looked at.

    `left` is None until all sections are known, and `version` grows with every change of it.
    """

    def __init__(self, event: EventMap, feeds: Iterable[SectionFeed]) -> None:
        self.left: tuple[CategoryLeft, ...] | None = None
        self.version = 0
        self._event = event
        self._feeds = tuple(feeds)
        self._found: dict[SectionFeed, tuple[tuple[str, int], dict[str, int]]] = {}
        self._looked_s = float("-inf")

    def look(self, now_s: float) -> bool:
        """Look again if it is time to; whether something else is left now."""
        if now_s - self._looked_s < LOOK_EVERY_S or len(self._event.plan.categories) > CATEGORIES_MAX:
            return False
        self._looked_s = now_s
        if any(feed.seq == UNKNOWN for feed in self._feeds):
            return False
        left = self._added_up()
        if left == self.left:
            return False
        self.left = left
        self.version += 1
        return True

    def _added_up(self) -> tuple[CategoryLeft, ...]:
        free = Counter[str]()
        for feed in self._feeds:
            free.update(self._free(feed))
        categories = self._event.plan.categories
        return tuple(
            CategoryLeft(each.key, each.label, free[each.key]) for each in categories if each.key in free
        )

    def _free(self, feed: SectionFeed) -> dict[str, int]:
        position, found = self._found.get(feed, (("", UNKNOWN), {}))
        if position != feed.position:
            outline = self._event.outline(feed.section)
            packed, areas = feed.statuses()
            statuses = unpacked(packed, outline.seat_count)
            found = {
                each.category: each.free for each in offers(outline, statuses, areas, self._event.info.terms)
            }
            self._found[feed] = feed.position, found
        return found
