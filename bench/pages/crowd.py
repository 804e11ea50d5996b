"""A crowd in a process of its own that changes seats at a steady pace: `python -m bench.pages.crowd`.

It reads a `CrowdSpec`, changes seats until its input ends, and says a `CrowdResult` (see
`bench.pages.beside`). In each section some buyers hold many seats at once and give them back soon after,
so that few commands make as many changes as a large sale does. Whoever has had an answer is next: one that
comes late keeps nobody else from changing seats.
"""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from time import perf_counter
from typing import Final

import msgspec
import uvloop

from bench.pages.beside import READY, beside, connect, opening, say, spec_of, told_to_end
from bench.pages.pace import Pace
from bench.thin_client import Reply, ThinClient, replies

CHANGES_PER_S: Final = 5_100
"""A little more than 5,000, because the last ones are still under way at the end."""
LOOK_S: Final = 0.01
SECTIONS: Final = 10
BUYERS_A_SECTION: Final = 3
SEATS_AT_ONCE: Final = 50
CONNECTED_MAX_S: Final = 30.0


class CrowdSpec(msgspec.Struct, frozen=True):
    """A buyer's token and the seats that they alone take from, for each buyer."""

    url: str
    event: str
    seed: int
    buyers: tuple[tuple[str, tuple[str, ...]], ...]


class CrowdResult(msgspec.Struct, frozen=True):
    """Seats that were taken or given back, acknowledged, and what went wrong by code."""

    changes: int
    seconds: float
    errors: dict[str, int]

    @property
    def changes_per_s(self) -> float:
        """How many seats changed in a second."""
        return self.changes / max(self.seconds, LOOK_S)


class Changer(ThinClient):
    """Holds many seats of one section, gives them back, holds others; `turn` does the next of it."""

    def __init__(
        self, opening: bytes, spec: CrowdSpec, number: int, chance: random.Random, errors: Counter[str]
    ) -> None:
        super().__init__(opening)
        self._event: Final = spec.event
        self._token, self._seats = spec.buyers[number]
        self._prefix: Final = f"{spec.seed}-{number}"
        self._chance: Final = chance
        self._errors: Final = errors
        self._number = 0
        self._waiting = False
        self._hold: str | None = None
        self.changes = 0

    def opened(self) -> None:
        """Introduce yourself."""
        self.say("hello", 0, {"token": self._token})

    @property
    def free(self) -> bool:
        """Whether the last answer has come."""
        return not (self._waiting or self.closing)

    def turn(self) -> None:
        """Hold, or give back what is held."""
        self._waiting = True
        self._number += 1
        key = f"{self._prefix}-{self._number}"
        if self._hold is None:
            seats = self._chance.sample(self._seats, SEATS_AT_ONCE)
            self.say("hold.create", self._number, {"event": self._event, "seats": seats}, key)
        else:
            self.say("hold.release", self._number, {"hold": self._hold}, key)

    def heard(self, told: bytes) -> None:
        """Take replies in; pushes are of no interest."""
        for reply in replies(told):
            if reply.re == 0:
                self.begin()
            elif reply.re is not None:
                self._answered(reply)

    def _answered(self, reply: Reply) -> None:
        self._waiting = False
        if not reply.ok or reply.d is None:
            self._errors[reply.refusal] += 1
            self._hold = None
            return
        self._hold = reply.d.hold if self._hold is None else None
        self.changes += SEATS_AT_ONCE

    def failed(self, what: str) -> None:
        """Count what sent it away."""
        self._errors[what] += 1


def _catch_up(crowd: list[Changer], pace: Pace) -> None:
    """Begin what is due with those who are ready; who has had their turn stands behind the others then."""
    for each in [each for each in crowd if each.free]:
        if pace.due(perf_counter()) < SEATS_AT_ONCE:
            return
        each.turn()
        pace.begun(SEATS_AT_ONCE)
        crowd.remove(each)
        crowd.append(each)


async def _run(spec: CrowdSpec) -> CrowdResult:
    errors, chance = Counter[str](), random.Random(spec.seed)
    crowd = [Changer(opening(spec.url), spec, number, chance, errors) for number in range(len(spec.buyers))]
    for each in crowd:
        await connect(each, spec.url, CONNECTED_MAX_S)
    say(READY)
    ended = told_to_end()
    begin_s = perf_counter()
    pace = Pace(CHANGES_PER_S, begin_s)
    while not ended.done():
        _catch_up(crowd, pace)
        await asyncio.wait([ended], timeout=LOOK_S)
    return CrowdResult(sum(each.changes for each in crowd), perf_counter() - begin_s, dict(errors))


class Crowd:
    """A crowd that changes seats; `result` is there once it has ended."""

    result: CrowdResult


@contextmanager
def changing(spec: CrowdSpec) -> Iterator[Crowd]:
    """Seats change meanwhile. Raises `ServerFailed` when the crowd does not come to it."""
    crowd = Crowd()
    with beside(__name__, spec) as process:
        yield crowd
    crowd.result = msgspec.json.decode(process.words, type=CrowdResult)


if __name__ == "__main__":
    say(msgspec.json.encode(uvloop.run(_run(spec_of(CrowdSpec)))))
