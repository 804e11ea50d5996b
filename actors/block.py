"""What one group commit carries: records, what they change, and who waits for them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

import structlog

from actors import answers
from actors.batch import Batch
from actors.wire import Answer

log = structlog.get_logger()
ChangeT = TypeVar("ChangeT")


class Block(Generic[ChangeT]):
    """Everything decided since the last commit left; it becomes durable or is answered as unknown.

    `writes` say what is to be answered, and are asked only once it may be: all at once, which
    takes half the time of doing it between decisions.
    `reads` wait for the commit because they saw what it is to make durable; they have no
    effect of their own, so when it fails they can be told so for certain.
    """

    __slots__ = ("changes", "first_seq", "last_at_ms", "reads", "records", "writes")

    def __init__(self, first_seq: int) -> None:
        """An empty block whose first record will be `first_seq`."""
        self.first_seq = first_seq
        self.last_at_ms = 0
        self.records: list[bytes] = []
        self.changes: list[ChangeT] = []
        self.writes: list[tuple[Batch, int, Callable[[], Answer]]] = []
        self.reads: list[tuple[Batch, int, Answer]] = []

    @property
    def empty(self) -> bool:
        """Whether there is neither a record nor anybody waiting."""
        return not self.records and not self.reads

    @property
    def waiting(self) -> int:
        """How many asks wait for this block."""
        return len(self.writes) + len(self.reads)

    def answer(self) -> None:
        """The commit stands: everybody gets what was decided."""
        for batch, index, told in self.writes:
            batch.put(index, _made(told))
        for batch, index, answer in self.reads:
            batch.put(index, answer)

    def give_up(self, unknown: Answer, unread: Answer) -> None:
        """The outcome is not known: tell the writers `unknown` and the readers `unread`.

        The records stay in the block, which must still become durable or be fenced off;
        nobody waits for them any more.
        """
        for batch, index, _ in self.writes:
            batch.put(index, unknown)
        for batch, index, _ in self.reads:
            batch.put(index, unread)
        self.writes.clear()
        self.reads.clear()


def _made(told: Callable[[], Answer]) -> Answer:
    """An answer; should a bug stand in its way, what was decided is durable all the same."""
    try:
        return told()
    except Exception:
        log.exception("answer_failed")
        return answers.OUTCOME_UNKNOWN
