"""What a lane promises to every request, whatever its actor, its neighbours and its listeners do."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import msgspec

from actors.answers import RECOVERING, STORAGE_UNAVAILABLE
from actors.channel import ChannelBroken
from actors.clock import SystemClock
from actors.lane import Lane
from actors.limits import RouterLimits
from actors.wire import Answer, Ask, asks_decoder, encoder
from engine.commands import GetHold, Request

DONE = Answer(None, msgspec.Raw(b"\xc0"), 7)
SOON_S = 30.0
"""When a test that waits in vain gives up."""


class Actor:
    """A channel whose actor answers as a test says; batches are lists of streams."""

    def __init__(self, answer: Callable[[int], Answer]) -> None:
        self.answer = answer
        self.batches: list[list[int]] = []
        self.failures: list[Exception] = []
        self.awake = asyncio.Event()
        self.awake.set()

    async def handle(self, data: bytes) -> bytes:
        streams = [ask.stream for ask in asks_decoder.decode(data)]
        self.batches.append(streams)
        await self.awake.wait()
        if self.failures:
            raise self.failures.pop(0)
        return encoder.encode([self.answer(stream) for stream in streams])

    async def changes(self, data: bytes) -> bytes:
        raise ChannelBroken("no changes here")


class Turned(SystemClock):
    """A clock that a test turns."""

    now_s = 0.0

    def monotonic(self) -> float:
        return self.now_s


def put(lane: Lane, stream: int, deadline_s: float = 60.0) -> asyncio.Future[Answer]:
    """Ask something of a stream; the answer comes once or the test fails."""
    answered: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
    request = Request("usr_ada", GetHold("hld_1"))
    deadline = lane._clock.monotonic() + deadline_s
    lane.put(encoder.encode(Ask(stream, request)), deadline, answered.set_result)
    return answered


def put_deaf(lane: Lane, stream: int, deadline_s: float = 60.0) -> None:
    """Ask something and fail to take the answer."""

    def fail(answer: Answer) -> None:
        raise RuntimeError("a bug in whoever asked")

    deadline = SystemClock().monotonic() + deadline_s
    lane.put(encoder.encode(Ask(stream, Request("usr_eve", GetHold("hld_2")))), deadline, fail)


def new_lane(actor: Actor, **limits: int) -> Lane:
    """A lane with limits of a test's own."""
    return Lane(actor, SystemClock(), RouterLimits(**limits))


async def code(answered: asyncio.Future[Answer]) -> str | None:
    """The code of an answer that must come soon."""
    async with asyncio.timeout(SOON_S):
        return (await answered).code


async def test_who_cannot_take_an_answer_takes_none_from_others() -> None:
    """The other requests of the call and of later calls are answered."""
    lane = new_lane(Actor(lambda _stream: DONE))
    put_deaf(lane, 1)
    beside = put(lane, 2)
    assert None is await code(beside)
    assert None is await code(put(lane, 3))


async def test_who_cannot_take_a_late_answer_does_not_end_the_sweeps() -> None:
    """Requests whose deadline passes after that are answered still."""
    actor = Actor(lambda _stream: RECOVERING)
    lane = new_lane(actor, retry_first_ms=60_000, sweep_ms=1)
    put_deaf(lane, 1, 0.0)
    late = put(lane, 1, 0.0)
    assert "section_recovering" == await code(late)
    assert "section_recovering" == await code(put(lane, 1, 0.0))


async def test_an_unforeseen_failure_of_a_call_is_a_lost_call() -> None:
    """Its requests are repeated; nobody waits for ever because of an exception nobody thought of."""
    actor = Actor(lambda _stream: DONE)
    actor.failures = [ValueError("the name is taken"), ChannelBroken("it died")]
    assert None is await code(put(new_lane(actor), 1))
    assert [[1], [1], [1]] == actor.batches


async def test_a_section_that_recovers_holds_up_no_other() -> None:
    """Sections that share an actor go on while one of them is not ready."""
    actor = Actor(lambda stream: RECOVERING if stream == 1 else DONE)
    lane = new_lane(actor, retry_first_ms=3_600_000)
    recovering = put(lane, 1)
    assert None is await code(put(lane, 2))
    assert None is await code(put(lane, 2))
    assert not recovering.done()


async def test_what_was_put_aside_is_asked_again() -> None:
    """A section that has recovered answers those who waited for it."""
    told = iter([RECOVERING, RECOVERING, DONE])
    actor = Actor(lambda _stream: next(told))
    assert None is await code(put(new_lane(actor, retry_first_ms=1), 1))


async def test_what_waits_aside_counts_for_the_bound() -> None:
    """A section that never gets ready cannot gather requests without end."""
    actor = Actor(lambda _stream: RECOVERING)
    lane = new_lane(actor, retry_first_ms=3_600_000, queue_max=2)
    waiting = [put(lane, 1), put(lane, 1)]
    while not lane._aside:  # noqa: ASYNC110 - the lane calls with the next turns of the loop
        await asyncio.sleep(0)
    assert "section_overloaded" == await code(put(lane, 1))
    assert [False, False] == [each.done() for each in waiting]


async def test_a_deadline_holds_also_while_the_call_hangs() -> None:
    """Whoever gave a short deadline learns in time that the outcome is unknown, and only once."""
    actor = Actor(lambda _stream: DONE)
    actor.awake.clear()
    lane = new_lane(actor, sweep_ms=1)
    hasty, patient = put(lane, 1, 0.01), put(lane, 1)
    assert "outcome_unknown" == await code(hasty)
    actor.awake.set()
    assert None is await code(patient)
    assert [[1, 1]] == actor.batches


async def test_nobody_is_asked_for_again_on_behalf_of_who_gave_up() -> None:
    """A lost call repeats only the requests that still wait."""
    actor = Actor(lambda _stream: DONE)
    actor.awake.clear()
    actor.failures = [ChannelBroken("it died")]
    lane = new_lane(actor, sweep_ms=1)
    hasty, patient = put(lane, 1, 0.01), put(lane, 2)
    await code(hasty)
    actor.awake.set()
    assert None is await code(patient)
    assert [[1, 2], [2]] == actor.batches


async def test_a_lost_call_is_not_forgotten_over_a_later_refusal() -> None:
    """Once the outcome may be anything it stays unknown: nobody is told that nothing was changed."""
    clock = Turned()

    def refuse(_stream: int) -> Answer:
        clock.now_s = 61.0  # the deadline passes while this is on its way
        return STORAGE_UNAVAILABLE

    actor = Actor(refuse)
    actor.failures = [ChannelBroken("it died")]
    lane = Lane(actor, clock, RouterLimits(retry_first_ms=1, retry_max_ms=1, sweep_ms=1))
    answered = put(lane, 1, 60.0)
    assert "outcome_unknown" == await code(answered)
    assert len(actor.batches) > 1


async def test_a_late_answer_may_lead_to_further_requests() -> None:
    """Whoever learns of a deadline may ask for something else at once, in the same lane."""
    actor = Actor(lambda _stream: RECOVERING)
    lane = new_lane(actor, retry_first_ms=3_600_000, sweep_ms=1)
    further: list[asyncio.Future[Answer]] = []
    deadline = SystemClock().monotonic()
    data = encoder.encode(Ask(1, Request("usr_ada", GetHold("hld_1"))))
    for _ in range(2):
        lane.put(data, deadline, lambda _answer: further.append(put(lane, 1, 0.0)))
    while len(further) < 2:  # noqa: ASYNC110 - the sweep answers with the next turns of the loop
        await asyncio.sleep(0)
    codes = [await code(each) for each in further]
    assert ["section_recovering"] * 2 == codes
