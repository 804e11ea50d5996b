"""Many viewers and a few buyers in a process of their own.

`python -m bench.viewers_load` reads a `ViewersSpec` as a line of JSON from standard input.
When everybody watches it writes the line `watching`, waits for a line, lets the buyers
buy, and writes a `ViewersResult` as a line. All clocks are those of one process, so that
the time from a hold to the last viewer needs no agreement between clocks.
"""

from __future__ import annotations

import asyncio
import resource
import sys
from collections import Counter
from collections.abc import Mapping
from time import perf_counter
from typing import Final, Literal
from urllib.parse import urlsplit

import msgspec
import uvloop

from bench.figures import Latency, latency_of
from bench.framing import handshake
from bench.paced_buyer import OnHeld, PacedBuyer, PacedCrowd, Tally
from bench.viewer import HEARTBEAT_S, Audience, Probe, Viewer
from bench.wide_house import section_name
from protocol.closing import MSGPACK

Watch = Literal["event", "section", "counts"]
"""Every section seat by seat; one section seat by seat (the same for all); the counts of all sections."""
WATCHED: Final = 0
"""The section that is watched when it is one."""
CONNECTS_AT_ONCE: Final = 64
BUYERS: Final = 32
TICK_S: Final = 0.005
SETTLE_S: Final = 2.0
LAST_NEWS_S: Final = 5.0
READY_S: Final = 30.0


class ViewersSpec(msgspec.Struct, frozen=True):
    """`holds_per_s` for `seconds`, of which `probes_per_s` are followed to every viewer.

    The buyers buy in all sections in turn; of what is not watched seat by seat nothing is followed.
    """

    url: str
    event: str
    viewers: int
    watch: Watch
    sections: int
    first_seat: int
    tokens: tuple[str, ...]
    holds_per_s: float
    seconds: float
    probes_per_s: float = 10.0


class ViewersResult(msgspec.Struct, frozen=True):
    """`reach_ms`: from the moment a hold was sent to the moment that the last viewer knew of it.

    `unreached` counts probes that some viewer never heard of. `hold_ms` is from sending a
    hold to its acknowledgement.
    """

    viewers: int
    watch: Watch
    holds: int
    holds_per_s: float
    hold_ms: Latency
    probes: int
    reach_ms: Latency
    unreached: int
    frames: int
    frames_per_viewer_s: float
    bytes_per_viewer_s: float
    resets: int
    errors: dict[str, int]
    cpu_s: float


class ViewersLoad:
    """The audience and the buyers of one run."""

    def __init__(self, spec: ViewersSpec) -> None:
        self._spec: Final = spec
        self._audience: Final = Audience()
        self._tally: Final = Tally()
        self._viewers: list[Viewer] = []
        self._crowd = PacedCrowd((), spec.sections, spec.first_seat)
        self._followed: Final[list[Probe]] = []

    async def watch(self) -> None:
        """Connect everybody and wait until each knows what it watches. Raises `OSError`."""
        spec = self._spec
        target = urlsplit(spec.url)
        host, port = target.hostname or "127.0.0.1", target.port or 80
        opening = handshake(host, port, "/v1/ws", MSGPACK)
        subscription = self._subscription()
        self._viewers = [Viewer(n, opening, subscription, self._audience) for n in range(spec.viewers)]
        tokens = [spec.tokens[number % len(spec.tokens)] for number in range(BUYERS)]
        buyers = [PacedBuyer(opening, token, spec.event, self._tally) for token in tokens]
        self._crowd = PacedCrowd(buyers, spec.sections, spec.first_seat)
        everybody: list[Viewer | PacedBuyer] = [*self._viewers, *buyers]
        for first in range(0, len(everybody), CONNECTS_AT_ONCE):
            some = everybody[first : first + CONNECTS_AT_ONCE]
            await asyncio.gather(*(_connect(each, host, port) for each in some))
        await asyncio.sleep(SETTLE_S)

    def _subscription(self) -> Mapping[str, object]:
        spec = self._spec
        body: dict[str, object] = {"event": spec.event}
        if spec.watch == "section":
            body["sections"] = [section_name(WATCHED)]
        elif spec.watch == "counts":
            body["detail"] = "counts"
        return body

    async def buy(self) -> ViewersResult:
        """Buy at the set pace, wait for the last news, and count."""
        before_cpu_s, before_frames, before_bytes = _cpu_s(), self._audience.frames, self._audience.bytes
        begin_s = perf_counter()
        pinging = asyncio.ensure_future(self._ping())
        await self._pace(begin_s)
        spent_s = perf_counter() - begin_s
        await self._last_news()
        pinging.cancel()
        viewer_seconds = max(1, self._spec.viewers) * (perf_counter() - begin_s)
        return self._result(
            spent_s,
            (self._audience.frames - before_frames) / viewer_seconds,
            (self._audience.bytes - before_bytes) / viewer_seconds,
            _cpu_s() - before_cpu_s,
        )

    async def _pace(self, begin_s: float) -> None:
        spec = self._spec
        while (now_s := perf_counter() - begin_s) < spec.seconds:
            due = int(now_s * spec.holds_per_s)
            probes_due = int(now_s * spec.probes_per_s) - len(self._followed)
            while self._crowd.sent < due and self._hold(follow=probes_due > 0):
                probes_due -= 1
            await asyncio.sleep(TICK_S)

    def _hold(self, *, follow: bool) -> bool:
        """Send the next hold; False when all buyers wait for as many replies as they may."""
        if not self._crowd.free:
            return False
        watch, section = self._spec.watch, self._crowd.section
        watched = watch == "event" or (watch == "section" and section == WATCHED)
        self._crowd.hold(self._follow(section) if follow and watched else None)
        return True

    def _follow(self, section: int) -> OnHeld:
        channel = f"{self._spec.event}/{section_name(section)}"
        probe = Probe(channel, self._spec.viewers, perf_counter())
        self._followed.append(probe)
        self._audience.probes[probe] = None
        return probe.held

    async def _ping(self) -> None:
        """Everybody shows a sign of life, spread over the heartbeat."""
        while True:
            for viewer in self._viewers:
                viewer.ping()
                await asyncio.sleep(HEARTBEAT_S / max(1, len(self._viewers)))

    async def _last_news(self) -> None:
        waited_s = 0.0
        while (self._audience.probes or self._crowd.waiting) and waited_s < LAST_NEWS_S:
            await asyncio.sleep(TICK_S)
            waited_s += TICK_S

    def _result(
        self, spent_s: float, frames_per_viewer_s: float, bytes_per_viewer_s: float, cpu_s: float
    ) -> ViewersResult:
        tally, audience = self._tally, self._audience
        reached = [each.done_s - each.sent_s for each in self._followed if each.done_s is not None]
        return ViewersResult(
            viewers=self._spec.viewers,
            watch=self._spec.watch,
            holds=tally.holds,
            holds_per_s=round(tally.holds / spent_s, 1),
            hold_ms=latency_of(tally.latencies),
            probes=len(self._followed),
            reach_ms=latency_of(reached),
            unreached=len(self._followed) - len(reached),
            frames=audience.frames,
            frames_per_viewer_s=round(frames_per_viewer_s, 2),
            bytes_per_viewer_s=round(bytes_per_viewer_s, 1),
            resets=audience.resets,
            errors=dict(tally.errors + Counter(audience.errors)),
            cpu_s=round(cpu_s, 2),
        )


async def _connect(each: Viewer | PacedBuyer, host: str, port: int) -> None:
    await asyncio.get_running_loop().create_connection(lambda: each, host, port)
    await asyncio.wait_for(each.ready, READY_S)


def _cpu_s() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


async def _run(spec: ViewersSpec) -> None:
    load = ViewersLoad(spec)
    await load.watch()
    _say(b"watching")
    await asyncio.to_thread(sys.stdin.buffer.readline)
    result = await load.buy()
    _say(msgspec.json.encode(result))


def _say(line: bytes) -> None:
    sys.stdout.buffer.write(line + b"\n")
    sys.stdout.buffer.flush()


def main() -> None:
    """Watch and buy as told on standard input."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    spec = msgspec.json.decode(sys.stdin.buffer.readline(), type=ViewersSpec)
    uvloop.run(_run(spec))


if __name__ == "__main__":
    main()
