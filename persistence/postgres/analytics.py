"""What is told of the counts, from PostgreSQL."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from engine.analytics import (
    EventSum,
    Group,
    MinuteSum,
    OrderFact,
    OrderLine,
    Progress,
    Ranking,
    SalesSum,
    StepSum,
    SystemSum,
    TurnedAwaySum,
)
from engine.catalogue import Mode
from persistence.postgres.connection import UNNAMED, DedicatedConnection
from persistence.sql import load_statements

SQL: Final = load_statements("persistence.postgres", "analytics.sql")
TIMEOUT_S: Final = 10.0
GROUPS: Final[dict[Group, str]] = {"section": "section", "category": "category", "channel": "channel"}
RANKINGS: Final[dict[Ranking, str]] = {
    "revenue": "revenue",
    "sold": "sold",
    "held": "held",
    "refused": "refused",
}
FACT: Final = OrderFact.__struct_fields__


class PostgresAnalytics:
    """Reads what projectors counted. Every call may raise `StorageUnavailable`."""

    def __init__(self, dsn: str) -> None:
        self._connection = DedicatedConnection(dsn, UNNAMED, TIMEOUT_S)

    async def progress(self, event: str) -> Progress:
        """How far the counts of an event are."""
        [row] = await self._fetch("progress", event)
        return Progress(row["behind"], row["at_ms"])

    async def steps(self, event: str, first_day: int, last_day: int) -> list[StepSum]:
        """What was counted of an event by day, both days included."""
        return [StepSum(**row) for row in await self._fetch("steps", event, first_day, last_day)]

    async def turn_away(self, counts: Sequence[TurnedAwaySum]) -> None:
        """Add to how many were turned away."""
        columns = zip(*((each.event, each.day, each.code, each.count) for each in counts), strict=True)
        await self._connection.execute(SQL["turn_away"], *map(list, columns))

    async def turned_away(self, event: str, first_day: int, last_day: int) -> dict[str, int]:
        """How many of an event were turned away by code, the most frequent first, both days included."""
        rows = await self._fetch("turned_away", event, first_day, last_day)
        return {row["code"]: row["count"] for row in rows}

    async def sales(self, event: str, first_day: int, last_day: int, by: Group) -> list[SalesSum]:
        """Seats and places of an event in groups."""
        statement = SQL["sales"].replace("{group}", GROUPS[by])
        rows = await self._connection.fetch(statement, event, first_day, last_day)
        return [SalesSum(**row) for row in rows]

    async def minutes(self, event: str, first_minute: int, last_minute: int) -> list[MinuteSum]:
        """What was counted of an event by minute, both included."""
        return [MinuteSum(**row) for row in await self._fetch("minutes", event, first_minute, last_minute)]

    async def top(
        self, organiser: str, mode: Mode, first_day: int, last_day: int, by: Ranking, limit: int
    ) -> list[EventSum]:
        """The events of an organiser that have the most of something in these days."""
        statement = SQL["top"].replace("{ranking}", RANKINGS[by])
        rows = await self._connection.fetch(statement, organiser, mode, first_day, last_day, limit)
        return [EventSum(**row) for row in rows]

    async def orders(self, event: str, after: str, limit: int) -> list[OrderLine]:
        """Orders of an event by id, from behind `after` on."""
        return [_line(row) for row in await self._fetch("orders", event, after, limit)]

    async def system(self, day: int, minute: int) -> SystemSum:
        """All of the house, with what was counted on that day and in that minute."""
        events = await self._fetch("events_by_status")
        [stock] = await self._fetch("stock")
        of_day = await self._fetch("all_of_day", day)
        of_minute = await self._fetch("all_of_minute", minute)
        return SystemSum(
            {row["status"]: row["events"] for row in events},
            **stock,
            day={row["step"]: row["count"] for row in of_day},
            minute={row["step"]: row["count"] for row in of_minute},
        )

    async def close(self) -> None:
        """Close the connection. May be called twice."""
        await self._connection.close()

    async def _fetch(self, name: str, *arguments: object) -> list[Any]:
        return await self._connection.fetch(SQL[name], *arguments)


def _line(row: Any) -> OrderLine:
    fact = OrderFact(*(row[name] for name in FACT))
    return OrderLine(fact, row["buyer_name"], row["buyer_email"], row["provider"])
