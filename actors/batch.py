"""One call's worth of answers: filled in any order, sent back together."""

from __future__ import annotations

import asyncio

from actors.wire import Answer


class Batch:
    """Collects the answers of one call; `done` resolves when the last one is in.

    A section keeps `(batch, index)` for each ask it could not answer at once, which costs
    nothing but the tuple: no future or closure for every command.
    """

    __slots__ = ("_missing", "answers", "done")

    def __init__(self, size: int, done: asyncio.Future[list[Answer | None]]) -> None:
        """A batch of `size` asks, none answered yet."""
        self.answers: list[Answer | None] = [None] * size
        self.done = done
        self._missing = size

    def put(self, index: int, answer: Answer) -> None:
        """Fill in one answer; each index exactly once."""
        self.answers[index] = answer
        self._missing -= 1
        if not self._missing and not self.done.done():
            self.done.set_result(self.answers)
