"""Rounds: everybody is told in turn, in slices, and nobody waits behind a crowd."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from gateway.live.announcer import SLICE, Announcer
from gateway.live.feed import Watcher


class Listener:
    """Notes that it was told, and lets a test wait for it."""

    def __init__(self, heard: list[str], name: str) -> None:
        self.told = asyncio.Event()
        self._heard = heard
        self._name = name

    def news(self) -> None:
        self._heard.append(self._name)
        self.told.set()


class Hall:
    """An audience whose rounds may follow each other at once."""

    interval_s = 0.0
    at_once = 1

    def __init__(self, name: str, size: int, heard: list[str]) -> None:
        self.told_s = float("-inf")
        self.begun = 0
        self.listeners = [Listener(heard, f"{name}{number}") for number in range(size)]

    def begin(self) -> Sequence[Watcher]:
        self.begun += 1
        return self.listeners


def announcer() -> Announcer:
    """One whose clock stands still, so that it never pauses."""
    return Announcer(lambda: 0.0)


async def test_everybody_is_told_once_a_round() -> None:
    """However many they are, each watcher of a round is told exactly once."""
    heard: list[str] = []
    hall = Hall("a", 3 * SLICE + 1, heard)
    announcer().announce(hall)
    await hall.listeners[-1].told.wait()
    assert [f"a{number}" for number in range(3 * SLICE + 1)] == heard


async def test_a_small_audience_does_not_wait_for_a_large_one() -> None:
    """Slices of audiences take turns."""
    heard: list[str] = []
    many, one = Hall("many", 10 * SLICE, heard), Hall("one", 1, heard)
    telling = announcer()
    telling.announce(many)
    telling.announce(one)
    await many.listeners[-1].told.wait()
    assert SLICE == heard.index("one0")


async def test_news_during_a_round_takes_over_where_it_was() -> None:
    """A round that comes too soon begins with those who waited longest, and then tells everybody."""
    heard: list[str] = []
    hall = Hall("a", 3 * SLICE, heard)
    telling = announcer()
    telling.announce(hall)
    await hall.listeners[0].told.wait()
    del heard[:]
    telling.announce(hall)
    hall.listeners[SLICE - 1].told.clear()
    await hall.listeners[SLICE - 1].told.wait()
    assert 2 == hall.begun
    assert f"a{SLICE}" == heard[0]
    assert {f"a{number}" for number in range(3 * SLICE)} == set(heard)
    assert 3 * SLICE == len(heard)


async def test_announcing_twice_is_one_round() -> None:
    """News that come before a round may begin are told in it together."""
    heard: list[str] = []
    hall, other = Hall("a", 1, heard), Hall("b", 1, heard)
    hall.interval_s, hall.told_s = 0.01, 0.0
    telling = announcer()
    for _ in range(5):
        telling.announce(hall)
    await hall.listeners[0].told.wait()
    telling.announce(other)
    await other.listeners[0].told.wait()
    assert (1, ["a0", "b0"]) == (hall.begun, heard)


async def test_two_rounds_may_follow_at_once_and_then_the_pace_is_even() -> None:
    """What happens to a second section a moment later is not told a whole interval later."""
    times = [100.0]
    hall = Hall("a", 1, [])
    hall.interval_s, hall.at_once = 10.0, 2
    telling = Announcer(lambda: times[0])
    waits: list[float] = []
    for now_s, rounds in ((100.0, 1), (100.5, 2)):
        times[0] = now_s
        telling.announce(hall)
        assert rounds == hall.begun
    for now_s in (101.0, 110.0, 111.0, 200.0):
        times[0] = now_s
        waits.append(max(hall.told_s + hall.interval_s - now_s, 0.0))
        telling.announce(hall)
        telling.forget(hall)
    assert [9.0, 0.0, 9.0, 0.0] == waits
    telling.close()


async def test_an_audience_that_is_gone_is_told_nothing() -> None:
    """Forgetting ends a round that has begun and one that waits."""
    heard: list[str] = []
    begun, waits, last = Hall("a", 2 * SLICE, heard), Hall("b", 1, heard), Hall("c", 1, heard)
    waits.interval_s, waits.told_s = 60.0, 0.0
    telling = announcer()
    telling.announce(begun)
    telling.announce(waits)
    await begun.listeners[0].told.wait()
    telling.forget(begun)
    telling.forget(waits)
    telling.announce(last)
    await last.listeners[0].told.wait()
    assert [f"a{number}" for number in range(SLICE)] + ["c0"] == heard
