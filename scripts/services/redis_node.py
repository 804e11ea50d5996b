"""A private Redis that keeps nothing, which can be killed and started again at its port."""

from __future__ import annotations

import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from scripts.services.common import ServiceError, free_ports, running


def installed() -> bool:
    """Whether Debian's package is there."""
    return shutil.which("redis-server") is not None and shutil.which("redis-cli") is not None


@contextmanager
def node() -> Iterator[RedisNode]:
    """A node of one's own, started; it ends with the block."""
    if not installed():
        raise ServiceError("Redis is not installed")
    with tempfile.TemporaryDirectory(prefix="holdfast-redis-") as home:
        private = RedisNode(Path(home), *free_ports(1))
        try:
            private.start()
            yield private
        finally:
            private.stop()


class RedisNode:
    """One node; what it knew is gone with `kill` and `stop`."""

    def __init__(self, home: Path, port: int) -> None:
        self.url = f"redis://127.0.0.1:{port}/0"
        self._home = home
        self._port = port
        self._run = ExitStack()

    def start(self) -> None:
        """Start the node and wait until it answers."""
        settings = ["--port", str(self._port), "--bind", "127.0.0.1", "--save", "", "--dir", str(self._home)]
        asked = ["redis-cli", "-p", str(self._port), "ping"]
        self._process = self._run.enter_context(
            running(
                ["redis-server", *settings],
                self._home / "server.log",
                lambda: subprocess.run(asked, check=False, capture_output=True).stdout == b"PONG\n",
                stop=signal.SIGTERM,
            )
        )

    def stop(self) -> None:
        """Stop the node in good order."""
        self._run.close()

    def kill(self) -> None:
        """End the node at once."""
        self._process.kill()
        self._run.close()
