"""The way from a gateway to one actor: a bounded queue, and batches that make themselves.

When no call is under way a request leaves with the next turn of the loop, so an idle
system adds no delay. While one is, requests gather; a further call leaves early only when
it is worth one (`batch_early`), so that gateway and actor work at the same time under
load instead of taking turns, and calls stay few. Calls that are under way together may
arrive in either order: what one client sends without waiting for replies has no order.

A call whose outcome is unknown is repeated under the same idempotency keys until each
request's own deadline; the lane rests meanwhile. Requests whose section is not ready are
put aside for a while, and the other sections of the actor go on.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from itertools import chain
from typing import Final, NamedTuple

import msgspec
import structlog

from actors import answers
from actors.channel import Channel
from actors.limits import RouterLimits
from actors.ports import Clock
from actors.wire import BATCH_BYTES_MAX, BATCH_COMMANDS_MAX, Answer, answers_decoder
from telemetry.meters import METERS, SIZES

log = structlog.get_logger()
OnAnswer = Callable[[Answer], None]
_TRY_AGAIN = frozenset({"section_recovering", "section_overloaded", "storage_unavailable", "outcome_unknown"})

BATCHES: Final = METERS.histogram(
    "holdfast_batch_requests", "Requests that left for an actor together.", SIZES
)
CALLS_LOST: Final = METERS.counter("holdfast_calls_lost_total", "Calls to an actor whose outcome is unknown.")


class _Waiting(msgspec.Struct, eq=False):
    """A request on its way: encoded once, sent as often as it takes."""

    data: bytes
    deadline: float
    on_answer: OnAnswer
    sent: bool = False
    told: bool = False
    last: Answer | None = None

    @property
    def outcome_unknown(self) -> bool:
        """Whether some attempt may have had an effect."""
        return self.last is not None and self.last.code == "outcome_unknown"


class _Call(NamedTuple):
    """Requests that left together, and the monotonic time until which their answers are awaited."""

    batch: list[_Waiting]
    deadline: float


class Lane:
    """One actor's lane. `on_answer` of each request is called exactly once."""

    def __init__(self, channel: Channel, clock: Clock, limits: RouterLimits) -> None:
        """A lane that sends through `channel`."""
        self._channel = channel
        self._clock = clock
        self._limits = limits
        self._queue: deque[_Waiting] = deque()
        self._calls: dict[asyncio.Future[bytes], _Call] = {}
        self._aside: list[_Waiting] = []
        self._departing = False
        self._held_back = False
        self._delay_ms = limits.retry_first_ms
        self._sweeper: asyncio.TimerHandle | None = None

    @property
    def waiting(self) -> int:
        """How many requests have not left, or are to leave again."""
        return len(self._queue) + len(self._aside)

    def put(self, data: bytes, deadline: float, on_answer: OnAnswer) -> None:
        """Queue an encoded request. `deadline` is on the monotonic clock."""
        queue = self._queue
        if len(queue) + len(self._aside) >= self._limits.queue_max:
            asyncio.get_running_loop().call_soon(on_answer, answers.OVERLOADED)
            return
        queue.append(_Waiting(data, deadline, on_answer))
        if len(queue) >= self._limits.batch_early:
            self._depart()
        elif not self._departing and not self._calls:
            # With the next turn of the loop, so that what arrives in this one travels along.
            self._departing = True
            asyncio.get_running_loop().call_soon(self._depart)
        if self._sweeper is None:
            self._schedule_sweep()

    def _depart(self) -> None:
        """Send batches while there is something to send and a call may leave."""
        self._departing = False
        while self._queue and self._may_call():
            batch = self._take()
            BATCHES.observe(len(batch))
            answer = asyncio.ensure_future(self._channel.handle(_joined(batch)))
            self._calls[answer] = _Call(batch, self._clock.monotonic() + self._limits.call_timeout_ms / 1000)
            answer.add_done_callback(self._returned)

    def _may_call(self) -> bool:
        if self._held_back or len(self._calls) >= self._limits.calls_in_flight_max:
            return False
        return not self._calls or len(self._queue) >= self._limits.batch_early

    def _take(self) -> list[_Waiting]:
        batch: list[_Waiting] = []
        size = 0
        queue = self._queue
        while queue and len(batch) < BATCH_COMMANDS_MAX:
            size += len(queue[0].data)
            if batch and size > BATCH_BYTES_MAX:
                break
            waiting = queue.popleft()
            waiting.sent = True
            batch.append(waiting)
        return batch

    def _returned(self, answer: asyncio.Future[bytes]) -> None:
        batch = self._calls.pop(answer).batch
        try:
            answered = list(zip(batch, answers_decoder.decode(answer.result()), strict=True))
        except (Exception, asyncio.CancelledError) as error:  # noqa: BLE001 - the outcome is not known
            CALLS_LOST.value += 1
            log.warning("call_lost", requests=len(batch), error=repr(error))
            for waiting in batch:
                waiting.last = answers.LOST
            self._hold_back(batch)
        else:
            self._told(answered)
        self._depart()

    def _told(self, answered: Sequence[tuple[_Waiting, Answer]]) -> None:
        again: list[_Waiting] = []
        for waiting, told in answered:
            if told.code in _TRY_AGAIN:
                # What a lost call may have done stays unknown, whatever is said of a later one.
                if not waiting.outcome_unknown:
                    waiting.last = told
                again.append(waiting)
            else:
                _tell(waiting, told)
        if again:
            self._put_aside(again)
        elif not self._aside:
            self._delay_ms = self._limits.retry_first_ms

    def _hold_back(self, batch: Sequence[_Waiting]) -> None:
        """Put requests back at the front, in order, and let some time pass before the next call."""
        self._queue.extendleft(reversed([waiting for waiting in batch if not waiting.told]))
        if not self._held_back:
            self._held_back = True
            asyncio.get_running_loop().call_later(self._next_delay_s(), self._go_on)

    def _put_aside(self, batch: Sequence[_Waiting]) -> None:
        """Keep requests whose section is not ready out of the others' way for some time."""
        if not self._aside:
            asyncio.get_running_loop().call_later(self._next_delay_s(), self._bring_back)
        self._aside += [waiting for waiting in batch if not waiting.told]

    def _bring_back(self) -> None:
        self._queue.extendleft(reversed(self._aside))
        self._aside = []
        self._depart()

    def _next_delay_s(self) -> float:
        delay_ms = self._delay_ms
        self._delay_ms = min(delay_ms * 2, self._limits.retry_max_ms)
        return delay_ms / 1000

    def _go_on(self) -> None:
        self._held_back = False
        self._depart()

    def _schedule_sweep(self) -> None:
        loop = asyncio.get_running_loop()
        self._sweeper = loop.call_later(self._limits.sweep_ms / 1000, self._sweep)

    def _sweep(self) -> None:
        """Answer those whose deadline has passed; what never left had no effect for certain."""
        now = self._clock.monotonic()
        late = [waiting for waiting in chain(self._queue, self._aside) if waiting.deadline <= now]
        calls = list(self._calls.items())
        hanging = [waiting for _, call in calls for waiting in call.batch if waiting.deadline <= now]
        for waiting in late:
            _tell(waiting, _expired(waiting))
        for waiting in hanging:
            _tell(waiting, answers.LOST)
        if late:
            self._queue = deque([waiting for waiting in self._queue if not waiting.told])
            self._aside = [waiting for waiting in self._aside if not waiting.told]
        for answer, call in calls:
            if call.deadline <= now:
                answer.cancel()  # `_returned` takes it for lost
        self._sweeper = None
        if self._queue or self._aside or self._calls:
            self._schedule_sweep()


def _tell(waiting: _Waiting, answer: Answer) -> None:
    """Answer once; who cannot take an answer must not take away those of others."""
    if waiting.told:
        return
    waiting.told = True
    try:
        waiting.on_answer(answer)
    except Exception:
        log.exception("answer_not_taken", code=answer.code)


def _expired(waiting: _Waiting) -> Answer:
    if waiting.last is not None:
        return waiting.last
    return answers.LOST if waiting.sent else answers.DEADLINE_EXCEEDED


def _joined(batch: Sequence[_Waiting]) -> bytes:
    """The msgpack array of requests that are encoded already (MessagePack, array 16)."""
    return b"".join([b"\xdc", len(batch).to_bytes(2, "big"), *[waiting.data for waiting in batch]])
