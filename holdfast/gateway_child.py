"""The supervisor's side of a gateway: a child process, its restarts, and its end."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Mapping
from typing import Final

import structlog

from holdfast.settings import Settings

log = structlog.get_logger()
RESTART_FIRST_S: Final = 0.05
RESTART_MAX_S: Final = 1.0
STABLE_AFTER_S: Final = 10.0
DRAIN_MAX_S: Final = 30.0


class GatewayChild:
    """One gateway process and its restarts; that of the workers is looked after in the same way."""

    def __init__(self, start: Callable[[], subprocess.Popen[bytes]], part: str = "gateway") -> None:
        """`start` starts the process: now, and again whenever it has died. `part` says what it is."""
        self._part = part
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
            log.error("child_died", part=self._part, pid=self._process.pid, code=self._process.returncode)
        if now >= self._again:
            self._process = self._start()
            self._started, self._again = now, None

    def kill(self) -> None:
        """End it now: what it rests on is gone, and it would only keep its clients waiting."""
        self._process.kill()
        self._process.wait()

    async def end(self) -> None:
        """Drain it and wait; kill it only when it does not come to an end."""
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
        try:
            await asyncio.to_thread(self._process.wait, DRAIN_MAX_S)
        except subprocess.TimeoutExpired:
            log.exception("child_killed", part=self._part, pid=self._process.pid)
            self._process.kill()
            await asyncio.to_thread(self._process.wait)


def start_gateway(
    settings: Settings, environment: Mapping[str, str], listener: socket.socket
) -> subprocess.Popen[bytes]:
    """Start a gateway on `listener`; `settings` name its database and Ray, which wants `environment`."""
    return subprocess.Popen(
        [sys.executable, "-m", "holdfast.gateway_process", str(listener.fileno())],
        # The pipe is never written to: it closes when this process ends, however it ends.
        stdin=subprocess.PIPE,
        pass_fds=[listener.fileno()],
        # By environment, because arguments can be read by everybody on the machine.
        env={
            **os.environ,
            **environment,
            "HOLDFAST_DATA_DIR": str(settings.data_dir),
            "HOLDFAST_DATABASE_URL": settings.database_url or "",
            "HOLDFAST_RAY_ADDRESS": settings.ray_address or "",
            "HOLDFAST_SOCKET_DIR": settings.socket_dir or "",
        },
        # A Ctrl-C at the terminal is the supervisor's to pass on.
        start_new_session=True,
    )
