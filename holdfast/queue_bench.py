"""`holdfast bench queue`: runs the measurement of people who wait, on a server of its own."""

from __future__ import annotations

import asyncio
import resource
import tempfile
from pathlib import Path
from typing import Final

import msgspec
import typer
import uvloop
from rich.table import Table

from bench.house import open_terms
from bench.queue_load import SILENCE_MAX_S, QueueLoad, QueueResult, run_queue_load
from bench.server_process import ServerProcess
from bench.wide_house import wide_house
from engine.plans.canonical import canonical_json
from gateway.access.auth import issue_token
from holdfast.catalogue_commands import store_event, store_plan
from holdfast.database import open_database
from holdfast.output import console, write_json
from holdfast.ports_free import free_port
from holdfast.settings import Settings

MEMBERS: Final = 10_000
QUICK_MEMBERS: Final = 400
SECONDS: Final = 20.0
RATE_PER_MINUTE: Final = 6_000
SEATS: Final = 20_000
"""More than are let in, so that the stock never decides."""
TOKEN_TTL_S: Final = 3_600
QUEUE: Final = {"mode": "fifo", "rate_per_minute": RATE_PER_MINUTE, "grace_ms": 600_000}
WIDE: Final = {"HOLDFAST_RATE_ADDRESS": "100000/s burst 100000"}
"""People come by the thousand from one address here, which a server would not let them do."""


def bench_queue(members: int | None, seconds: float | None, quick: bool, json: str | None) -> None:
    """Measure, tell, and end with 1 if somebody was without news for too long or met an error."""
    count = members or (QUICK_MEMBERS if quick else MEMBERS)
    result = uvloop.run(run_queue_bench(count, seconds or (2.0 if quick else SECONDS)))
    console.print(told(result))
    write_json(json, result)
    if not result.holds:
        raise typer.Exit(1)


async def run_queue_bench(members: int, seconds: float) -> QueueResult:
    """Measure in a data directory that goes afterwards. Raises `bench.ServerFailed`."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    with tempfile.TemporaryDirectory(prefix="holdfast-queue-", ignore_cleanup_errors=True) as folder:
        settings = Settings(data_dir=Path(folder) / "data")
        async with open_database(settings):
            stored = await store_plan(settings, canonical_json(wide_house(2, SEATS // 2)), "holdfast", None)
            terms, queue = msgspec.json.encode(open_terms()), msgspec.json.encode(QUEUE)
            event = await store_event(settings, stored.plan, "Queue", terms, opened=True, queue_json=queue)
            server = ServerProcess(settings.data_dir, free_port(), WIDE)
            await asyncio.to_thread(server.__enter__)
            try:
                return await _measured(server, event.id, members, seconds)
            finally:
                await asyncio.to_thread(server.stop)


async def _measured(server: ServerProcess, event: str, members: int, seconds: float) -> QueueResult:
    names = [f"waiting-{number}" for number in range(members)]
    tokens = tuple(issue_token(server.secret, name, "buyer", TOKEN_TTL_S) for name in names)
    boss = issue_token(server.secret, "boss", "organiser", TOKEN_TTL_S)
    load = QueueLoad(server.url, server.pid, str(server.data_dir), event, boss, tokens, seconds)
    with console.status("people join") as status:
        return await run_queue_load(load, status.update)


def told(result: QueueResult) -> Table:
    """The figures as a table."""
    table = Table("what", "measured", title=f"{result.members:,} people wait")
    table.add_row("all had joined after", f"{result.joined_s} s")
    table.add_row("let in", f"{result.admitted_per_s} a second")
    table.add_row("updates told", f"{result.updates:,}, {result.updates_per_s:,} a second")
    table.add_row("memory of the gateway", f"{result.gateway_mib} MiB, {result.kb_per_member} kB a member")
    table.add_row(
        "processor time of the gateway", f"{result.update_us} µs an update, {result.gateway_cpu} cores"
    )
    table.add_row("longest without news", f"{result.silence_s} s (at most {SILENCE_MAX_S})")
    table.add_row("until the last of all is told", f"{result.told_all_s} s")
    table.add_row("errors", str(result.errors or "none"))
    return table
