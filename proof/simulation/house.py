"""What a crowd knows of the house: what is on sale, and the ids that went round."""

from __future__ import annotations

import msgspec

from engine.catalogue import EventInfo
from engine.layout import SectionLayout
from engine.plan import Plan


class Taste(msgspec.Struct, frozen=True):
    """What the crowd of one day is like.

    `beat_s`: everybody acts at the same beat; `across`: how often seats of two sections are wanted
    together; `waiting`: how many times as many as usual wait for seats.
    """

    beat_s: float
    across: float
    waiting: int


class House:
    """What is on sale, and the ids that went round."""

    def __init__(self, info: EventInfo, plan: Plan, taste: Taste) -> None:
        self.beat_s = taste.beat_s
        self.taste = taste
        self.silent_until = 0.0
        self.event = info.id
        self.sections = [SectionLayout(plan, part.name) for part in plan.sections]
        self.areas = [area.name for part in plan.sections for area in part.areas]
        self.queued = info.queue is not None
        self.passes: list[tuple[str, str]] = []
        """Passes that went round, with whose they are."""
        self.streams = {part.name: part.stream for part in info.sections}
        self.holds: list[tuple[str, str]] = []
        self.orders: list[tuple[str, str]] = []
        self.entries: list[str] = []
        """Entries of the waitlist, those who joined last at the end."""
        self.steps: list[str] = []
        """Second steps of payments that wait for somebody to take them."""
        self.paid: list[tuple[str, tuple[str, ...]]] = []
        """Orders whose payment took time, with their seats."""
