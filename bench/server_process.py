"""A server of our own for a measurement: started in a temporary data directory, stopped with it."""

from __future__ import annotations

import os
import secrets
import selectors
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Final, Self

import msgspec

STOP_TIMEOUT_S: Final = 60
COMMAND_TIMEOUT_S: Final = 600
BASELINE: Final = "holdfast.baseline_process"


class ServerFailed(Exception):
    """The server, or a command beside it, did not do what it should; the message has its last words."""


class ServerProcess:
    """`holdfast serve` as a context manager; `secret` signs its tokens.

    Its words go to `server.log` in the data directory. With `own_group` it does not share the
    caller's process group, so that signals to the one do not reach the other. With `design`
    a baseline of `bench.baselines` serves instead.
    Raises `ServerFailed` when it is not ready in `ready_timeout_s`.
    """

    def __init__(
        self,
        data_dir: Path,
        port: int,
        environment: Mapping[str, str] | None = None,
        ready_timeout_s: float = 120,
        *,
        own_group: bool = False,
        design: str | None = None,
    ) -> None:
        self.url = f"http://127.0.0.1:{port}"
        self.data_dir: Final = data_dir
        self.secret: Final = secrets.token_hex(32)
        self.environment: Final = {
            **os.environ,
            # On, and wider than any load of ours: what limits cost is part of what is measured.
            "HOLDFAST_RATE_PRINCIPAL": "100000/s burst 100000",
            **(environment or {}),
            "HOLDFAST_DATA_DIR": str(data_dir),
            "HOLDFAST_SECRET_KEY": self.secret,
            "HOLDFAST_ECHO": "1",
        }
        self._port: Final = port
        self._own_group: Final = own_group
        self._design: Final = design
        self._ready_timeout_s: Final = ready_timeout_s
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        """The process id of the supervisor. Raises `ServerFailed` before the start."""
        if self._process is None:
            raise ServerFailed("the server was not started")
        return self._process.pid

    def __enter__(self) -> Self:
        self.data_dir.mkdir(parents=True, exist_ok=True)
        with self._log_path.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", *self._program],
                stdout=subprocess.PIPE,
                stderr=log,
                env=self.environment,
                start_new_session=self._own_group,
            )
        try:
            self.url = self._wait_until_ready(self._process)
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    @property
    def _program(self) -> tuple[str, ...]:
        if self._design is None:
            return ("holdfast", "serve", "--port", str(self._port))
        return (BASELINE, self._design, str(self._port))

    @property
    def log(self) -> str:
        """What the server said on standard error, from its start."""
        return self._log_path.read_text(errors="replace") if self._log_path.exists() else ""

    @property
    def _log_path(self) -> Path:
        return self.data_dir / "server.log"

    def _wait_until_ready(self, process: subprocess.Popen[bytes]) -> str:
        if process.stdout is None:
            raise ServerFailed("the server's output is not connected")
        line = first_line(process.stdout, self._ready_timeout_s).decode().strip()
        if not line.startswith("ready "):
            raise ServerFailed(f"the server did not get ready: {line} {self.log[-2_000:]}")
        return line.removeprefix("ready ")

    def stop(self) -> None:
        """Ask the server to drain and wait for its end; one that does not end is killed."""
        process = self._process
        if process is None:
            return
        if process.poll() is None:
            process.terminate()
        try:
            self.wait()
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def wait(self, timeout_s: float = STOP_TIMEOUT_S) -> int:
        """Wait for the end of the server and return its exit status.

        Raises `subprocess.TimeoutExpired`, and `ServerFailed` before the start.
        """
        if self._process is None:
            raise ServerFailed("the server was not started")
        status = self._process.wait(timeout_s)
        if self._process.stdout is not None:
            self._process.stdout.close()
        return status

    def command(self, *arguments: str, accept: Callable[[int], bool] = lambda status: status == 0) -> Any:
        """Run another `holdfast` command on the same data and return its JSON. Raises `ServerFailed`."""
        return self._run("holdfast", *arguments, "--json", "-", accept=accept)

    def audit(self) -> Any:
        """The books, from the journal or from the baseline's own tables. Raises `ServerFailed`."""
        if self._design is not None:
            return self._run(BASELINE, self._design, "audit", accept=lambda status: status == 0)
        return self.command("verify", accept=lambda status: status in (0, 1))

    def _run(self, *words: str, accept: Callable[[int], bool]) -> Any:
        done = subprocess.run(
            [sys.executable, "-m", *words],
            capture_output=True,
            env=self.environment,
            timeout=COMMAND_TIMEOUT_S,
            check=False,
        )
        if not accept(done.returncode):
            said = done.stderr.decode(errors="replace")[-2_000:]
            raise ServerFailed(f"{' '.join(words[:2])}: {said}")
        return msgspec.json.decode(done.stdout)


def first_line(stream: IO[bytes], timeout_s: float) -> bytes:
    """The first line of a pipe, or what came of it until its end or the time-out."""
    line = b""
    deadline_s = time.monotonic() + timeout_s
    with selectors.DefaultSelector() as selector:
        selector.register(stream, selectors.EVENT_READ)
        while not line.endswith(b"\n") and selector.select(max(0.0, deadline_s - time.monotonic())):
            byte = os.read(stream.fileno(), 1)
            if not byte:
                break
            line += byte
    return line
