"""Processes that are none: what belongs to one shares its fate and its clock."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from contextvars import Context, ContextVar, copy_context
from typing import Any, Final, TypeVar

T = TypeVar("T")
PROCESS: Final[ContextVar[Process | None]] = ContextVar("process", default=None)
"""Whose turn it is; None for the world itself."""
MORNING_MS: Final = 1_790_000_000_000
"""Unix time at which every world begins."""


class ProcessEnded(BaseException):
    """Thrown where a process ends itself: nothing after that point is executed."""


class Process:
    """Something that runs, can be frozen and thawed, and dies without a word.

    `running` is what the loop asks: alive and not frozen. `resume` is told of each thaw, and
    `on_death`, once, of the end.
    """

    def __init__(
        self,
        name: str,
        loop: asyncio.AbstractEventLoop,
        resume: Callable[[Process], None],
        on_death: Callable[[Process], None],
    ) -> None:
        self.name = name
        self.alive = True
        self.running = True
        self._loop = loop
        self._resume = resume
        self._on_death = on_death
        self.context: Context = copy_context()
        self.context.run(PROCESS.set, self)

    @property
    def frozen(self) -> bool:
        """Whether it is stopped but not dead."""
        return self.alive and not self.running

    def run(self, work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        """Run a coroutine in this process."""
        return self._loop.create_task(work, context=self.context)

    def spawn(self, work: Coroutine[Any, Any, object]) -> None:
        """Run a coroutine in this process for which nobody waits."""
        self.run(work).add_done_callback(_taken)

    def call(self, function: Callable[..., object], *args: Any) -> None:
        """Have the world run a function in this process: now, or once it is thawed."""
        if self.running:
            self.context.run(function, *args)
        else:
            self._loop.call_soon(function, *args, context=self.context)

    def kill(self) -> None:
        """End it between two of its turns; may be called twice."""
        if self.alive:
            self.alive = self.running = False
            self._on_death(self)

    def end_itself(self) -> None:
        """End it from inside. Raises `ProcessEnded`."""
        self.kill()
        raise ProcessEnded(self.name)

    def freeze(self) -> None:
        """Stop it, as SIGSTOP does: its timers run out meanwhile, its messages wait."""
        self.running = False

    def thaw(self) -> None:
        """Let it go on with all that it missed."""
        if self.frozen:
            self.running = True
            self._resume(self)


def _taken(_task: asyncio.Task[object]) -> None:
    """Nobody waits for it; what it failed with the loop hears of."""


class NodeClock:
    """The clock of a machine. `skew_ms` is how far its wall clock is off; it may jump."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.monotonic = loop.time  # virtual seconds; they go on while a process is frozen
        self.skew_ms = 0

    def now_ms(self) -> int:
        """Unix milliseconds as this machine believes them to be."""
        return MORNING_MS + int(self.monotonic() * 1000) + self.skew_ms
