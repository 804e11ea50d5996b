"""The batching router: requests of many sessions on their way to the sections' actors."""

from __future__ import annotations

import asyncio
from weakref import WeakValueDictionary

import msgspec
import structlog

from actors import answers
from actors.channel import Channels, Placement
from actors.lane import Lane, OnAnswer
from actors.limits import RouterLimits
from actors.ports import Clock
from actors.wire import Answer, Ask, StreamRequest, encoder
from engine.journal import StorageUnavailable

log = structlog.get_logger()


class _Sought(msgspec.Struct, frozen=True, eq=False):
    """A request whose actor is being looked for; `deadline` is on the monotonic clock."""

    ask: Ask
    deadline: float
    on_answer: OnAnswer


class SectionRouter:
    """Sends requests to the sections' actors; the gateway's only way to them."""

    def __init__(self, placement: Placement, channels: Channels, clock: Clock, limits: RouterLimits) -> None:
        """A router that finds actors through `placement` and speaks through `channels`."""
        self._placement = placement
        self._channels = channels
        self._clock = clock
        self._limits = limits
        # A lane lives as long as a stream is known whose lane it is, or somebody waits for its answers.
        self._lanes: WeakValueDictionary[str, Lane] = WeakValueDictionary()
        self._lane_of: dict[int, Lane] = {}
        self._locating: dict[int, dict[_Sought, asyncio.TimerHandle]] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def waiting(self) -> int:
        """How many requests wait to leave for their actors."""
        return sum(lane.waiting for lane in self._lanes.values())

    def submit(
        self,
        stream: int,
        request: StreamRequest,
        deadline_ms: int,
        on_answer: OnAnswer,
        trace: str | None = None,
    ) -> None:
        """Send a request; `on_answer` is called exactly once, never from within this call."""
        deadline = self._clock.monotonic() + deadline_ms / 1000
        ask = Ask(stream, request, trace)
        lane = self._lane_of.get(stream)
        if lane is None:
            self._locate(stream, _Sought(ask, deadline, on_answer), deadline_ms)
            return
        lane.put(encoder.encode(ask), deadline, on_answer)

    async def ask(
        self, stream: int, request: StreamRequest, deadline_ms: int, trace: str | None = None
    ) -> Answer:
        """Send a request and wait for its answer."""
        future: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()

        def arrived(answer: Answer) -> None:
            if not future.done():
                future.set_result(answer)

        self.submit(stream, request, deadline_ms, arrived, trace)
        return await future

    def _locate(self, stream: int, sought: _Sought, deadline_ms: int) -> None:
        loop = asyncio.get_running_loop()
        waiting = self._locating.get(stream)
        if waiting is None:
            waiting = self._locating[stream] = {}
            task = loop.create_task(self._open_lane(stream))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        elif len(waiting) >= self._limits.queue_max:
            loop.call_soon(sought.on_answer, answers.OVERLOADED)
            return
        waiting[sought] = loop.call_later(deadline_ms / 1000, self._expire, waiting, sought)

    def _expire(self, waiting: dict[_Sought, asyncio.TimerHandle], sought: _Sought) -> None:
        """Answer in time, however long it takes to find the actor: nothing was sent yet."""
        del waiting[sought]
        sought.on_answer(answers.DEADLINE_EXCEEDED)

    async def _open_lane(self, stream: int) -> None:
        lane = None
        problem = answers.NOT_FOUND
        try:
            lane = await self.lane(stream)
        except StorageUnavailable as error:
            log.warning("locate_failed", stream=stream, error=str(error))
            problem = answers.STORAGE_UNAVAILABLE
        except Exception:
            # Whoever asks later waits for this look-up: it must come to an end.
            log.exception("locate_failed", stream=stream)
            problem = answers.INTERNAL
        loop = asyncio.get_running_loop()
        for sought, expiry in self._locating.pop(stream).items():
            expiry.cancel()
            if lane is None:
                loop.call_soon(sought.on_answer, problem)
            else:
                lane.put(encoder.encode(sought.ask), sought.deadline, sought.on_answer)

    async def lane(self, stream: int) -> Lane | None:
        """The lane of the actor that owns a stream; None when there is no such stream."""
        actor = await self._placement.locate(stream)
        if actor is None:
            return None
        lane = self._lanes.get(actor)
        if lane is None:
            lane = self._lanes[actor] = Lane(self._channels.channel(actor), self._clock, self._limits)
        self._lane_of[stream] = lane
        if len(self._lane_of) > self._limits.streams_known_max:
            del self._lane_of[next(iter(self._lane_of))]
        return lane
