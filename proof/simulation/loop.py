"""An event loop whose clock jumps to the next timer: no threads, no sockets, one order of events.

What runs belongs to a process (`processes.Process`) that is found in its context, as tasks
and callbacks inherit it. The turns of a dead process never come; those of a frozen one
wait until it is thawed. Turns that are due at the same time come in the order in which they
were asked for.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict, deque
from collections.abc import Callable
from concurrent.futures import Executor
from contextvars import Context, copy_context
from heapq import heappop, heappush
from typing import Any, TypeVar, TypeVarTuple

from proof.simulation.processes import PROCESS, Process, ProcessEnded

T = TypeVar("T")
Ts = TypeVarTuple("Ts")


class Stuck(Exception):
    """Nothing is left to happen, or nothing but going round in circles, and the sale is not over."""


class Turn(asyncio.TimerHandle):
    """A callback that was asked for, of a process or (None) of the world.

    Made by the hundred thousand in a sale, so it fills in what a handle has by itself.
    """

    __slots__ = ("args", "callback", "context", "dropped", "process", "time")

    def __init__(  # the parent's would do twice the work, for a loop that needs more
        self,
        time: float,
        callback: Callable[..., object],
        args: tuple[Any, ...],
        context: Context | None,
    ) -> None:
        if context is None:
            context = copy_context()
        self.time = time
        self.callback = callback
        self.args = args
        self.context = context
        self.process: Process | None = context.get(PROCESS)
        self.dropped = False

    def cancel(self) -> None:
        """It is not to come any more."""
        self.dropped = True

    def cancelled(self) -> bool:
        """Whether it was cancelled."""
        return self.dropped

    def when(self) -> float:
        """Its virtual time."""
        return self.time

    def __hash__(self) -> int:
        return id(self)

    def __eq__(self, other: object) -> bool:
        return self is other

    def __repr__(self) -> str:
        return f"<turn at {self.time:.6f}: {self.callback!r}>"


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
        self._parked: defaultdict[Process, list[Turn]] = defaultdict(list)
        self.turns = 0
        self.turns_max = 1_000_000
        """More than a sale needs: who takes them goes round in circles."""
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
        turn = Turn(self._now, callback, args, context)
        if not self._over:
            self._due.append(turn)
        return turn

    def call_later(
        self, delay: float, callback: Callable[[*Ts], object], *args: *Ts, context: Context | None = None
    ) -> asyncio.TimerHandle:
        """Run `callback` when `delay` virtual seconds have passed."""
        when = self._now + delay
        turn = Turn(when, callback, args, context)
        if not self._over:
            self._asked += 1
            heappush(self._timers, (when, self._asked, turn))
        return turn

    def call_at(
        self, when: float, callback: Callable[[*Ts], object], *args: *Ts, context: Context | None = None
    ) -> asyncio.TimerHandle:
        """Run `callback` at a virtual time."""
        turn = Turn(when, callback, args, context)
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
            if turn.dropped:
                continue
            process = turn.process
            if process is not None and not process.running:
                (self._parked[process] if process.alive else self._graveyard).append(turn)
                continue
            self.turns += 1
            try:
                turn.context.run(turn.callback, *turn.args)
            except Exception as error:  # noqa: BLE001 - as every loop does: tell of it and go on
                self.call_exception_handler({"message": repr(turn), "exception": error})
            except ProcessEnded:
                pass
        if self.turns > self.turns_max:
            raise Stuck(f"{self.turns} turns at {self._now:.3f} s")

    def _jump(self) -> None:
        """Go to the time of the next timer, and make due what is due then."""
        timers, due = self._timers, self._due
        while timers and timers[0][2].dropped:
            heappop(timers)
        if not timers:
            raise Stuck(f"nothing is left to happen at {self._now:.3f} s")
        when = timers[0][0]
        self._now = max(self._now, when)
        while timers and timers[0][0] <= when:
            due.append(heappop(timers)[2])

    def resume(self, process: Process) -> None:
        """Make due what a process missed while it was frozen."""
        self._due.extend(self._parked.pop(process, ()))

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
        self._parked.clear()
        self.close()
