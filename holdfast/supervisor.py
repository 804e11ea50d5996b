"""The supervisor: owns Ray, the embedded database and the gateways, and outlives each of them.

Gateways are children without state; one that dies is started again on the same listening
socket, so that callers who arrive meanwhile wait instead of being refused. A database
server of ours that dies is started again too. The supervisor ends everything it started.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable
from http.client import HTTPConnection, HTTPException
from typing import Final

import psutil
import structlog

from actors.ray_runtime import attach, start_local, stop
from holdfast.database import Database, open_database
from holdfast.listener import listen
from holdfast.settings import Settings
from persistence.errors import EmbeddedServerError

log = structlog.get_logger()
WATCH_EVERY_S: Final = 0.2
READY_POLL_S: Final = 0.05
RESTART_FIRST_S: Final = 0.05
RESTART_MAX_S: Final = 1.0
DEATHS_MAX: Final = 5
"""How often each gateway may die before the first one was ready: then something is wrong for good."""
STABLE_AFTER_S: Final = 10.0
DRAIN_MAX_S: Final = 30.0
REAP_MAX_S: Final = 5.0


class GatewayChild:
    """One gateway process and its restarts."""

    def __init__(self, start: Callable[[], subprocess.Popen[bytes]]) -> None:
        self._start = start
        self._process = start()
        self._delay_s = RESTART_FIRST_S
        self._loop = asyncio.get_running_loop()
        self._started = self._loop.time()
        self._again: float | None = None
        self.deaths = 0

    def watch(self) -> None:
        """Start it again if it died, not faster than its back-off allows."""
        if self._process.poll() is None:
            return
        now = self._loop.time()
        if self._again is None:
            stable = now - self._started > STABLE_AFTER_S
            self._delay_s = RESTART_FIRST_S if stable else min(self._delay_s * 2, RESTART_MAX_S)
            self._again = now + self._delay_s
            self.deaths += 1
            log.error("gateway_died", pid=self._process.pid, code=self._process.returncode)
        if now >= self._again:
            self._process = self._start()
            self._started, self._again = now, None

    async def end(self) -> None:
        """Drain it and wait; kill it only when it does not come to an end."""
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
        try:
            await asyncio.to_thread(self._process.wait, DRAIN_MAX_S)
        except subprocess.TimeoutExpired:
            log.exception("gateway_killed", pid=self._process.pid)
            self._process.kill()
            await asyncio.to_thread(self._process.wait)


async def supervise(settings: Settings, host: str, port: int, on_ready: Callable[[str], None]) -> None:
    """Serve on `host:port` until SIGTERM or SIGINT; `on_ready` gets the URL when it can sell.

    Raises `ChildProcessError` when no gateway comes up.
    """
    settings.check_bind(host)
    settings.secret()
    stopping = asyncio.Event()
    with listen(host, port) as listener:
        async with open_database(settings) as database:
            address = _start_ray(settings)
            try:
                _on_signals(stopping)  # after Ray, which puts handlers of its own
                # Only this account can enter the directory, which is what guards the sockets in it.
                with tempfile.TemporaryDirectory(prefix="holdfast-sockets-") as sockets:
                    found = {"database_url": database.dsn, "ray_address": address, "socket_dir": sockets}
                    complete = settings.model_copy(update=found)
                    await _run(complete, database, listener, stopping, on_ready)
            finally:
                await asyncio.to_thread(_stop_ray)


def _start_ray(settings: Settings) -> str:
    if settings.ray_address is None:
        return start_local()
    attach(settings.ray_address)
    return settings.ray_address


def _stop_ray() -> None:
    """Leave Ray, and end those of its processes that stay behind although this one started them."""
    ours = psutil.Process().children(recursive=True)
    stop()
    _, alive = psutil.wait_procs(ours, timeout=REAP_MAX_S)
    for process in alive:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()


def _on_signals(stopping: asyncio.Event) -> None:
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopping.set)


async def _run(
    settings: Settings,
    database: Database,
    listener: socket.socket,
    stopping: asyncio.Event,
    on_ready: Callable[[str], None],
) -> None:
    def start() -> subprocess.Popen[bytes]:
        return _start_gateway(settings, listener)

    gateways = [GatewayChild(start) for _ in range(settings.gateways)]
    announcing = asyncio.create_task(_announce(listener, on_ready))
    try:
        while not stopping.is_set():
            for gateway in gateways:
                gateway.watch()
            if not announcing.done() and all(gateway.deaths >= DEATHS_MAX for gateway in gateways):
                raise ChildProcessError("no gateway comes up; what each of them said stands above")
            await _watch_database(database)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(stopping.wait(), WATCH_EVERY_S)
    finally:
        announcing.cancel()
        await asyncio.gather(*(gateway.end() for gateway in gateways))


def _start_gateway(settings: Settings, listener: socket.socket) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "holdfast.gateway_process", str(listener.fileno())],
        # The pipe is never written to: it closes when this process ends, however it ends.
        stdin=subprocess.PIPE,
        pass_fds=[listener.fileno()],
        # By environment, because arguments can be read by everybody on the machine.
        env={
            **os.environ,
            "HOLDFAST_DATA_DIR": str(settings.data_dir),
            "HOLDFAST_DATABASE_URL": settings.database_url or "",
            "HOLDFAST_RAY_ADDRESS": settings.ray_address or "",
            "HOLDFAST_SOCKET_DIR": settings.socket_dir or "",
        },
        # A Ctrl-C at the terminal is the supervisor's to pass on.
        start_new_session=True,
    )


async def _watch_database(database: Database) -> None:
    """Bring back an embedded server that was killed; its clients reconnect by themselves."""
    if database.embedded is None or database.embedded.alive():
        return
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
    on_ready(f"http://{f'[{host}]' if ':' in host else host}:{port}")


def _ready(host: str, port: int) -> bool:
    connection = HTTPConnection(host, port, timeout=5)
    try:
        connection.request("GET", "/readyz")
        return connection.getresponse().status == 200
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()
