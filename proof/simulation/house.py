"""What a crowd knows of the house: what is on sale, and the ids that went round."""

from __future__ import annotations

from engine.catalogue import EventInfo
from engine.layout import SectionLayout
from engine.plan import Plan


class House:
    """What is on sale, and the ids that went round."""

    def __init__(self, info: EventInfo, plan: Plan, beat_s: float) -> None:
        self.beat_s = beat_s
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
        self.steps: list[str] = []
        """Second steps of payments that wait for somebody to take them."""
        self.paid: list[tuple[str, tuple[str, ...]]] = []
        """Orders whose payment took time, with their seats."""
