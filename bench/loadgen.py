"""A lean websocket load generator in a process of its own, so that its CPU time is its own.

`python -m bench.loadgen` reads a `LoadSpec` as JSON from standard input and writes a
`LoadResult` to standard output.
"""

from __future__ import annotations

import asyncio
import gc
import resource
import sys
from collections.abc import Sequence
from time import perf_counter
from typing import Final
from urllib.parse import urlsplit

import msgspec
import uvloop

from bench.fairness import Fairness, fairness_of, longest_gap
from bench.figures import Latency, latency_of, per_interval
from bench.framing import handshake
from bench.house import hot_labels
from bench.load_connection import Clock, LoadConnection
from bench.scenarios import ECHOES, Scenario, ScenarioName
from bench.storms import make_scenario
from bench.wide_house import wide_label
from protocol.closing import MSGPACK

INTERVAL_S: Final = 0.1
LAST_REPLIES_S: Final = 15.0
_CONNECTS_AT_ONCE: Final = 64


class LoadSpec(msgspec.Struct, frozen=True):
    """What to do: `seconds` are measured after `warm_s`; connections share `tokens` in turn.

    `seats` is the size of the hot section (`bench.house`), of which each hold takes another
    seat, beginning with number `first_seat`. `run` makes idempotency keys unique to the run.
    With `sections` it is the size of a house of equal sections (`bench.wide_house`), whose seats
    are taken in turn. `events` share the demand in turn. `ttl_s` is how long an abandoned hold
    stands. With `retries` failures are repeated under their keys.
    `seats_asked` bounds how many seats are asked for.
    """

    url: str
    scenario: ScenarioName
    connections: int
    seconds: float
    warm_s: float
    event: str
    seats: int
    tokens: tuple[str, ...]
    run: str
    first_seat: int = 0
    sections: int = 0
    events: tuple[str, ...] = ()
    ttl_s: float = 0.0
    retries: bool = False
    seats_asked: int | None = None


class LoadResult(msgspec.Struct, frozen=True):
    """What happened. Rates are those of the measured window, books those of the whole run.

    `seconds` is the measured time: less than asked for when the house was full before.
    `moments` counts replies per 100 ms of the window. `cpu_s` is this process's.
    `longest_gap_s` is the longest time without an acceptance. `holds_per_s` counts acceptances
    that are no bookings.
    """

    scenario: ScenarioName
    connections: int
    seconds: float
    replies: int
    replies_per_s: float
    latency_ms: Latency
    holds: int
    pairs: int
    pairs_per_s: float
    refused: dict[str, int]
    errors: dict[str, int]
    breaches: tuple[str, ...]
    moments: tuple[int, ...]
    cpu_s: float
    cpu_us_per_reply: float
    fairness: Fairness | None = None
    longest_gap_s: float = 0.0
    retried: int = 0
    holds_per_s: float = 0.0


async def run_load(spec: LoadSpec) -> LoadResult:
    """Connect everybody, start at once, measure, wait for the last replies. Raises `OSError`."""
    scenario = make_scenario(
        spec.scenario, spec.event, _seats(spec), spec.run, events=spec.events, ttl_s=spec.ttl_s
    )
    clock = Clock()
    clock.retries = spec.retries
    connections = await _connect(spec, scenario, clock)
    gc.collect()
    gc.freeze()
    cpu_before_s = _cpu_s()
    start_s = perf_counter()
    clock.begin_s = start_s + spec.warm_s
    clock.end_s = clock.begin_s + spec.seconds
    for connection in connections:
        if not connection.done.done():
            connection.begin()
    await _last_replies(connections, scenario, spec.warm_s + spec.seconds + LAST_REPLIES_S)
    cpu_s = _cpu_s() - cpu_before_s
    for connection in connections:
        connection.close()
    return _result(spec, scenario, clock, cpu_s)


def _seats(spec: LoadSpec) -> list[str]:
    last = None if spec.seats_asked is None else spec.first_seat + spec.seats_asked
    if not spec.sections:
        return hot_labels(spec.seats)[spec.first_seat : last]
    each = spec.seats // spec.sections
    seats = [wide_label(section, seat) for seat in range(each) for section in range(spec.sections)]
    return seats[spec.first_seat : last]


async def _connect(spec: LoadSpec, scenario: Scenario, clock: Clock) -> list[LoadConnection]:
    target = urlsplit(spec.url)
    host, port = target.hostname or "127.0.0.1", target.port or 80
    path = ECHOES.get(spec.scenario, "/v1/ws")
    opening = handshake(host, port, path, MSGPACK)
    loop = asyncio.get_running_loop()

    async def one(number: int) -> LoadConnection:
        token = None if spec.scenario in ECHOES else spec.tokens[number % len(spec.tokens)]
        _, connection = await loop.create_connection(
            lambda: LoadConnection(number, opening, token, scenario, clock), host, port
        )
        await connection.ready
        return connection

    connections: list[LoadConnection] = []
    for first in range(0, spec.connections, _CONNECTS_AT_ONCE):
        last = min(first + _CONNECTS_AT_ONCE, spec.connections)
        connections += await asyncio.gather(*(one(number) for number in range(first, last)))
    return connections


async def _last_replies(connections: Sequence[LoadConnection], scenario: Scenario, timeout_s: float) -> None:
    _, missing = await asyncio.wait([each.done for each in connections], timeout=timeout_s)
    if missing:
        scenario.books.errors["no_reply"] += len(missing)


def _result(spec: LoadSpec, scenario: Scenario, clock: Clock, cpu_s: float) -> LoadResult:
    books = scenario.books
    measured_s = max(0.0, min(clock.end_s, clock.last_s) - clock.begin_s)
    replies = len(clock.latencies)
    answered = books.accepted + books.refused.total()
    return LoadResult(
        scenario=spec.scenario,
        connections=spec.connections,
        seconds=round(measured_s, 3),
        replies=replies,
        replies_per_s=round(replies / measured_s, 1) if measured_s else 0.0,
        latency_ms=latency_of(clock.latencies),
        holds=books.holds,
        pairs=books.pairs,
        pairs_per_s=round(clock.pairs / measured_s, 1) if measured_s else 0.0,
        refused=dict(books.refused),
        errors=dict(books.errors),
        breaches=tuple(books.breaches),
        moments=tuple(per_interval(clock.moments, INTERVAL_S)),
        cpu_s=round(cpu_s, 3),
        cpu_us_per_reply=round(cpu_s / answered * 1e6, 2) if answered else 0.0,
        fairness=fairness_of(clock.who, clock.moments, clock.latencies, clock.accepted, spec.connections),
        longest_gap_s=round(longest_gap(clock.moments, clock.accepted, measured_s), 3),
        retried=clock.retried,
        holds_per_s=round((sum(clock.accepted) - clock.pairs) / measured_s, 1) if measured_s else 0.0,
    )


def _cpu_s() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def main() -> None:
    """Run one scenario as told on standard input."""
    spec = msgspec.json.decode(sys.stdin.buffer.read(), type=LoadSpec)
    result = uvloop.run(run_load(spec))
    sys.stdout.buffer.write(msgspec.json.encode(result))


if __name__ == "__main__":
    main()
