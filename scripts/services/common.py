"""What all sources of services share: names, ports, and waiting until one is ready."""

from __future__ import annotations

import random
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

DATABASE_URL = "HOLDFAST_TEST_DATABASE_URL"
REDIS_URL = "HOLDFAST_TEST_REDIS_URL"
AMQP_URL = "HOLDFAST_TEST_AMQP_URL"

# Below the range that systems hand out for outgoing connections, so that nobody takes one meanwhile.
PORTS = range(21_000, 30_000)
READY_TIMEOUT_S = 60.0
STOP_TIMEOUT_S = 20.0


class ServiceError(Exception):
    """A service could not be provided; the message says what would help."""


def free_ports(count: int) -> list[int]:
    """Loopback ports that nobody listens on, all different; picked so that two runs seldom meet."""
    found = list(islice(filter(_is_free, random.sample(PORTS, len(PORTS))), count))
    if len(found) < count:
        raise ServiceError(f"fewer than {count} free ports from {PORTS.start} to {PORTS.stop - 1}")
    return found


@contextmanager
def running(
    command: list[str],
    log: Path,
    ready: Callable[[], bool],
    stop: int,
    environment: Mapping[str, str] | None = None,
) -> Iterator[subprocess.Popen[bytes]]:
    """Run a server until the block ends; `stop` is the signal that it leaves on in good order."""
    with (
        log.open("wb") as output,
        # A session of its own: Ctrl-C reaches the tests, and the server is stopped after them.
        subprocess.Popen(
            command, stdout=output, stderr=output, start_new_session=True, env=environment
        ) as process,
    ):
        try:
            _wait(process, log, ready)
            yield process
        finally:
            process.send_signal(stop)
            try:
                process.wait(STOP_TIMEOUT_S)
            except subprocess.TimeoutExpired:
                process.kill()


def _wait(process: subprocess.Popen[bytes], log: Path, ready: Callable[[], bool]) -> None:
    deadline = time.monotonic() + READY_TIMEOUT_S
    while not ready():
        if process.poll() is not None or time.monotonic() > deadline:
            raise ServiceError(f"{process.args!r} did not start:\n{log.read_text(errors='replace')}")
        time.sleep(0.05)


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
