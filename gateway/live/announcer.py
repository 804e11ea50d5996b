"""Tells crowds of watchers that there is news, a few at a time, so that buyers are served in between.

What a crowd is told is settled once, when its round begins. When there is news before all
were told, the next round takes over where the last one was: each watcher is told in turn
and hears the newest, with more watchers less often, and there is never a backlog.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Final, Protocol

from gateway.live.feed import Watcher

SLICE: Final = 64
"""Watchers told without letting anybody else go on: about a millisecond of work."""
PAUSE_SHARE: Final = 1.0
"""How long to leave the loop to others after a slice, in times of what the slice took."""
PAUSE_MAX_S: Final = 0.003
"""The longest such pause; it bounds how long five thousand watchers wait while others are busy."""


class Audience(Protocol):
    """Watchers who are told the same at the same time, once in `interval_s` in the long run."""

    told_s: float
    """When the last round began, or would have begun in an even pace; kept by the announcer."""

    @property
    def at_once(self) -> int:
        """How many rounds may follow each other without a pause once nothing was told for a while."""

    @property
    def interval_s(self) -> float:
        """The time from the beginning of a round to that of the next, when there is always news."""

    def begin(self) -> Sequence[Watcher]:
        """A round begins: settle what is told in it, and say to whom."""


class _Round:
    """Who is still to be told of one audience. Everybody is told in turn, wherever a round begins."""

    __slots__ = ("_first", "_told", "_watchers", "audience")

    def __init__(self, audience: Audience) -> None:
        self.audience = audience
        self._first = 0
        self._told = 0
        self._watchers: Sequence[Watcher] = ()

    def begin(self, now_s: float) -> None:
        """Tell everybody anew; those come first who waited longest."""
        audience = self.audience
        saved_s = (audience.at_once - 1) * audience.interval_s
        audience.told_s = max(now_s - saved_s, min(audience.told_s + audience.interval_s, now_s))
        watchers = self.audience.begin()
        self._first = (self._first + self._told) % len(watchers) if watchers else 0
        self._watchers = (*watchers[self._first :], *watchers[: self._first])
        self._told = 0

    def tell(self, most: int) -> int:
        """Tell the next ones, at most so many; how many were told."""
        some = self._watchers[self._told : self._told + most]
        self._told += len(some)
        for watcher in some:
            watcher.news()
        return len(some)

    @property
    def done(self) -> bool:
        """Whether everybody has been told."""
        return self._told >= len(self._watchers)


class Announcer:
    """The rounds of all audiences of a gateway, a slice of each in turn. `clock` is monotonic."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._pending: dict[Audience, asyncio.TimerHandle] = {}
        self._rounds: dict[Audience, _Round] = {}
        self._turning: asyncio.Handle | None = None
        self._began_s = 0.0

    def announce(self, audience: Audience) -> None:
        """Begin a round for the audience as soon as its interval allows; said twice, it is one round."""
        if audience in self._pending:
            return
        wait_s = audience.told_s + audience.interval_s - self._clock()
        if wait_s > 0:
            loop = asyncio.get_running_loop()
            self._pending[audience] = loop.call_later(wait_s, self._begin, audience)
        else:
            self._begin(audience)

    def forget(self, audience: Audience) -> None:
        """The audience is gone."""
        self._rounds.pop(audience, None)
        timer = self._pending.pop(audience, None)
        if timer is not None:
            timer.cancel()

    def _begin(self, audience: Audience) -> None:
        self._pending.pop(audience, None)
        begun = self._rounds.get(audience)
        if begun is None:
            begun = self._rounds[audience] = _Round(audience)
        begun.begin(self._clock())
        if self._turning is None:
            self._turning = asyncio.get_running_loop().call_soon(self._turn)

    def _turn(self) -> None:
        self._began_s = self._clock()
        left = SLICE
        try:
            while left > 0 and self._rounds:
                audience, begun = next(iter(self._rounds.items()))
                left -= begun.tell(left)
                # To the end of the line, so that a large audience does not keep a small one waiting.
                del self._rounds[audience]
                if not begun.done:
                    self._rounds[audience] = begun
        finally:
            # What they were told leaves in calls of their own, which come before this one.
            self._turning = asyncio.get_running_loop().call_soon(self._rest)

    def _rest(self) -> None:
        """Go on after a pause, unless everybody has been told."""
        if not self._rounds:
            self._turning = None
            return
        pause_s = min((self._clock() - self._began_s) * PAUSE_SHARE, PAUSE_MAX_S)
        self._turning = asyncio.get_running_loop().call_later(pause_s, self._turn)

    def close(self) -> None:
        """Tell nobody anything any more."""
        for audience in (*self._pending, *self._rounds):
            self.forget(audience)
        if self._turning is not None:
            self._turning.cancel()
