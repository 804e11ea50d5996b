"""One call's worth of answers: filled in any order, sent back together."""

from __future__ import annotations

from collections.abc import Callable

from actors.wire import Answer


class Batch:
    """Collects the answers of one call; `on_full` gets them when the last one is in.

    A section keeps `(batch, index)` for each ask it could not answer at once, which costs
    nothing but the tuple: no future or closure for every command.
    """

    __slots__ = ("_answers", "_missing", "_on_full")

    def __init__(self, size: int, on_full: Callable[[list[Answer | None]], None]) -> None:
        """A batch of `size` asks, none answered yet."""
        self._answers: list[Answer | None] = [None] * size
        self._on_full = on_full
        self._missing = size

    def put(self, index: int, answer: Answer) -> None:
        """Fill in one answer; each index exactly once."""
        self._answers[index] = answer
        self._missing -= 1
        if not self._missing:
            self._on_full(self._answers)
