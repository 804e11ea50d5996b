"""An event loop whose clock jumps to the next timer: no threads, no sockets, one order of events.

What runs belongs to a process (`processes.Process`) that is found in its context, as tasks
and callbacks inherit it. The turns of a dead process never come; those of a frozen one
wait until it is thawed. Turns that are due at the same time come in the order in which they
were asked for.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from concurrent.futures import Executor
from contextvars import Context, copy_context
from heapq import heappop, heappush
from typing import Any, TypeVar, TypeVarTuple

from proof.simulation.processes import PROCESS, Process, ProcessEnded

T = TypeVar("T")
Ts = TypeVarTuple("Ts")
TURNS_MAX = 20_000_000
"""More turns than any sale needs: who takes them goes round in circles."""


class Stuck(Exception):
    """Nothing is left to happen, or nothing but going round in circles, and the sale is not over."""


class Turn(asyncio.TimerHandle):
    """A callback that was asked for, of a process or (None) of the world."""

    __slots__ = ("process",)

    def __init__(
        self,
        when: float,
        callback: Callable[..., object],
        args: tuple[Any, ...],
        loop: asyncio.AbstractEventLoop,
        context: Context | None,
    ) -> None:
        if context is None:
            context = copy_context()
        self.process: Process | None = context.get(PROCESS)
        super().__init__(when, callback, args, loop, context)


class VirtualLoop(asyncio.BaseEventLoop):
    """Runs one world. `time()` starts at 0; `broken` has what failed outside anybody's care."""

    def __init__(self) -> None:
        super().__init__()
        self._now = 0.0
        self._due: deque[Turn] = deque()
        self._timers: list[tuple[float, int, Turn]] = []
        self._asked = 0
        self._stopped = False
        self._over = False
        # What a dead process left must not be freed while others run: its coroutines would
        # be closed then, and whatever they do at their end would be done in others' names.
        self._graveyard: list[Turn] = []
        self.turns = 0
        self.broken: list[str] = []

    def time(self) -> float:
        """Virtual seconds since the world began."""
        return self._now

    def get_debug(self) -> bool:
        """Never: what debugging does would be part of the sale."""
        return False

    def call_soon(
        self, callback: Callable[[*Ts], object], *args: *Ts, context: Context | None = None
    ) -> asyncio.Handle:
        """Run `callback` after all that is due now."""
        turn = Turn(self._now, callback, args, self, context)
        if not self._over:
            self._due.append(turn)
        return turn

    def call_later(
        self, delay: float, callback: Callable[[*Ts], object], *args: *Ts, context: Context | None = None
    ) -> asyncio.TimerHandle:
        """Run `callback` when `delay` virtual seconds have passed."""
        return self.call_at(self._now + delay, callback, *args, context=context)

    def call_at(
        self, when: float, callback: Callable[[*Ts], object], *args: *Ts, context: Context | None = None
    ) -> asyncio.TimerHandle:
        """Run `callback` at a virtual time."""
        turn = Turn(when, callback, args, self, context)
        if not self._over:
            self._asked += 1
            heappush(self._timers, (when, self._asked, turn))
        return turn

    def _timer_handle_cancelled(self, handle: asyncio.TimerHandle) -> None:
        """Nothing: cancelled turns are passed over when they come up."""

    def run_in_executor(
        self, executor: Executor | None, func: Callable[[*Ts], T], *args: *Ts
    ) -> asyncio.Future[T]:
        """Do the work of a thread at once, and tell of it in a later turn."""
        future: asyncio.Future[T] = self.create_future()
        try:
            result = func(*args)
        except Exception as error:  # noqa: BLE001 - whoever waits for the thread gets it
            self.call_soon(future.set_exception, error)
        else:
            self.call_soon(future.set_result, result)
        return future

    def run_forever(self) -> None:
        """Take turns until `stop`. Raises `Stuck`."""
        self._stopped = False
        asyncio._set_running_loop(self)
        try:
            while not self._stopped:
                self._take_turns()
        finally:
            asyncio._set_running_loop(None)

    def is_running(self) -> bool:
        """Whether turns are being taken."""
        return asyncio._get_running_loop() is self

    def stop(self) -> None:
        """Take no turn after this one."""
        self._stopped = True

    def _take_turns(self) -> None:
        due = self._due
        if not due:
            self._jump()
        while due and not self._stopped:
            turn = due.popleft()
            if turn.cancelled():
                continue
            process = turn.process
            if process is not None and not process.running:
                (process.parked if process.alive else self._graveyard).append(turn)
                continue
            self.turns += 1
            turn._run()
        if self.turns > TURNS_MAX:
            raise Stuck(f"{self.turns} turns at {self._now:.3f} s")

    def _jump(self) -> None:
        """Go to the time of the next timer, and make due what is due then."""
        timers = self._timers
        if not timers:
            raise Stuck(f"nothing is left to happen at {self._now:.3f} s")
        when = timers[0][0]
        self._now = max(self._now, when)
        while timers and timers[0][0] <= when:
            self._due.append(heappop(timers)[2])

    def resume(self, turns: list[Turn]) -> None:
        """Make due what a process missed while it was frozen."""
        self._due.extend(turns)

    def default_exception_handler(self, context: dict[str, Any]) -> None:
        """Keep what nobody caught; the end of a process is no failure."""
        error = context.get("exception")
        if not self._over and not isinstance(error, ProcessEnded):
            self.broken.append(f"{context.get('message')}: {error!r}")

    def end(self) -> None:
        """Let nothing happen any more, whatever is freed now."""
        self._over = True
        self._due.clear()
        self._timers.clear()
        self._graveyard.clear()
        self.close()
