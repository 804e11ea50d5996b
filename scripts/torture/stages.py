"""The scenes of a torture: which faults are dealt where, and how each scene is set up."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import msgspec

from bench.server_process import ServerProcess
from holdfast.ports_free import free_port
from persistence.embedded import EmbeddedPostgres
from scripts.torture.disk import SmallDisk
from scripts.torture.faults import Fault
from scripts.torture.proxy import Proxy, before_postgres, to_port
from scripts.torture.scene import Scene

LOST_CALLS: Final = {
    method: {"num_failures": -1, "req_failure_prob": 5, "resp_failure_prob": 5}
    for method in (
        "ray::rpc::CoreWorkerService.grpc_client.PushTask",
        "ray::rpc::ActorInfoGcsService.grpc_client.GetNamedActorInfo",
        "ray::rpc::ActorInfoGcsService.grpc_client.GetActorInfo",
    )
}
"""Ray's own failure injection (`RAY_testing_rpc_failure`): how many in a hundred calls are lost, each way."""


@dataclass(frozen=True)
class Stage:
    """A scene and the faults that are dealt in it."""

    name: str
    faults: tuple[Fault, ...]
    open: Callable[[Path], AbstractAsyncContextManager[Scene]]


@asynccontextmanager
async def _served(server: ServerProcess) -> AsyncIterator[ServerProcess]:
    """Start and stop a server without holding up the links that it may be served through."""
    await asyncio.to_thread(server.__enter__)
    try:
        yield server
    finally:
        await asyncio.to_thread(server.stop)


@asynccontextmanager
async def plain(folder: Path, environment: dict[str, str] | None = None) -> AsyncIterator[Scene]:
    """A server with everything embedded."""
    async with _served(ServerProcess(folder / "data", free_port(), environment)) as server:
        yield Scene(server, server.url)


@asynccontextmanager
async def with_links(folder: Path) -> AsyncIterator[Scene]:
    """A server that reaches its database, and is reached by its buyers, through links of ours."""
    database = EmbeddedPostgres(folder / "database")
    dsn = await asyncio.to_thread(database.start)
    try:
        async with AsyncExitStack() as stack:
            sockets = folder / "link"
            sockets.mkdir()
            database_link, by_link = await stack.enter_async_context(before_postgres(dsn, sockets))
            environment = {"HOLDFAST_DATABASE_URL": by_link}
            server = ServerProcess(folder / "data", free_port(), environment)
            await stack.enter_async_context(_served(server))
            port, behind = free_port(), urlsplit(server.url)
            connect = to_port(str(behind.hostname), int(behind.port or 0))
            buyers_link = await stack.enter_async_context(Proxy.on_port(connect, "127.0.0.1", port))
            yield Scene(server, f"http://127.0.0.1:{port}", dsn, database_link, buyers_link)
    finally:
        await asyncio.to_thread(database.stop)


@asynccontextmanager
async def with_lost_calls(folder: Path) -> AsyncIterator[Scene]:
    """A server whose Ray loses some of its own calls."""
    injected = msgspec.json.encode(LOST_CALLS).decode()
    async with plain(folder, {"RAY_testing_rpc_failure": injected}) as scene:
        yield scene


@asynccontextmanager
async def on_small_disk(folder: Path) -> AsyncIterator[Scene]:
    """A server whose database lies on a disk that can be filled. Raises `PermissionError` unless root."""
    with SmallDisk.mounted(folder / "small") as disk:
        async with _served(ServerProcess(disk.folder / "data", free_port())) as server:
            yield Scene(server, server.url, disk=disk)


STAGES: Final = (
    Stage(
        "processes",
        (
            *(Fault.ACTOR, Fault.HANG, Fault.ACTOR_PAUSE, Fault.GATEWAY, Fault.GATEWAY_PAUSE),
            *(Fault.RAYLET, Fault.RAYLET_HANG, Fault.DIRECTORY, Fault.KEEPER),
            *(Fault.DATABASE, Fault.BACKEND, Fault.DATABASE_PAUSE),
        ),
        plain,
    ),
    Stage(
        "links",
        (
            *(Fault.LINK_CUT, Fault.LINK_SILENT, Fault.LINK_SLOW, Fault.REPLY_LOST),
            *(Fault.CLIENTS_CUT, Fault.CLIENTS_SILENT, Fault.CLIENTS_SLOW),
        ),
        with_links,
    ),
    Stage("Ray's calls", (Fault.CALLS_LOST,), with_lost_calls),
    Stage("disk", (Fault.DISK_FULL,), on_small_disk),
)
