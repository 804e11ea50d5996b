"""What those share who work without end, one at a time: how long they pause, and whose turn it is."""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections.abc import Awaitable, Callable
from typing import Final, Protocol

from engine.journal import StorageError
from workers.errors import BusError
from workers.limits import Pauses
from workers.pacing import Rest

JITTER_SHARE: Final = 0.5
RENEW_SHARE: Final = 3
"""A lease is renewed when a third of it is over."""


class Backoff:
    """Delays that double from `first_s` to `most_s`, shortened by up to a half so that no two keep step."""

    def __init__(self, first_s: float, most_s: float, chance: Callable[[], float] = random.random) -> None:
        self._first_s = first_s
        self._most_s = most_s
        self._chance = chance
        self._next_s = first_s

    def next_s(self) -> float:
        """How long to wait this time."""
        delay_s, self._next_s = self._next_s, min(self._next_s * 2, self._most_s)
        return delay_s * (1 - JITTER_SHARE * self._chance())

    def reset(self) -> None:
        """It went well: begin anew."""
        self._next_s = self._first_s


async def go_on(
    work: Callable[[], Awaitable[int]],
    pauses: Pauses,
    rest: Rest,
    failed: Callable[[Exception, float], None],
    now_s: Callable[[], float],
    chance: Callable[[], float],
) -> None:
    """Do rounds of work until cancelled, and rest after each that did something.

    `failed` is told what was away, and for how many seconds it is left alone now.
    """
    backoff = Backoff(pauses.retry_first_s, pauses.retry_max_s, chance)
    while True:
        began_s = now_s()
        try:
            done = await work()
        except (BusError, StorageError) as error:
            pause_s = backoff.next_s()
            failed(error, pause_s)
        else:
            backoff.reset()
            pause_s = rest(now_s() - began_s) if done else pauses.idle_s
        await asyncio.sleep(pause_s)


class Leases(Protocol):
    """Where it is kept whose turn it is. May raise `StorageUnavailable`."""

    async def take_lease(self, owner: str, ttl_ms: int) -> int | None:
        """The epoch of the lease that `owner` has from now on; None while another one has it."""

    async def give_up(self, owner: str) -> None:
        """Let go of the lease."""


class Turn:
    """The lease under which one works while others stand by.

    `owner` is a name that no other life has; `now_s` is a monotonic clock.
    """

    def __init__(self, owner: str, leases: Leases, lease_ms: int, now_s: Callable[[], float]) -> None:
        self._owner: Final = owner
        self._leases: Final = leases
        self._lease_ms: Final = lease_ms
        self._now_s: Final = now_s
        self._epoch: int | None = None
        self._renew_at_s = 0.0

    async def take(self) -> int | None:
        """The epoch of our lease, renewed in time; None while another one has it."""
        now_s = self._now_s()
        if self._epoch is None or now_s >= self._renew_at_s:
            self._epoch = await self._leases.take_lease(self._owner, self._lease_ms)
            self._renew_at_s = now_s + self._lease_ms / 1000 / RENEW_SHARE
        return self._epoch

    def lost(self) -> None:
        """Another one has taken over: ask before anything else is done."""
        self._epoch = None

    async def give_up(self) -> None:
        """Let go of the lease, so that the next one need not wait for its end."""
        # It ends by itself where it cannot be given up.
        with contextlib.suppress(StorageError):
            await self._leases.give_up(self._owner)
