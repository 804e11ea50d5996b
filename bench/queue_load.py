"""`bench queue`: what people who wait in a queue cost a gateway, and how soon all of them have news.

Thousands join over websockets, then so many a second are let in, then the queue is paused: how long
until the last one has heard of that is the time to tell all.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path
from time import perf_counter
from typing import Final
from urllib.parse import urlsplit

import httpx
import msgspec

from bench.framing import handshake
from bench.machine import Machine, commit, this_machine
from bench.memory import memory_by_part, mib
from bench.processes import CpuTime, cpu_between, cpu_times, parts
from bench.queue_member import Line, QueueMember
from protocol.closing import MSGPACK

CONNECTS_AT_ONCE: Final = 64
HEARTBEAT_S: Final = 20.0
TOLD_WITHIN_S: Final = 10.0
SILENCE_MAX_S: Final = 2.0
"""Nobody who waits may be without news for longer."""
Show = Callable[[str], None]


class QueueLoad(msgspec.Struct, frozen=True):
    """One run against the server of process `server_pid`; `boss` is an organiser's token."""

    url: str
    server_pid: int
    data_dir: str
    event: str
    boss: str
    tokens: Sequence[str]
    seconds: float


class QueueResult(msgspec.Struct, frozen=True):
    """The figures; memory is PSS of all gateways, in kB of 1,000 bytes for one who waits.

    `update_us` is the gateways' processor time for each update that was told while people were let in,
    `told_all_s` from the call that pauses the queue to the last one who heard, `silence_s` the longest
    that anybody who waited was without news.
    """

    scenario: str
    members: int
    joined_s: float
    admitted_per_s: float
    updates: int
    updates_per_s: float
    gateway_mib: float
    kb_per_member: float
    update_us: float
    gateway_cpu: float
    silence_s: float
    told_all_s: float
    errors: dict[str, int]
    machine: Machine
    commit: str | None

    @property
    def holds(self) -> bool:
        """Whether everybody had news in time, and nobody met an error."""
        return not self.errors and self.silence_s <= SILENCE_MAX_S


class _Joined(msgspec.Struct, frozen=True):
    """Everybody is in line: how long that took, and what the gateways hold without and with them."""

    members: list[QueueMember]
    seconds: float
    empty_bytes: int
    full_bytes: int


class _LetIn(msgspec.Struct, frozen=True):
    """What happened while people were let in."""

    seconds: float
    admitted: int
    updates: int
    cpu_s: float


async def run_queue_load(load: QueueLoad, show: Show) -> QueueResult:
    """Gather, open, let in, pause. Raises `httpx.HTTPError`."""
    line = Line(len(load.tokens))
    headers = {"Authorization": f"Bearer {load.boss}"}
    place = f"{load.url}/v1/events/{load.event}/queue"
    async with httpx.AsyncClient(headers=headers, timeout=60, trust_env=False) as http:
        (await http.post(f"{place}/gather")).raise_for_status()
        show(f"{len(load.tokens):,} people join")
        joined = await _join(load, line)
        pinging = asyncio.ensure_future(_ping(joined.members))
        show("people are let in")
        (await http.post(f"{place}/open")).raise_for_status()
        let_in = await _let_in(load, line, joined.members)
        show("everybody is told of a pause")
        told_all_s = await _pause(http, place, line)
        pinging.cancel()
        await asyncio.gather(pinging, return_exceptions=True)
    for member in joined.members:
        member.close()
    return _result(line, joined, let_in, told_all_s)


async def _join(load: QueueLoad, line: Line) -> _Joined:
    empty, began_s = _gateway_bytes(load), perf_counter()
    members = await _gather(load, line)
    return _Joined(members, perf_counter() - began_s, empty, _gateway_bytes(load))


async def _let_in(load: QueueLoad, line: Line, members: Sequence[QueueMember]) -> _LetIn:
    before, updates, begin_s = _cpu(load), line.updates, perf_counter()
    line.began_s = begin_s
    await asyncio.sleep(load.seconds)
    spent_s, updates = perf_counter() - begin_s, line.updates - updates
    for member in members:
        member.listen(perf_counter())
    admitted, line.began_s = line.admitted, None
    return _LetIn(spent_s, admitted, updates, cpu_between(before, _cpu(load))["gateway"] / 1_000)


def _result(line: Line, joined: _Joined, let_in: _LetIn, told_all_s: float) -> QueueResult:
    count, more_bytes = len(joined.members), joined.full_bytes - joined.empty_bytes
    return QueueResult(
        scenario="queue",
        members=count,
        joined_s=round(joined.seconds, 1),
        admitted_per_s=round(let_in.admitted / let_in.seconds, 1),
        updates=let_in.updates,
        updates_per_s=round(let_in.updates / let_in.seconds, 1),
        gateway_mib=mib(joined.full_bytes),
        kb_per_member=round(more_bytes / max(1, count) / 1_000, 1),
        update_us=round(let_in.cpu_s / max(1, let_in.updates) * 1e6, 1),
        gateway_cpu=round(let_in.cpu_s / let_in.seconds, 2),
        silence_s=round(line.silence_s, 2),
        told_all_s=round(told_all_s, 2),
        errors=line.errors,
        machine=this_machine(),
        commit=commit(),
    )


async def _gather(load: QueueLoad, line: Line) -> list[QueueMember]:
    target = urlsplit(load.url)
    host, port = target.hostname or "127.0.0.1", target.port or 80
    opening = handshake(host, port, "/v1/ws", MSGPACK)
    members = [QueueMember(opening, token, load.event, line) for token in load.tokens]
    loop = asyncio.get_running_loop()

    async def come(member: QueueMember) -> None:
        await loop.create_connection(lambda: member, host, port)
        await member.ready

    for first in range(0, len(members), CONNECTS_AT_ONCE):
        await asyncio.gather(*(come(each) for each in members[first : first + CONNECTS_AT_ONCE]))
    return members


async def _ping(members: Sequence[QueueMember]) -> None:
    """Everybody shows a sign of life, spread over the heartbeat."""
    while True:
        for member in members:
            member.ping()
            await asyncio.sleep(HEARTBEAT_S / len(members))


async def _pause(http: httpx.AsyncClient, place: str, line: Line) -> float:
    """How long until everybody who still waits has heard of it, from the call on."""
    begin_s = perf_counter()
    (await http.post(f"{place}/pause")).raise_for_status()
    try:
        async with asyncio.timeout(TOLD_WITHIN_S):
            await line.told.wait()
    except TimeoutError:
        line.errors["not told of the pause"] = line.members - line.admitted - line.paused
    return perf_counter() - begin_s


def _gateway_bytes(load: QueueLoad) -> int:
    return memory_by_part(parts(load.server_pid, Path(load.data_dir)))["gateway"]


def _cpu(load: QueueLoad) -> dict[int, CpuTime]:
    return cpu_times(parts(load.server_pid, Path(load.data_dir)))
