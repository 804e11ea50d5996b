"""The processes of a server under torture, and how they are struck."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from random import Random
from typing import Final

import psutil

from actors.direct import socket_name
from bench.processes import parts
from bench.server_process import ServerProcess
from persistence.embedded import EmbeddedPostgres
from scripts.torture.waits import within

POLL_S: Final = 0.002
PAUSE_S: Final = 1.0
ENDED_MAX_S: Final = 120.0
REPLACED_MAX_S: Final = 240.0
_KEEPER: Final = "holdfast.cluster_process"
_WORKER: Final = "holdfast.worker_process"
_BACKEND: Final = "postgres: holdfast"
Victims = Callable[[ServerProcess], Iterable[psutil.Process]]


def actors(server: ServerProcess) -> list[psutil.Process]:
    """The actors' processes."""
    return parts(server.pid, server.data_dir).get("actor", [])


def gateways(server: ServerProcess) -> list[psutil.Process]:
    """The gateways' processes."""
    return parts(server.pid, server.data_dir).get("gateway", [])


def listeners(actor: str) -> Victims:
    """The processes of one actor, by its socket: made as `NAME.PID`, then moved to its place."""

    def listening(server: ServerProcess) -> Iterator[psutil.Process]:
        for process in actors(server):
            bound = {Path(str(link.laddr)).name for link in process.net_connections("unix")}
            if f"{socket_name(actor)}.{process.pid}" in bound:
                yield process

    return listening


def workers(server: ServerProcess) -> Iterator[psutil.Process]:
    """Those who act on news within the server."""
    return _descendants(server, lambda process: _WORKER in process.cmdline())


def raylets(server: ServerProcess) -> Iterator[psutil.Process]:
    """Ray's own daemon on this node."""
    return _descendants(server, lambda process: process.name() == "raylet")


def directories(server: ServerProcess) -> Iterator[psutil.Process]:
    """Ray's directory of actors and nodes (GCS)."""
    return _descendants(server, lambda process: process.name() == "gcs_server")


def keepers(server: ServerProcess) -> Iterator[psutil.Process]:
    """The process that started Ray."""
    return _descendants(server, lambda process: _KEEPER in process.cmdline())


def postmasters(server: ServerProcess) -> Iterator[psutil.Process]:
    """The first process of the embedded database server."""
    pid = EmbeddedPostgres(server.data_dir).pid
    if pid is not None:
        yield psutil.Process(pid)


def backends(server: ServerProcess) -> Iterator[psutil.Process]:
    """The database's processes that serve connections of ours."""
    return _among(databases(server), lambda process: " ".join(process.cmdline()).startswith(_BACKEND))


def databases(server: ServerProcess) -> Iterator[psutil.Process]:
    """All processes of the embedded database server."""
    for postmaster in postmasters(server):
        yield postmaster
        yield from postmaster.children()


def _descendants(server: ServerProcess, wanted: Callable[[psutil.Process], bool]) -> Iterator[psutil.Process]:
    return _among(psutil.Process(server.pid).children(recursive=True), wanted)


def _among(
    processes: Iterable[psutil.Process], wanted: Callable[[psutil.Process], bool]
) -> Iterator[psutil.Process]:
    for process in processes:
        try:
            if wanted(process):
                yield process
        except psutil.Error:
            continue  # it has just ended


async def one_of(server: ServerProcess, victims: Victims, randomness: Random) -> psutil.Process:
    """One of the processes that could be struck, at random, once there is any. Raises `StoodStill`."""
    async with within(REPLACED_MAX_S, f"any of its {victims.__name__}"):
        while not (found := _living(server, victims)):  # noqa: ASYNC110  # nobody tells of a birth
            await asyncio.sleep(POLL_S * 10)
    return randomness.choice(sorted(found, key=lambda process: process.pid))


def _living(server: ServerProcess, victims: Victims) -> list[psutil.Process]:
    try:
        return list(victims(server))
    except psutil.NoSuchProcess:  # one of them has just ended, and perhaps another will come
        return []


async def kill(process: psutil.Process) -> None:
    """Kill a process; comes back when it does not run any more."""
    with suppress(psutil.NoSuchProcess):  # it has just ended by itself
        process.kill()
    await ended(process)


async def ended(process: psutil.Process) -> None:
    """Wait until a process does not run any more. Raises `StoodStill`."""
    async with within(ENDED_MAX_S, f"the end of process {process.pid}"):
        while _runs(process):  # noqa: ASYNC110  # somebody else's child tells nobody of its end
            await asyncio.sleep(POLL_S)


async def pause(*processes: psutil.Process) -> None:
    """Let processes stand still for `PAUSE_S`, then go on as if nothing had been."""
    struck = [process for process in processes if hang(process)]
    try:
        await asyncio.sleep(PAUSE_S)
    finally:
        for process in struck:
            with suppress(psutil.NoSuchProcess):  # somebody gave it up meanwhile
                process.resume()


def hang(process: psutil.Process) -> bool:
    """Let a process stand still from now on; whether it was there."""
    try:
        process.suspend()
    except psutil.NoSuchProcess:
        return False
    return True


async def replaced(server: ServerProcess, victims: Victims, old: psutil.Process) -> None:
    """Wait until another process has taken the place of an old one. Raises `StoodStill`."""
    async with within(REPLACED_MAX_S, f"others of the {victims.__name__} than process {old.pid}"):
        while not {each.pid for each in _living(server, victims)} - {old.pid}:  # noqa: ASYNC110  # as above
            await asyncio.sleep(POLL_S * 10)


async def database_back(server: ServerProcess, old: psutil.Process) -> None:
    """Wait until another database server accepts connections. Raises `StoodStill`."""
    embedded = EmbeddedPostgres(server.data_dir)
    async with within(REPLACED_MAX_S, f"another database server than process {old.pid}"):
        while embedded.pid in (None, old.pid) or not embedded.alive():  # noqa: ASYNC110  # as above
            await asyncio.sleep(POLL_S)


def _runs(process: psutil.Process) -> bool:
    try:
        return process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
