"""The supervisor: owns Ray, the embedded database and the gateways, and outlives each of them.

Gateways are children without state; one that dies is started again on the same listening
socket, so that callers who arrive meanwhile wait instead of being refused. A database
server of ours that dies is started again too. When Ray is gone everything that rests on it
is ended and started anew: every section is rebuilt from its journal, as at any other start.
The supervisor ends everything it started.
"""

from __future__ import annotations

import asyncio
import contextlib
import signal
import socket
import subprocess
import tempfile
from collections.abc import Callable
from http.client import HTTPConnection, HTTPException
from typing import Final

import structlog

from holdfast.bus_watch import BusWatch
from holdfast.cluster import Cluster, Report
from holdfast.database import Database, open_database
from holdfast.gateway_child import GatewayChild, start_gateway
from holdfast.listener import listen
from holdfast.outside import check_redis
from holdfast.settings import LOOPBACK, Settings
from holdfast.worker_process import start_worker
from holdfast.workforce import ALL
from persistence.errors import EmbeddedServerError
from persistence.postgres.relay import PostgresRelay
from telemetry.meters import METERS
from telemetry.telling import Teller

log = structlog.get_logger()
WATCH_EVERY_S: Final = 0.1
READY_POLL_S: Final = 0.05
RAY_AGAIN_S: Final = 1.0
DEATHS: Final = METERS.tally("holdfast_deaths_total", "Parts that died and were started again.", "part")
DEATHS_MAX: Final = 5
"""How often each gateway may die before the first one was ready: then something is wrong for good."""


async def supervise(settings: Settings, host: str, port: int, on_ready: Callable[[str], None]) -> None:
    """Serve on `host:port` until SIGTERM, SIGINT or SIGHUP; `on_ready` gets the URL when it can sell.

    Raises `ChildProcessError` when no gateway comes up, `ConnectionError` when Ray does not, or when
    Redis is set and is not there.
    """
    settings.check_bind(host)
    settings.check_test_mode(host)
    settings.secret()
    await check_redis(settings)
    stopping = asyncio.Event()
    with listen(host, port) as listener:
        async with open_database(settings) as database:
            # Only this account can enter the directory, which is what guards the sockets in it.
            with tempfile.TemporaryDirectory(prefix="holdfast-sockets-") as sockets:
                found = {"database_url": database.dsn, "socket_dir": sockets}
                if settings.public_url is None and host in LOOPBACK:
                    found["public_url"] = _address(listener)
                supervisor = Supervisor(settings.model_copy(update=found), database, listener)
                _on_signals(stopping)
                await supervisor.run(stopping, on_ready)


def _on_signals(stopping: asyncio.Event) -> None:
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        # Whoever started it with nohup wants it to outlive the terminal.
        if signal.getsignal(number) is not signal.SIG_IGN:
            loop.add_signal_handler(number, stopping.set)


class Supervisor:
    """Starts what is missing, again and again, until it is told to stop."""

    def __init__(self, settings: Settings, database: Database, listener: socket.socket) -> None:
        """`settings` name the database and the directory for sockets; Ray's address is found here."""
        self._settings = settings
        self._database = database
        self._listener = listener
        self._cluster = Cluster(settings)
        self._gateways: list[GatewayChild] = []
        self._workers: list[GatewayChild] = []

    async def run(self, stopping: asyncio.Event, on_ready: Callable[[str], None]) -> None:
        """Serve until `stopping` is set. Raises what `supervise` raises."""
        announcing = asyncio.create_task(_announce(self._listener, on_ready))
        teller = Teller("supervisor", self._settings.socket_dir)
        teller.gauge("holdfast_gateway_deaths", "Gateways that died and were started again.", self._deaths)
        teller.start()
        bus = BusWatch(PostgresRelay(self._database.dsn))
        bus.start()
        try:
            self._gateways = self._start_gateways(await self._cluster.start())
            while not stopping.is_set():
                for child in (*self._gateways, *self._workers):
                    child.watch()
                if announcing.done() and not self._workers:
                    self._workers = self._start_workers()
                if not announcing.done() and all(each.deaths >= DEATHS_MAX for each in self._gateways):
                    raise ChildProcessError("no gateway comes up; what each of them said stands above")
                await _watch_database(self._database)
                if not self._cluster.alive:
                    await self._begin_anew(stopping)
                await _pause(stopping, WATCH_EVERY_S)
        finally:
            announcing.cancel()
            await bus.stop()
            await teller.stop()
            await asyncio.gather(*(child.end() for child in (*self._gateways, *self._workers)))
            await self._cluster.end()

    def _deaths(self) -> float:
        return float(sum(gateway.deaths for gateway in self._gateways))

    def _start_gateways(self, ray: Report) -> list[GatewayChild]:
        settings = self._settings.model_copy(update={"ray_address": ray.address})

        def start() -> subprocess.Popen[bytes]:
            return start_gateway(settings, ray.environment, self._listener)

        return [GatewayChild(start) for _ in range(settings.gateways)]

    def _start_workers(self) -> list[GatewayChild]:
        """Where no broker is set the workers are a child of ours, once there is something to sell."""
        if self._settings.amqp_url is not None or not self._settings.workers:
            return []
        return [GatewayChild(lambda: start_worker(self._settings, ALL), "workers")]

    async def _begin_anew(self, stopping: asyncio.Event) -> None:
        """Ray is gone, and with it every actor: end what rests on it, then start as at the first time."""
        DEATHS["ray"] += 1
        log.error("ray_died")
        for gateway in self._gateways:
            gateway.kill()
        self._gateways = []
        while not stopping.is_set():
            await self._cluster.clear()
            await _watch_database(self._database)
            try:
                self._gateways = self._start_gateways(await self._cluster.start())
            except ConnectionError as error:
                log.error("ray_not_started", error=str(error))  # noqa: TRY400  # its words are the whole story
                await _pause(stopping, RAY_AGAIN_S)
            else:
                return


async def _pause(stopping: asyncio.Event, seconds: float) -> None:
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(stopping.wait(), seconds)


async def _watch_database(database: Database) -> None:
    """Bring back an embedded server that was killed; its clients reconnect by themselves."""
    if database.embedded is None or database.embedded.alive():
        return
    DEATHS["database"] += 1
    log.error("database_died")
    try:
        await asyncio.to_thread(database.embedded.start)
    except EmbeddedServerError:
        log.exception("database_not_started")


async def _announce(listener: socket.socket, on_ready: Callable[[str], None]) -> None:
    """Say once that a gateway can sell."""
    host, port = listener.getsockname()[:2]
    while not await asyncio.to_thread(_ready, host, port):  # noqa: ASYNC110  # the event is in another process
        await asyncio.sleep(READY_POLL_S)
    on_ready(_address(listener))


def _address(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"http://{f'[{host}]' if ':' in host else host}:{port}"


def _ready(host: str, port: int) -> bool:
    connection = HTTPConnection(host, port, timeout=5)
    try:
        connection.request("GET", "/readyz")
        return connection.getresponse().status == 200
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()
