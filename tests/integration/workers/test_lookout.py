"""Which streams wait: those that sell are looked at each time, all of them only now and then."""

from __future__ import annotations

from collections.abc import Sequence

from engine.bus import Backlog
from workers import lookout
from workers.lookout import ALL_PAUSE_MAX_S, ALL_SHARE, Lookout

STREAMS_MAX = 4


class Crowd:
    """Streams that wait, on a clock that stands but for what a look at all of them takes."""

    def __init__(self, took_s: float) -> None:
        """Nobody waits."""
        self.now_s = 1_000.0
        self.waiting: set[int] = set()
        self.looks: list[str] = []
        self._took_s = took_s

    async def behind(self, streams_max: int) -> list[Backlog]:
        """Those that wait, after a look at all."""
        self.looks.append("all")
        self.now_s += self._took_s
        return [Backlog(stream, 0, 1) for stream in sorted(self.waiting)][:streams_max]

    async def behind_of(self, streams: Sequence[int]) -> list[Backlog]:
        """Those of these."""
        self.looks.append("some")
        return [Backlog(stream, 0, 1) for stream in sorted(self.waiting & set(streams))]

    def lookout(self) -> Lookout:
        """A lookout over them."""
        return Lookout(self, STREAMS_MAX, lambda: self.now_s)


async def found(over: Lookout) -> list[int]:
    """The streams that a look finds."""
    return [each.stream for each in await over.look()]


async def test_who_had_something_lately_is_found_at_once_and_who_wakes_up_soon() -> None:
    """A fiftieth of the time goes into looks at all of them."""
    crowd = Crowd(took_s=0.05)
    over = crowd.lookout()
    crowd.waiting = {1, 2}
    assert [1, 2] == await found(over)
    crowd.waiting = {2, 3}
    assert [2] == await found(over)
    crowd.now_s += 0.05 * ALL_SHARE - 0.01
    assert [2] == await found(over)
    crowd.now_s += 0.02
    assert [2, 3] == await found(over)
    crowd.waiting = {3}
    assert [3] == await found(over)
    assert ["all", "some", "some", "all", "some"] == crowd.looks


async def test_a_look_that_took_very_long_puts_the_next_one_off_for_seconds_alone() -> None:
    """It may have waited for a core, and not have been much."""
    crowd = Crowd(took_s=30.0)
    over = crowd.lookout()
    await found(over)
    crowd.waiting = {7}
    crowd.now_s += ALL_PAUSE_MAX_S - 0.01
    assert [] == await found(over)
    crowd.now_s += 0.02
    assert [7] == await found(over)


async def test_where_more_wait_than_a_look_takes_all_are_looked_at_again() -> None:
    """A backlog of many streams is not kept waiting, and neither is anybody where looks cost nothing."""
    crowd = Crowd(took_s=0.05)
    over = crowd.lookout()
    crowd.waiting = set(range(10))
    assert [0, 1, 2, 3] == await found(over)
    crowd.waiting -= {0, 1, 2, 3}
    assert [4, 5, 6, 7] == await found(over)
    crowd.waiting -= {4, 5, 6, 7}
    assert [8, 9] == await found(over)
    assert ["all"] * 3 == crowd.looks
    free = Crowd(took_s=0.0)
    over = free.lookout()
    for _ in range(3):
        assert [] == await found(over)
    assert ["all"] * 3 == free.looks


async def test_not_all_are_remembered_for_ever() -> None:
    """Of more than it remembers the ones that had something last are looked at."""
    crowd = Crowd(took_s=0.05)
    over = Lookout(crowd, lookout.LATELY_MAX + 10, lambda: crowd.now_s)
    crowd.waiting = set(range(lookout.LATELY_MAX + 5))
    await found(over)
    assert list(range(5, lookout.LATELY_MAX + 5)) == await found(over)
