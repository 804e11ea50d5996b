"""A private RabbitMQ node from Debian's packages, which can be stopped, killed and started again."""

from __future__ import annotations

import os
import signal
import socket
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import psutil

from scripts.services.common import ServiceError, free_ports, running

SERVER = Path("/usr/lib/rabbitmq/bin/rabbitmq-server")
GREETING = b"AMQP\x00\x00\x09\x01"
GREETING_TIMEOUT_S = 2.0


def installed() -> bool:
    """Whether Debian's package is there."""
    return SERVER.exists()


@contextmanager
def rabbitmq() -> Iterator[str]:
    """The URL of a node that ends with the block."""
    with node() as private:
        yield private.url


@contextmanager
def node() -> Iterator[RabbitNode]:
    """A node of one's own, started, with its port mapper; both end with the block."""
    if not installed():
        raise ServiceError("RabbitMQ is not installed")
    with tempfile.TemporaryDirectory(prefix="holdfast-rabbitmq-", ignore_cleanup_errors=True) as home:
        private = RabbitNode(Path(home), *free_ports(3))
        with private.port_mapper():
            try:
                private.start()
                yield private
            finally:
                private.stop()


class RabbitNode:
    """One node, whose messages survive `kill` and `stop` until its directory goes."""

    def __init__(self, home: Path, port: int, cluster_port: int, mapper_port: int) -> None:
        self.url = f"amqp://guest:guest@127.0.0.1:{port}/"
        self._home = home
        self._port = port
        self._mapper_port = mapper_port
        self._run = ExitStack()
        self._environment = {
            **os.environ,
            "HOME": str(home),  # the cookie is made there
            "ERL_EPMD_PORT": str(mapper_port),
            "ERL_EPMD_ADDRESS": "127.0.0.1",
            "RABBITMQ_CONF_ENV_FILE": os.devnull,
            "RABBITMQ_CONFIG_FILE": str(home / "rabbitmq.conf"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(home / "enabled_plugins"),
            "RABBITMQ_NODENAME": f"holdfast-{port}@localhost",
            "RABBITMQ_MNESIA_BASE": str(home / "data"),
            "RABBITMQ_LOG_BASE": str(home / "log"),
            "RABBITMQ_LOGS": "-",
            "RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1",
            "RABBITMQ_NODE_PORT": str(port),
            "RABBITMQ_DIST_PORT": str(cluster_port),
            # Idle schedulers sleep instead of spinning: tests share few processors.
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "-kernel inet_dist_use_interface {127,0,0,1} +sbwt none",
        }
        (home / "rabbitmq.conf").touch()
        (home / "enabled_plugins").write_text("[].")

    @contextmanager
    def port_mapper(self) -> Iterator[None]:
        """Erlang's port mapper as a child: the node would start a daemon that outlives it."""
        command = ["epmd", "-port", str(self._mapper_port), "-address", "127.0.0.1"]
        with running(
            command,
            self._home / "epmd.log",
            lambda: _listens(self._mapper_port),
            stop=signal.SIGTERM,
            environment=self._environment,
        ):
            yield

    def start(self) -> None:
        """Start the node and wait until it greets clients."""
        self._process = self._run.enter_context(
            running(
                [str(SERVER)],
                self._home / "server.log",
                lambda: _greets(self._port),
                stop=signal.SIGTERM,
                environment=self._environment,
            )
        )

    def stop(self) -> None:
        """Stop the node in good order."""
        self._run.close()

    def kill(self) -> None:
        """End the node at once, as a machine that loses power does."""
        for process in psutil.Process(self._process.pid).children(recursive=True):
            # Its helpers end with it, and may be faster than this.
            with suppress(psutil.NoSuchProcess):
                process.kill()
        self._run.close()


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _greets(port: int) -> bool:
    """Whether a broker answers: its port opens a little before it serves."""
    with socket.socket() as probe:
        probe.settimeout(GREETING_TIMEOUT_S)
        try:
            probe.connect(("127.0.0.1", port))
            probe.sendall(GREETING)
            return probe.recv(1) == b"\x01"
        except OSError:
            return False
