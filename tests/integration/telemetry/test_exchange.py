"""Processes of one node tell each other their figures."""

from __future__ import annotations

import asyncio
import socket
import sys

from telemetry.exchange import gather_figures
from tests.databases import temporary_directory

TELLER = """
import asyncio, sys
from telemetry.health import HEALTH
from telemetry.meters import METERS
from telemetry.telling import Teller

async def main():
    METERS.counter("told_total", "Told.").value += 7
    HEALTH.watch("broker", lambda: "away")
    teller = Teller("worker-relay", sys.argv[1])
    teller.start()
    await asyncio.sleep(0)
    while not await asyncio.to_thread(sys.stdin.readline):
        pass
    await teller.stop()

asyncio.run(main())
"""


async def test_figures_of_another_process_are_found() -> None:
    """Whoever is asked tells of all; one that ended without a word is cleared away."""
    with temporary_directory() as directory:
        with socket.socket(socket.AF_UNIX) as gone:
            gone.bind(str(directory / "figures-actor-1"))
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-c", TELLER, str(directory)), stdin=asyncio.subprocess.PIPE
        )
        told = await gather_figures(str(directory), "gateway")
        while len(told) < 2:
            await asyncio.sleep(0)
            told = await gather_figures(str(directory), "gateway")
        own, other = told
        assert ("gateway", "worker-relay", process.pid) == (own.process, other.process, other.pid)
        assert {"broker": "away"} == other.health
        assert [7] == [family.samples[0].value for family in other.families if family.name == "told_total"]
        assert not (directory / "figures-actor-1").exists()
        await process.communicate(b"end\n")
        assert [] == list(directory.iterdir())


async def test_a_process_alone_tells_of_itself() -> None:
    """Without a directory to share there is nobody else."""
    assert ["gateway"] == [each.process for each in await gather_figures(None, "gateway")]
