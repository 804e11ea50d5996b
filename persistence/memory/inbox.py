"""What consumers have taken in, in memory."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from engine.bus import Position, TrailRow
from engine.due_rows import DueRow
from engine.journal import StorageUnavailable
from persistence.memory.database import MemoryDatabase


class MemoryInbox:
    """The inboxes of all consumers. Every call raises `StorageUnavailable` while the database is down.

    `tables` has what was kept, `letters` what was put aside, by consumer and position.
    """

    def __init__(self, database: MemoryDatabase) -> None:
        self.tables: dict[str, dict[str, DueRow]] = {"letters": {}, "deliveries": {}}
        self.letters: dict[tuple[str, int, int, int], bytes] = {}
        self._database = database
        self._taken: dict[tuple[str, int, int, int], int] = {}

    def fresh(self, consumer: str, positions: Mapping[Position, object], at_ms: int) -> list[Position]:
        """Those that come for the first time; they are taken in now."""
        self._reach()
        new = [each for each in positions if (consumer, *each) not in self._taken]
        self._taken.update({(consumer, *each): at_ms for each in new})
        return new

    async def keep(
        self, consumer: str, table: str, rows: Mapping[Position, Sequence[DueRow]], at_ms: int
    ) -> int:
        """Keep the due rows that messages led to, once for each message; how many messages were new."""
        new = self.fresh(consumer, rows, at_ms)
        for position in new:
            for row in rows[position]:
                self.tables[table].setdefault(row.id, row)
        return len(new)

    async def bury(self, consumer: str, position: Position, reason: str, body: bytes, at_ms: int) -> None:
        """Keep a message that a consumer cannot act on."""
        self._reach()
        self.letters[consumer, *position] = body

    async def dead(self) -> dict[str, int]:
        """How many messages of each consumer were put aside."""
        self._reach()
        consumers = [consumer for consumer, *_ in self.letters]
        return {each: consumers.count(each) for each in dict.fromkeys(consumers)}

    async def forget(self, before_ms: int) -> int:
        """Drop what was taken in before a time."""
        self._reach()
        old = [key for key, at_ms in self._taken.items() if at_ms < before_ms]
        for key in old:
            del self._taken[key]
        return len(old)

    async def close(self) -> None:
        """Nothing to close. May be called twice."""

    def _reach(self) -> None:
        if self._database.down:
            raise StorageUnavailable("the database is down")


class MemoryAuditTrail:
    """The audit trail in memory, beside an inbox."""

    def __init__(self, inbox: MemoryInbox) -> None:
        self.rows: list[TrailRow] = []
        self._inbox = inbox

    async def write(self, consumer: str, rows: Sequence[TrailRow], at_ms: int) -> int:
        """Write what is not written yet; how much that was."""
        by_position = {(row.stream, row.seq, row.part): row for row in rows}
        new = self._inbox.fresh(consumer, by_position, at_ms)
        self.rows += [by_position[position] for position in new]
        return len(new)

    async def close(self) -> None:
        """Nothing to close. May be called twice."""
