"""One worker: `holdfast worker NAME`, and what `serve` starts where no broker is set.

As a child (`python -m holdfast.worker_process NAME`) it ends when the supervisor is gone, which it
notices by its standard input; either way it ends in good order on SIGTERM and SIGINT.
"""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Final

import structlog
import uvloop

from holdfast.database import open_database
from holdfast.logs import configure_logs
from holdfast.settings import Settings
from holdfast.workforce import Workforce

log = structlog.get_logger()
NICENESS: Final = 19
"""Those who sell come before those who tell: on a busy machine letters wait for the rush to end."""
AUTOGROUP: Final = Path("/proc/self/autogroup")
"""Where Linux says how much of the processor this process's session gets, if it weighs sessions."""


async def work(settings: Settings, name: str, *, child: bool = False) -> None:
    """Work until a signal comes, or (`child`) the supervisor has gone."""
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopping.set)
    if child:
        loop.add_reader(sys.stdin, _on_stdin, stopping)
    async with open_database(settings) as database:
        working = loop.create_task(Workforce(settings, database.dsn, name).run())
        waiting = loop.create_task(stopping.wait())
        await asyncio.wait({working, waiting}, return_when=asyncio.FIRST_COMPLETED)
        waiting.cancel()
        working.cancel()
        [outcome] = await asyncio.gather(working, return_exceptions=True)
        if isinstance(outcome, Exception):
            raise outcome


def start_worker(settings: Settings, name: str) -> subprocess.Popen[bytes]:
    """Start a worker as a child of the supervisor."""
    return subprocess.Popen(
        [sys.executable, "-m", "holdfast.worker_process", name],
        # The pipe is never written to: it closes when this process ends, however it ends.
        stdin=subprocess.PIPE,
        env={
            **os.environ,
            "HOLDFAST_DATA_DIR": str(settings.data_dir),
            "HOLDFAST_DATABASE_URL": settings.database_url or "",
            "HOLDFAST_SOCKET_DIR": settings.socket_dir or "",
            "HOLDFAST_PUBLIC_URL": settings.public_url or "",
        },
        start_new_session=True,
    )


def step_back() -> None:
    """Let everybody else go first: within our session, and our session among the others.

    Linux weighs sessions before it looks into them (`sched(7)`, autogroup), and a child has one of its
    own: its niceness alone would leave it as much of a core as the gateway.
    """
    os.nice(NICENESS)
    try:
        AUTOGROUP.write_text(str(NICENESS))
    except FileNotFoundError:
        pass  # sessions are not weighed here
    except OSError as error:
        log.warning("session_not_nice", error=str(error))


def _on_stdin(stopping: asyncio.Event) -> None:
    if not os.read(sys.stdin.fileno(), 1):
        asyncio.get_running_loop().remove_reader(sys.stdin)
        stopping.set()


if __name__ == "__main__":
    given = Settings()
    configure_logs(given.log_level)
    step_back()
    uvloop.run(work(given, sys.argv[1], child=True))
