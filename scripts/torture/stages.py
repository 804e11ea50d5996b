"""The scenes of a torture: which faults are dealt where, and how each scene is set up."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import (
    AbstractAsyncContextManager,
    AbstractContextManager,
    AsyncExitStack,
    asynccontextmanager,
)
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, TypeVar
from urllib.parse import urlsplit

import msgspec

from bench.server_process import ServerProcess
from holdfast.ports_free import free_port
from persistence.embedded import EmbeddedPostgres
from scripts.services import rabbitmq, redis_node
from scripts.services.hooks import Receiver
from scripts.services.post_office import PostOffice
from scripts.torture.carts import Carts, two_wings
from scripts.torture.company import Company, put_on_sale, rows_of
from scripts.torture.disk import SmallDisk
from scripts.torture.faults import Fault
from scripts.torture.line import TERMS as LINE_TERMS
from scripts.torture.line import Line
from scripts.torture.news import News
from scripts.torture.outside import Outside, Staff
from scripts.torture.payers import Payers
from scripts.torture.promises import Promises
from scripts.torture.proxy import Proxy, before_postgres, to_port
from scripts.torture.scene import Scene

T = TypeVar("T")
READY_MAX_S: Final = 600.0
LOST_CALLS: Final = {
    method: {"num_failures": -1, "req_failure_prob": 5, "resp_failure_prob": 5}
    for method in (
        "ray::rpc::CoreWorkerService.grpc_client.PushTask",
        "ray::rpc::ActorInfoGcsService.grpc_client.GetNamedActorInfo",
        "ray::rpc::ActorInfoGcsService.grpc_client.GetActorInfo",
    )
}
"""Ray's own failure injection (`RAY_testing_rpc_failure`): how many in a hundred calls are lost, each way."""


Invite = Callable[[Scene, Promises], Awaitable[Sequence[Company]]]


async def nobody(_scene: Scene, _promises: Promises) -> Sequence[Company]:
    """The crowd is alone."""
    return ()


async def everybody(scene: Scene, promises: Promises) -> Sequence[Company]:
    """People in line, people whose payments take time, and what comes of their orders."""
    if scene.outside is None:
        raise LookupError("nobody receives the news in this scene")
    queue = {"queue": LINE_TERMS}
    line = await Line.opened(scene, await put_on_sale(scene, rows_of(10, 20), **queue), promises)
    paid = await put_on_sale(scene, rows_of(20, 40))
    news = News(scene, paid, promises, scene.outside.office, scene.outside.receiver)
    await news.subscribe()
    return line, Payers(scene, paid, promises), news


async def everybody_with_carts(scene: Scene, promises: Promises) -> Sequence[Company]:
    """All of them, and those who want seats of two sections together."""
    carts = Carts(scene, await put_on_sale(scene, two_wings()), promises)
    return *await everybody(scene, promises), carts


@dataclass(frozen=True)
class Stage:
    """A scene and the faults that are dealt in it."""

    name: str
    faults: tuple[Fault, ...]
    open: Callable[[Path], AbstractAsyncContextManager[Scene]]
    invite: Invite = nobody
    """Who is there beside the crowd."""
    pays: bool = True
    """Whether the crowd pays, or leaves the letters to those beside it."""


def _server(data: Path, environment: dict[str, str] | None = None) -> ServerProcess:
    """A server that does not hear what signals its torture hears."""
    return ServerProcess(data, free_port(), environment, READY_MAX_S, own_group=True)


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
    async with _served(_server(folder / "data", environment)) as server:
        yield Scene(server, server.url)


@asynccontextmanager
async def with_receivers(folder: Path) -> AsyncIterator[Scene]:
    """A server with everything embedded, whose mails and webhooks arrive here."""
    async with PostOffice.open() as office, Receiver.open() as receiver:
        environment = {"HOLDFAST_SMTP_URL": office.url, "HOLDFAST_WEBHOOK_PRIVATE": "1"}
        async with plain(folder, environment) as scene:
            yield replace(scene, outside=Outside(office, receiver))


@asynccontextmanager
async def with_services(folder: Path) -> AsyncIterator[Scene]:
    """A server with RabbitMQ, Redis, mail and workers beside it. Raises `PermissionError` without them."""
    if not (rabbitmq.installed() and redis_node.installed()):
        raise PermissionError("RabbitMQ and Redis are not installed")
    async with AsyncExitStack() as stack:
        broker = await stack.enter_async_context(_elsewhere(rabbitmq.node()))
        cache = await stack.enter_async_context(_elsewhere(redis_node.node()))
        environment = {"HOLDFAST_AMQP_URL": broker.url, "HOLDFAST_REDIS_URL": cache.url}
        office = await stack.enter_async_context(PostOffice.open())
        receiver = await stack.enter_async_context(Receiver.open())
        environment |= {"HOLDFAST_SMTP_URL": office.url, "HOLDFAST_WEBHOOK_PRIVATE": "1"}
        outside = Outside(office, receiver, broker, cache)
        scene = replace(await stack.enter_async_context(plain(folder, environment)), outside=outside)
        outside.staff = Staff(scene.server.environment, folder / "workers.log")
        stack.push_async_callback(asyncio.to_thread, outside.staff.stop)
        await asyncio.to_thread(outside.staff.fill)
        yield scene


@asynccontextmanager
async def _elsewhere(block: AbstractContextManager[T]) -> AsyncIterator[T]:
    """A block whose beginning and end do not hold up the loop."""
    entered = await asyncio.to_thread(block.__enter__)
    try:
        yield entered
    finally:
        await asyncio.to_thread(block.__exit__, None, None, None)


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
            server = _server(folder / "data", environment)
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
        async with _served(_server(disk.folder / "data")) as server:
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
    Stage(
        "whole sale",
        (
            *(Fault.ROOM, Fault.ROOM_HANG, Fault.PAID_GATEWAY, Fault.PAID_DATABASE),
            *(Fault.CART_ACTOR, Fault.WORKERS, Fault.WORKERS_PAUSE),
        ),
        with_receivers,
        everybody_with_carts,
        pays=False,
    ),
    Stage(
        "services",
        (*(Fault.BROKER, Fault.CACHE, Fault.POST), *(Fault.WORKER, Fault.WORKER_PAUSE)),
        with_services,
        everybody,
        pays=False,
    ),
    Stage("Ray's calls", (Fault.CALLS_LOST,), with_lost_calls),
    Stage("disk", (Fault.DISK_FULL,), on_small_disk),
)
