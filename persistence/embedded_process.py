"""Whether a cluster's server runs, and clearing up after one that was killed."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import psutil

SOCKET_PORT = 5432
REMAINS_TIMEOUT_S = 10.0


@dataclass(frozen=True, slots=True)
class Postmaster:
    """A running server: its process, where its socket is, and whether it accepts connections."""

    pid: int
    socket_directory: Path
    ready: bool


def running_postmaster(cluster: Path) -> Postmaster | None:
    """The cluster's server, if its process is really there.

    A number in `postmaster.pid` proves nothing: the process may be dead and not yet
    reaped, or the number may belong to another program by now.
    """
    try:
        lines = (cluster / "postmaster.pid").read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return None
    if not lines or not _serves(int(lines[0]), cluster):
        return None
    # Lines after PostgreSQL's miscadmin.h: 5 is the socket's directory, 8 the status.
    socket_directory = Path(lines[4]) if len(lines) > 4 else cluster
    return Postmaster(int(lines[0]), socket_directory, len(lines) > 7 and lines[7].strip() == "ready")


def clear_remains(cluster: Path, socket_directory: Path) -> None:
    """Wait for the children of a server that was killed, then remove its lock files.

    They leave by themselves when they find their parent gone; those that are too busy to
    notice are killed. The lock files must go because PostgreSQL believes in their number
    also when that process is dead and not reaped. Call it only when no server runs, and alone.
    """
    children = [process for process in psutil.process_iter() if _serves(process.pid, cluster)]
    _, busy = psutil.wait_procs(children, timeout=REMAINS_TIMEOUT_S)
    for process in busy:
        process.kill()
    psutil.wait_procs(busy, timeout=REMAINS_TIMEOUT_S)
    (cluster / "postmaster.pid").unlink(missing_ok=True)
    (socket_directory / f".s.PGSQL.{SOCKET_PORT}.lock").unlink(missing_ok=True)


def _serves(pid: int, cluster: Path) -> bool:
    """Whether a process is one of this cluster's: they all work in its directory."""
    try:
        process = psutil.Process(pid)
        return (
            process.status() != psutil.STATUS_ZOMBIE
            and process.name() == "postgres"
            and Path(process.cwd()) == cluster
        )
    except psutil.Error:
        return False
