"""The batching router: requests of many sessions become few calls.

Each actor has a lane: a queue and at most one call in flight. While a call is under way
requests gather, and leave together when it returns; batches grow with load by themselves
and an idle system adds no delay. One in flight also keeps order, which an async Ray actor
does not. A call whose outcome is unknown is repeated under the same idempotency keys until
each request's own deadline.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable

import structlog

from actors import answers
from actors.channel import Channel, ChannelBroken, Channels, Placement
from actors.limits import RouterLimits
from actors.ports import Clock
from actors.wire import BATCH_BYTES_MAX, BATCH_COMMANDS_MAX, Answer, Ask, answers_decoder, encoder
from engine.commands import Request
from engine.journal import StorageUnavailable

log = structlog.get_logger()
OnAnswer = Callable[[Answer], None]
_TRY_AGAIN = frozenset({"section_recovering", "section_overloaded", "storage_unavailable", "outcome_unknown"})


class _Waiting:
    """A request on its way: encoded once, sent as often as it takes."""

    __slots__ = ("data", "deadline", "last", "on_answer", "sent")

    def __init__(self, data: bytes, deadline: float, on_answer: OnAnswer) -> None:
        self.data = data
        self.deadline = deadline
        self.on_answer = on_answer
        self.sent = False
        self.last: Answer | None = None


class Lane:
    """The way to one actor: a bounded queue and one call in flight."""

    def __init__(self, channel: Channel, clock: Clock, limits: RouterLimits) -> None:
        self._channel = channel
        self._clock = clock
        self._limits = limits
        self._queue: deque[_Waiting] = deque()
        self._busy = False
        self._delay_ms = limits.retry_first_ms
        self._sweeper: asyncio.TimerHandle | None = None

    def put(self, data: bytes, deadline: float, on_answer: OnAnswer) -> None:
        """Queue a request; it leaves at once if no call is under way."""
        loop = asyncio.get_running_loop()
        if len(self._queue) >= self._limits.queue_max:
            loop.call_soon(on_answer, answers.OVERLOADED)
            return
        self._queue.append(_Waiting(data, deadline, on_answer))
        if not self._busy:
            # From the next turn of the loop on, so that what arrives in this one travels along.
            self._busy = True
            loop.call_soon(self._pump)
        if self._sweeper is None:
            self._sweeper = loop.call_later(self._limits.sweep_ms / 1000, self._sweep)

    def _pump(self) -> None:
        batch = self._take()
        if not batch:
            self._busy = False
            return
        task = asyncio.get_running_loop().create_task(self._call(batch))
        # A bug in here must not silence the lane for ever.
        task.add_done_callback(_raise_if_failed)

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

    async def _call(self, batch: list[_Waiting]) -> None:
        try:
            data = await asyncio.wait_for(
                self._channel.handle(_joined(batch)), self._limits.call_timeout_ms / 1000
            )
        except (ChannelBroken, TimeoutError) as error:
            log.warning("call_lost", requests=len(batch), error=str(error))
            await self._later(batch, [answers.LOST] * len(batch))
            return
        again: list[_Waiting] = []
        for waiting, answer in zip(batch, answers_decoder.decode(data), strict=True):
            if answer.code in _TRY_AGAIN:
                waiting.last = answer
                again.append(waiting)
            else:
                waiting.on_answer(answer)
        if again:
            await self._later(again, [waiting.last or answers.LOST for waiting in again])
            return
        self._delay_ms = self._limits.retry_first_ms
        self._pump()

    async def _later(self, batch: list[_Waiting], reasons: list[Answer]) -> None:
        """Put requests back at the front, in order, and let some time pass."""
        for waiting, reason in zip(batch, reasons, strict=True):
            waiting.last = reason
        self._queue.extendleft(reversed(batch))
        await asyncio.sleep(self._delay_ms / 1000)
        self._delay_ms = min(self._delay_ms * 2, self._limits.retry_max_ms)
        self._pump()

    def _sweep(self) -> None:
        """Answer those whose deadline has passed; what never left had no effect for certain."""
        now = self._clock.monotonic()
        kept: deque[_Waiting] = deque()
        for waiting in self._queue:
            if waiting.deadline > now:
                kept.append(waiting)
            else:
                waiting.on_answer(_expired(waiting))
        self._queue = kept
        self._sweeper = None
        if kept or self._busy:
            loop = asyncio.get_running_loop()
            self._sweeper = loop.call_later(self._limits.sweep_ms / 1000, self._sweep)


def _expired(waiting: _Waiting) -> Answer:
    if waiting.last is not None and waiting.last.code != "outcome_unknown":
        return waiting.last
    return answers.LOST if waiting.sent else answers.DEADLINE_EXCEEDED


def _joined(batch: list[_Waiting]) -> bytes:
    """The msgpack array of requests that are encoded already (MessagePack, array 16)."""
    return b"".join([b"\xdc", len(batch).to_bytes(2, "big"), *[waiting.data for waiting in batch]])


def _raise_if_failed(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and (error := task.exception()) is not None:
        log.error("lane_failed", error=repr(error))
        raise error


class SectionRouter:
    """Sends requests to the sections' actors; the gateway's only way to them."""

    def __init__(self, placement: Placement, channels: Channels, clock: Clock, limits: RouterLimits) -> None:
        """A router that finds actors through `placement` and speaks through `channels`."""
        self._placement = placement
        self._channels = channels
        self._clock = clock
        self._limits = limits
        self._lanes: dict[str, Lane] = {}
        self._lane_of: dict[int, Lane] = {}
        self._locating: dict[int, list[tuple[Request, float, OnAnswer]]] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def submit(self, stream: int, request: Request, deadline_ms: int, on_answer: OnAnswer) -> None:
        """Send a request; `on_answer` is called exactly once, never from within this call."""
        deadline = self._clock.monotonic() + deadline_ms / 1000
        lane = self._lane_of.get(stream)
        if lane is None:
            self._locate(stream, request, deadline, on_answer)
            return
        lane.put(encoder.encode(Ask(stream, request)), deadline, on_answer)

    async def ask(self, stream: int, request: Request, deadline_ms: int) -> Answer:
        """Send a request and wait for its answer."""
        future: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()

        def arrived(answer: Answer) -> None:
            if not future.done():
                future.set_result(answer)

        self.submit(stream, request, deadline_ms, arrived)
        return await future

    def _locate(self, stream: int, request: Request, deadline: float, on_answer: OnAnswer) -> None:
        waiting = self._locating.get(stream)
        if waiting is not None:
            waiting.append((request, deadline, on_answer))
            return
        self._locating[stream] = [(request, deadline, on_answer)]
        task = asyncio.get_running_loop().create_task(self._open_lane(stream))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _open_lane(self, stream: int) -> None:
        lane = None
        problem = answers.NOT_FOUND
        try:
            lane = await self.lane(stream)
        except StorageUnavailable as error:
            log.warning("locate_failed", stream=stream, error=str(error))
            problem = answers.STORAGE_UNAVAILABLE
        for request, deadline, on_answer in self._locating.pop(stream):
            if lane is None:
                on_answer(problem)
            else:
                lane.put(encoder.encode(Ask(stream, request)), deadline, on_answer)

    async def lane(self, stream: int) -> Lane | None:
        """The lane of the actor that owns a stream; None when there is no such stream."""
        actor = await self._placement.locate(stream)
        if actor is None:
            return None
        if actor not in self._lanes:
            self._lanes[actor] = Lane(self._channels.channel(actor), self._clock, self._limits)
        self._lane_of[stream] = self._lanes[actor]
        return self._lanes[actor]
