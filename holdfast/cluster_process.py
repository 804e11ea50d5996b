"""The process that keeps Ray: starts it or joins yours, creates actors, and ends when Ray is gone.

Started by the supervisor as `python -m holdfast.cluster_process`. Ray may end its driver at
any time, and a Ray of ours ends with the process that started it: so this process does nothing
else, and the supervisor starts another one when it ends, for whatever reason.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Sequence
from typing import Final

import msgspec
import psutil
import structlog
import uvloop

from actors.ray_creation import nursery_path
from actors.ray_nursery import Nursery
from actors.ray_runtime import attach, joining_environment, node_alive, start_local, stop
from holdfast.actor_recipe import actor_recipe
from holdfast.cluster import Report
from holdfast.logs import configure_logs
from holdfast.settings import Settings, UnsafeSettings

log = structlog.get_logger()
PRELOADED: Final = ("actors.ray_actor", "holdfast.section_store")
DAEMONS: Final = frozenset({"raylet", "gcs_server"})
LOOK_EVERY_S: Final = 0.1
BEAT_EVERY_S: Final = 1.0
BEAT_MAX_S: Final = 2.0
MISSES_MAX: Final = 3
LOST_EXIT_CODE: Final = 4


class RayLost(Exception):
    """Ray has ended, or does not answer any more; the message says which part."""


def main(descriptor: int) -> None:
    """Start or join Ray, write a `Report` to the pipe `descriptor`, and keep it until told to stop."""
    settings = Settings()
    configure_logs(settings.log_level)
    if settings.database_url is None or settings.socket_dir is None:
        raise UnsafeSettings(
            "the keeper of Ray is started by the supervisor, which tells it where things are"
        )
    recipe = actor_recipe(settings, settings.database_url)
    nursery = Nursery(recipe.create, spares=settings.ray_address is None)
    try:
        report = Report(_begin(settings), joining_environment())
    except (ConnectionError, RuntimeError) as error:
        report = Report(problem=str(error))
    uvloop.run(_keep(nursery, settings.socket_dir, descriptor, report))
    stop()


def _begin(settings: Settings) -> str:
    if settings.ray_address is None:
        return start_local(PRELOADED)
    attach(settings.ray_address)
    return settings.ray_address


async def _keep(nursery: Nursery, socket_dir: str, descriptor: int, report: Report) -> None:
    if not report.problem:
        nursery.start(nursery_path(socket_dir))
    with os.fdopen(descriptor, "wb") as pipe:
        pipe.write(msgspec.json.encode(report))
    if report.problem:
        return
    stopping = asyncio.create_task(_told_to_stop())
    watches = [asyncio.create_task(each) for each in (_watch_daemons(), _watch_answers())]
    await asyncio.wait({stopping, *watches}, return_when=asyncio.FIRST_COMPLETED)
    for watch in watches:
        if watch.done():
            log.error("ray_lost", error=str(watch.exception()))
            # Nothing of Ray's can be trusted to come to an end now; the supervisor clears up.
            os._exit(LOST_EXIT_CODE)
    await nursery.stop()


async def _told_to_stop() -> None:
    """Wait for a signal, or for the end of the supervisor, which closes the standard input."""
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopping.set)
    loop.add_reader(sys.stdin, stopping.set)
    await stopping.wait()
    loop.remove_reader(sys.stdin)


async def _watch_daemons() -> None:
    """Look after the daemons of a Ray of ours. Raises `RayLost`."""
    daemons = [each for each in psutil.Process().children() if each.name() in DAEMONS]
    while not (gone := _gone(daemons)):  # noqa: ASYNC110  # nobody tells of the end of a grandchild
        await asyncio.sleep(LOOK_EVERY_S)
    raise RayLost(f"{gone} has ended")


def _gone(daemons: Sequence[psutil.Process]) -> str:
    for each in daemons:
        try:
            if each.status() == psutil.STATUS_ZOMBIE:
                return each.name()
        except psutil.NoSuchProcess:
            return f"process {each.pid}"
    return ""


async def _watch_answers() -> None:
    """Ask Ray's directory for this node again and again. Raises `RayLost`.

    It tells of a node whose raylet hangs after about six seconds; that it hangs itself is
    seen after as many misses as a hung actor may have.
    """
    misses = 0
    while misses < MISSES_MAX:
        await asyncio.sleep(BEAT_EVERY_S)
        try:
            async with asyncio.timeout(BEAT_MAX_S):
                alive = await asyncio.to_thread(node_alive)
        except (TimeoutError, ConnectionError, RuntimeError) as error:
            misses += 1
            log.warning("ray_does_not_answer", misses=misses, error=repr(error))
        else:
            misses = 0
            if not alive:
                raise RayLost("this node was given up")
    raise RayLost("its directory does not answer")


if __name__ == "__main__":
    main(int(sys.argv[1]))
