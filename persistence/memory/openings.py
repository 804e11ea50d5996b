"""Sales that open by themselves, in memory."""

from __future__ import annotations

from msgspec.structs import replace

from engine.catalogue import EventInfo, Opening, opening_ms
from engine.journal import StorageUnavailable
from persistence.memory.database import MemoryDatabase


class MemoryOpenings:
    """Over the events of a `MemoryCatalogue`, whose own dictionary `events` is; `due_ms` is by event."""

    def __init__(self, database: MemoryDatabase, events: dict[str, EventInfo]) -> None:
        self._database = database
        self._events = events
        self.due_ms: dict[str, int] = {}

    def stands(self, event: EventInfo) -> None:
        """The event has another status."""
        at_ms = opening_ms(event.status, event.billing)
        self.due_ms.pop(event.id, None)
        if at_ms is not None:
            self.due_ms[event.id] = at_ms

    def billed(self, event: EventInfo) -> None:
        """The event is announced otherwise; one that is just being opened goes on to be."""
        if event.status == "published":
            self.stands(event)

    async def claim(self, now_ms: int, due_ms: int, limit: int) -> list[Opening]:
        """Those that are due, longest first, which nobody else is given before `due_ms`."""
        self._reach()
        due = sorted((at_ms, event) for event, at_ms in self.due_ms.items() if at_ms <= now_ms)[:limit]
        self.due_ms.update((event, due_ms) for _, event in due)
        return [Opening(event, due_ms) for _, event in due]

    async def begin(self, event_id: str, now_ms: int) -> bool:
        """Have a published event be open if its hour has come; whether it is open now."""
        self._reach()
        event = self._events.get(event_id)
        if event is None or event.status != "published":
            return event is not None and event.status == "open"
        opens_ms = event.billing.opens_ms
        if opens_ms is None or opens_ms > now_ms:
            return False
        self._events[event_id] = replace(event, status="open")
        return True

    async def done(self, opening: Opening) -> None:
        """Nobody need look at it again, unless somebody set another hour meanwhile."""
        self._reach()
        if self.due_ms.get(opening.event) == opening.due_ms:
            del self.due_ms[opening.event]

    def _reach(self) -> None:
        if self._database.down:
            raise StorageUnavailable("the database is down")
