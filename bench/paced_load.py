"""A sale at a set pace in a process of its own: so many holds a second, whether or not replies have come.

`python -m bench.paced_load` reads a `PacedSpec` as a line of JSON from standard input. When the
buyers are connected it writes the line `selling`, and when its input ends a `PacedResult` as a line.
"""

from __future__ import annotations

import asyncio
import sys
from functools import partial
from time import perf_counter
from typing import Final
from urllib.parse import urlsplit

import msgspec
import uvloop

from bench.figures import Latency, latency_of
from bench.framing import handshake
from bench.paced_buyer import PacedBuyer, PacedCrowd, Tally
from protocol.closing import MSGPACK

BUYERS: Final = 32
TICK_S: Final = 0.005
READY_S: Final = 30.0
LAST_REPLIES_S: Final = 10.0


class PacedSpec(msgspec.Struct, frozen=True):
    """`holds_per_s` in a house of `seats` in `sections` (`bench.wide_house`), whose first seats are held."""

    url: str
    event: str
    sections: int
    seats: int
    tokens: tuple[str, ...]
    holds_per_s: float


class PacedResult(msgspec.Struct, frozen=True):
    """`hold_ms` is from sending a hold to its acknowledgement; `holds_per_s` those acknowledged."""

    seconds: float
    holds: int
    holds_per_s: float
    hold_ms: Latency
    errors: dict[str, int]


async def _run(spec: PacedSpec) -> PacedResult:
    tally = Tally()
    crowd = PacedCrowd(await _buyers(spec, tally), spec.sections, spec.sections)
    _say(b"selling")
    began_s = perf_counter()
    enough = asyncio.create_task(asyncio.to_thread(sys.stdin.buffer.read))
    while not enough.done():
        _catch_up(crowd, min(spec.seats - spec.sections, int((perf_counter() - began_s) * spec.holds_per_s)))
        await asyncio.sleep(TICK_S)
    spent_s = perf_counter() - began_s
    await _last_replies(crowd)
    rate = round(tally.holds / spent_s, 1)
    return PacedResult(round(spent_s, 2), tally.holds, rate, latency_of(tally.latencies), dict(tally.errors))


async def _buyers(spec: PacedSpec, tally: Tally) -> list[PacedBuyer]:
    target = urlsplit(spec.url)
    host, port = target.hostname or "127.0.0.1", target.port or 80
    opening = handshake(host, port, "/v1/ws", MSGPACK)
    tokens = [spec.tokens[number % len(spec.tokens)] for number in range(BUYERS)]
    buyers = [PacedBuyer(opening, token, spec.event, tally) for token in tokens]
    for each in buyers:
        await asyncio.get_running_loop().create_connection(partial(_same, each), host, port)
        await asyncio.wait_for(each.ready, READY_S)
    return buyers


def _same(buyer: PacedBuyer) -> PacedBuyer:
    return buyer


def _catch_up(crowd: PacedCrowd, due: int) -> None:
    while crowd.sent < due and crowd.free:
        crowd.hold()


async def _last_replies(crowd: PacedCrowd) -> None:
    waited_s = 0.0
    while crowd.waiting and waited_s < LAST_REPLIES_S:
        await asyncio.sleep(TICK_S)
        waited_s += TICK_S


def _say(line: bytes) -> None:
    sys.stdout.buffer.write(line + b"\n")
    sys.stdout.buffer.flush()


def main() -> None:
    """Sell as told on standard input."""
    spec = msgspec.json.decode(sys.stdin.buffer.readline(), type=PacedSpec)
    _say(msgspec.json.encode(uvloop.run(_run(spec))))


if __name__ == "__main__":
    main()
