"""Appends of many streams over one connection: what waits for its turn goes in one statement.

Sections that share an actor share its writer's connection, and a commit costs the same
whatever it carries. So while one statement is on its way the appends of other streams
gather, and the next statement takes them all. Each is fenced by its own lease: one that
lost its stream takes nothing from the others.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from functools import partial
from itertools import repeat
from typing import Final

import asyncpg
import msgspec

from persistence.checksum import record_checksum
from persistence.postgres.connection import DedicatedConnection
from persistence.sql import load_statements

SQL: Final = load_statements("persistence.postgres", "section_store.sql")
TOGETHER_MAX: Final = 64
"""How many streams' appends may share a statement; those that come later take the next one."""


class Append(msgspec.Struct, frozen=True):
    """Records of one stream that are to become durable, the first as number `first_seq`."""

    stream: int
    epoch: int
    first_seq: int
    at_ms: int
    records: Sequence[bytes]

    def checksums(self) -> list[int]:
        """What ties each record to its place."""
        numbered = enumerate(self.records, self.first_seq)
        return [record_checksum(self.stream, seq, self.epoch, data) for seq, data in numbered]


class Appends:
    """Gathers appends and sends them; one statement at a time, in the order in which they came."""

    def __init__(self, writer: DedicatedConnection) -> None:
        """Appends over the connection `writer`."""
        self._writer = writer
        self._waiting: list[tuple[Append, asyncio.Future[bool]]] = []
        self._sending: asyncio.Task[None] | None = None

    async def add(self, append: Append) -> bool:
        """Whether the records became durable; False says that another lease is stored.

        Raises `StorageUnavailable`, as all do whose statement failed. What was sent runs to its end
        whoever gives up waiting.
        """
        done: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._waiting.append((append, done))
        if self._sending is None:
            self._sending = asyncio.create_task(self._send_all())
        return await done

    async def _send_all(self) -> None:
        while self._waiting:
            sent, self._waiting = self._waiting[:TOGETHER_MAX], self._waiting[TOGETHER_MAX:]
            appends = [append for append, _ in sent]
            try:
                # Nobody cancels this task: callers wait for their futures.
                durable = await self._writer.run_uncancelled(partial(_send, appends=appends))
            except Exception as error:  # noqa: BLE001  # it is theirs who wait for it
                for _, done in sent:
                    if not done.done():
                        done.set_exception(error)
            else:
                for (_, done), stands in zip(sent, durable, strict=True):
                    if not done.done():
                        done.set_result(stands)
        self._sending = None


async def _send(connection: asyncpg.Connection, appends: Sequence[Append]) -> list[bool]:
    """Which of the appends stand; each is fenced by itself, and all are one commit."""
    if len(appends) == 1:
        return [await _send_one(connection, appends[0])]
    # Leases are locked in one order everywhere, so that two owners cannot wait for each other.
    ordered = sorted(range(len(appends)), key=lambda index: appends[index].stream)
    rows = await connection.fetch(SQL["append_blocks"], *_columns([appends[index] for index in ordered]))
    stand = {ordered[row["place"] - 1] for row in rows}
    return [index in stand for index in range(len(appends))]


async def _send_one(connection: asyncpg.Connection, append: Append) -> bool:
    tag = await connection.execute(
        SQL["append_records"],
        append.stream,
        append.epoch,
        append.first_seq,
        append.at_ms,
        append.records,
        append.checksums(),
    )
    return bool(tag == f"INSERT 0 {len(append.records)}")


def _columns(appends: Sequence[Append]) -> tuple[list[int] | list[bytes], ...]:
    """The parameters of `append_blocks`: five columns of blocks, then four of records."""
    places: list[int] = []
    numbers: list[int] = []
    checksums: list[int] = []
    records: list[bytes] = []
    for place, append in enumerate(appends, 1):
        size = len(append.records)
        places.extend(repeat(place, size))
        numbers.extend(range(append.first_seq, append.first_seq + size))
        checksums.extend(append.checksums())
        records.extend(append.records)
    return (
        [append.stream for append in appends],
        [append.epoch for append in appends],
        [append.first_seq for append in appends],
        [len(append.records) for append in appends],
        [append.at_ms for append in appends],
        places,
        numbers,
        checksums,
        records,
    )
