"""What relay and consumers need from outside. The composition root hands over the real ones."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from engine.bus import Backlog, Position
from engine.due_rows import DueRow
from engine.journal import StoredRecord, StreamSource
from workers.message import Message


class Journal(Protocol):
    """Where records are read. May raise `engine.journal.StorageError`."""

    async def source(self, stream: int) -> StreamSource:
        """What the stream is."""

    async def read(self, stream: int, after_seq: int, limit: int) -> list[StoredRecord]:
        """Records in order and without a gap."""


class Positions(Protocol):
    """How far each stream was relayed, and which relay may say so. May raise `StorageUnavailable`.

    Whoever writes names the epoch of its lease; a position only ever moves forward.
    """

    async def take_lease(self, owner: str, ttl_ms: int) -> int | None:
        """The epoch of the lease that `owner` has from now on; None while another one has it."""

    async def give_up(self, owner: str) -> None:
        """Let go of the lease, so that the next one need not wait."""

    async def behind(self, streams_max: int) -> list[Backlog]:
        """Streams with records that were not relayed."""

    async def behind_of(self, streams: Sequence[int]) -> list[Backlog]:
        """Those of these that have some."""

    async def advance(self, epoch: int, moved: Sequence[Backlog]) -> bool:
        """Keep that these streams were relayed up to their `last_seq`; False for an old epoch."""


class Outlet(Protocol):
    """Where a relay sends to: the broker, or handlers in this process."""

    async def look(self) -> None:
        """Learn what `wants` goes by, once the records that it is asked about are written.

        May raise `StorageUnavailable`.
        """

    def wants(self, kind: str) -> bool:
        """Whether news of this kind has to be sent at all, as of the last look."""

    async def send(self, messages: Sequence[Message]) -> None:
        """Return once whoever is next has all of these for good. May be told the same again.

        Raises `BrokerAway` when that is not known, and `StorageUnavailable`.
        """


class Consumer(Protocol):
    """Whoever acts on news, once on each piece of it.

    `topics` are patterns of AMQP's kind. Messages of one stream come in order, and each may
    come again at any time, also long after it took effect: what was taken in is kept in the
    same transaction as its effect.
    """

    @property
    def name(self) -> str:
        """Its name: that of its queue, and of its part in the inbox."""

    @property
    def topics(self) -> tuple[str, ...]:
        """What it wants to hear of."""

    def wants(self, kind: str) -> bool:
        """Whether it would do anything about news of this kind, as of the last look; cheap."""

    async def look(self) -> None:
        """Learn what `wants` goes by. May raise `StorageUnavailable`."""

    async def take(self, messages: Sequence[Message]) -> None:
        """Act on all of these, or on none of them and raise.

        `StorageUnavailable` means later; anything else that it cannot act on this.
        """


class Keeping(Protocol):
    """Where what comes of messages is kept, once for each."""

    async def keep(
        self, consumer: str, table: str, rows: Mapping[Position, Sequence[DueRow]], at_ms: int
    ) -> int:
        """Keep the rows of messages that come for the first time."""


class DeadLetters(Protocol):
    """Where messages go that a consumer cannot act on, for a person to look at."""

    async def bury(self, consumer: str, message: Message, reason: str, at_ms: int) -> None:
        """Keep a message. May raise `StorageUnavailable`."""


Clock = Callable[[], int]
"""Unix milliseconds."""
