"""One gateway: a stateless driver of Ray that serves on a socket it was given.

Started by the supervisor as `python -m holdfast.gateway_process`; ends when it is told to
(SIGTERM drains) or when the supervisor is gone, which it notices by its standard input.
"""

from __future__ import annotations

import asyncio
import os
import resource
import signal
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
import uvloop
from fastapi import FastAPI

from actors.process import tune_process
from actors.ray_runtime import attach, stop
from gateway.websocket.direct import DirectWebSocket
from holdfast.bootstrap import Gateway
from holdfast.logs import configure_logs
from holdfast.settings import Settings, UnsafeSettings

FRAME_BYTES_MAX = 256 * 1024
"""What the websocket parser lets through, so that our own limit can answer with its own code."""
GRACE_S = 15
"""How long uvicorn waits for requests that are under way after the gateway drained."""


class Server(uvicorn.Server):
    """uvicorn without its signal handlers: draining comes before its shutdown."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave signals to the gateway process."""
        yield


def main(descriptor: int) -> None:
    """Serve on the listening socket `descriptor` until told to stop."""
    settings = Settings()
    configure_logs(settings.log_level)
    if settings.database_url is None or settings.ray_address is None:
        raise UnsafeSettings("a gateway is started by its supervisor, which tells it database and Ray")
    _allow_many_sockets()
    # Before uvicorn sets its signal handlers, because Ray replaces them.
    attach(settings.ray_address)
    try:
        uvloop.run(_serve(settings, settings.database_url, descriptor))
    finally:
        stop()


def server_config(app: FastAPI) -> uvicorn.Config:
    """How a gateway is served; benchmarks serve what they compare with in the same way."""
    return uvicorn.Config(
        app,
        loop="none",
        http="httptools",
        ws=DirectWebSocket,
        ws_max_size=FRAME_BYTES_MAX,
        ws_per_message_deflate=False,
        ws_ping_interval=None,
        lifespan="on",
        log_config=None,
        log_level="warning",
        access_log=False,
        timeout_graceful_shutdown=GRACE_S,
    )


def _allow_many_sockets() -> None:
    """Each client is a file descriptor; systems often start with a thousand and allow many more."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


async def _serve(settings: Settings, dsn: str, descriptor: int) -> None:
    gateway = Gateway(settings, dsn)
    gateway.start()
    tune_process()
    server = Server(server_config(gateway.app))
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopping.set)
    loop.add_reader(sys.stdin, _on_stdin, stopping)
    listener = socket.socket(fileno=descriptor)
    serving = loop.create_task(server.serve(sockets=[listener]))
    waiting = loop.create_task(stopping.wait())
    await asyncio.wait({serving, waiting}, return_when=asyncio.FIRST_COMPLETED)
    await _leave(gateway, server, serving)


def _on_stdin(stopping: asyncio.Event) -> None:
    if not os.read(sys.stdin.fileno(), 1):
        asyncio.get_running_loop().remove_reader(sys.stdin)
        stopping.set()


async def _leave(gateway: Gateway, server: Server, serving: asyncio.Task[None]) -> None:
    if not serving.done():
        await gateway.drain()
    server.should_exit = True
    await serving
    await gateway.close()


if __name__ == "__main__":
    main(int(sys.argv[1]))
