"""What can be done to a running server: a part of it ends without warning, or hangs."""

from __future__ import annotations

import asyncio
from enum import StrEnum
from random import Random
from typing import Final

import psutil

from bench.processes import Part, parts
from bench.server_process import ServerProcess
from persistence.embedded import EmbeddedPostgres

POLL_S: Final = 0.002


class Fault(StrEnum):
    """A blow to one part of the server."""

    ACTOR = "actor killed"
    GATEWAY = "gateway killed"
    DATABASE = "database killed"
    HANG = "actor hangs"


_PART_OF: Final[dict[Fault, Part]] = {
    Fault.ACTOR: "actor",
    Fault.HANG: "actor",
    Fault.GATEWAY: "gateway",
}


def victim(server: ServerProcess, fault: Fault, randomness: Random) -> psutil.Process:
    """The process that a fault strikes; one of several actors at random. Raises `LookupError`."""
    if fault is Fault.DATABASE:
        pid = EmbeddedPostgres(server.data_dir).pid
        if pid is None:
            raise LookupError("no database server runs")
        return psutil.Process(pid)
    candidates = parts(server.pid, server.data_dir).get(_PART_OF[fault], [])
    if not candidates:
        raise LookupError(f"the server has no process that could be struck: {fault}")
    return randomness.choice(sorted(candidates, key=lambda process: process.pid))


async def strike(process: psutil.Process, fault: Fault) -> None:
    """Stop the process (`HANG`) or kill it; comes back when it does not run any more."""
    if fault is Fault.HANG:
        process.suspend()
        return
    process.kill()
    while _runs(process):  # noqa: ASYNC110  # somebody else's child tells nobody of its end
        await asyncio.sleep(POLL_S)


def _runs(process: psutil.Process) -> bool:
    try:
        return process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


async def database_back(server: ServerProcess, killed_pid: int) -> None:
    """Wait until another database server accepts connections."""
    embedded = EmbeddedPostgres(server.data_dir)
    while embedded.pid in (None, killed_pid) or not embedded.alive():  # noqa: ASYNC110  # as above
        await asyncio.sleep(POLL_S)
