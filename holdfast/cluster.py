"""The supervisor's side of Ray: a child process that keeps it, and clearing up after it."""

from __future__ import annotations

import asyncio
import contextlib
import os
import subprocess
import sys
import uuid
from collections.abc import Iterator
from typing import Final

import msgspec
import psutil

from holdfast.settings import Settings

START_MAX_S: Final = 60.0
END_MAX_S: Final = 10.0
REAP_MAX_S: Final = 5.0
REAP_POLL_S: Final = 0.01
MARK: Final = "HOLDFAST_RAY_OF"
"""An environment variable by which the processes of one Ray are known, whoever their parent is by now."""


class Report(msgspec.Struct, frozen=True):
    """What the keeper of Ray says once: where Ray's head is, or why there is none.

    `environment` is what Ray wants of whoever joins it, such as how parts prove themselves.
    """

    address: str = ""
    environment: dict[str, str] = {}
    problem: str = ""


class Cluster:
    """Ray, kept by a process of its own that can be started again and again."""

    def __init__(self, settings: Settings) -> None:
        """`settings` say where database and sockets are, and whether Ray is one of yours."""
        self._settings = settings
        self._mark = uuid.uuid4().hex
        self._keeper: subprocess.Popen[bytes] | None = None

    @property
    def alive(self) -> bool:
        """Whether the keeper runs; it ends when Ray does."""
        return self._keeper is not None and self._keeper.poll() is None

    async def start(self) -> Report:
        """Start Ray, or join yours, and tell where it is. Raises `ConnectionError`."""
        reader, writer = os.pipe()
        keeper = self._keeper = self._launch(writer)
        os.close(writer)
        with os.fdopen(reader, "rb") as pipe:
            reading = asyncio.ensure_future(asyncio.to_thread(pipe.read))
            if not (await asyncio.wait({reading}, timeout=START_MAX_S))[0]:
                keeper.kill()  # which also ends the reading
            told = await reading
        report = msgspec.json.decode(told, type=Report) if told else Report(problem="the keeper of Ray ended")
        if report.problem:
            raise ConnectionError(report.problem)
        return report

    def _launch(self, report_to: int) -> subprocess.Popen[bytes]:
        settings = self._settings
        return subprocess.Popen(
            [sys.executable, "-m", "holdfast.cluster_process", str(report_to)],
            # The pipe is never written to: it closes when this process ends, however it ends.
            stdin=subprocess.PIPE,
            pass_fds=[report_to],
            env={
                **os.environ,
                "HOLDFAST_DATA_DIR": str(settings.data_dir),
                "HOLDFAST_DATABASE_URL": settings.database_url or "",
                "HOLDFAST_SOCKET_DIR": settings.socket_dir or "",
                MARK: self._mark,
            },
            # A Ctrl-C at the terminal is the supervisor's to pass on.
            start_new_session=True,
        )

    async def end(self) -> None:
        """Ask Ray to end, and end what stays behind; may be called again, also when Ray has ended already."""
        keeper = self._keeper
        if keeper is not None and keeper.poll() is None:
            keeper.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                await asyncio.to_thread(keeper.wait, END_MAX_S)
        await self.clear()

    async def clear(self) -> None:
        """Kill the keeper and every process of its Ray.

        An actor that was left would be fenced off as soon as it wrote, but it would take its
        part of the machine until then.
        """
        remains = await asyncio.to_thread(lambda: list(self._remains()))
        for process in remains:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()
        if self._keeper is not None:
            await asyncio.to_thread(self._keeper.wait)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(REAP_MAX_S):
                while any(_runs(each) for each in remains):  # noqa: ASYNC110  # they are others' children
                    await asyncio.sleep(REAP_POLL_S)

    def _remains(self) -> Iterator[psutil.Process]:
        for process in psutil.process_iter():
            try:
                if process.environ().get(MARK) == self._mark:
                    yield process
            except psutil.Error:
                continue  # it has ended, or is none of ours


def _runs(process: psutil.Process) -> bool:
    """Whether it lives; one that ended may stay listed until whoever adopted it takes note."""
    try:
        return bool(process.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False
