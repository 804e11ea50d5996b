"""Services from Debian's packages: installed when missing, never started by the system."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from scripts.services import rabbitmq, redis_node
from scripts.services.common import AMQP_URL, DATABASE_URL, REDIS_URL, ServiceError, free_ports, running

ACCOUNT = "postgres"
POSTGRES_HOME = Path("/usr/lib/postgresql")
POLICY = Path("/usr/sbin/policy-rc.d")
# Exit status 101: "action not allowed" (Debian's invoke-rc.d).
POLICY_TEXT = "#!/bin/sh\nexit 101\n"
COMPOSE = "docker-compose"
CLUSTER_POLICY = Path("/etc/postgresql-common/createcluster.d/holdfast-no-cluster.conf")


def install() -> None:
    """Install what is missing. Raises `ServiceError` when that takes root and this is not root."""
    missing = _missing()
    if not missing:
        return
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        raise ServiceError(
            f"PostgreSQL with PostGIS, Redis and RabbitMQ are needed. Set {DATABASE_URL}, {REDIS_URL} and "
            f"{AMQP_URL}, start a Docker engine, or install Debian's packages postgresql, "
            "postgresql-15-postgis-3 (or your version's), redis-server and rabbitmq-server"
        )
    with _nothing_starts():
        _apt("update")
        packages = [package for name in missing for package in PACKAGES[name]()]
        _apt("install", "-y", "--no-install-recommends", *packages)
        _install_compose()
    if missing := _missing():
        raise ServiceError(f"{' and '.join(missing)} is not there though it was installed")


def _install_compose() -> None:
    """Install a reader of Docker Compose's files, which needs no engine; tests say so where it is missing."""
    try:
        _apt("install", "-y", "--no-install-recommends", COMPOSE)
    except ServiceError as error:
        print(f"with_services: goes on without {COMPOSE}: {error}", file=sys.stderr)


def install_browser() -> None:
    """Install Chromium where that can be done; tests of pages say so where it is missing."""
    if shutil.which("chromium") is None and os.geteuid() == 0 and shutil.which("apt-get") is not None:
        _apt("update")
        _apt("install", "-y", "--no-install-recommends", "chromium")


def _missing() -> list[str]:
    there = {
        "PostgreSQL with PostGIS": _postgres_programs() is not None,
        "Redis": redis_node.installed(),
        "RabbitMQ": rabbitmq.installed(),
    }
    return [name for name, found in there.items() if not found]


@contextmanager
def postgres() -> Iterator[str]:
    """A private PostgreSQL, run by its own account because it refuses root."""
    programs = _postgres_programs()
    if programs is None:
        raise ServiceError("PostgreSQL is not installed")
    port = free_ports(1)[0]
    with _directory_of_account() as home:
        cluster = str(home / "cluster")
        initdb = [str(programs / "initdb"), "-D", cluster, "-U", "holdfast", "-E", "UTF8", "--locale=C"]
        _check(_as_account([*initdb, "--auth=trust", "--no-sync"]))
        server = [str(programs / "postgres"), "-D", cluster, "-p", str(port), "-k", "", "-h", "127.0.0.1"]
        ready = [str(programs / "pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(port)]
        with running(
            _as_account([*server, "-c", "max_connections=300"]),
            home / "server.log",
            lambda: subprocess.run(ready, check=False).returncode == 0,
            stop=signal.SIGINT,
        ):
            yield f"postgresql://holdfast@127.0.0.1:{port}/postgres"


@contextmanager
def redis() -> Iterator[str]:
    """A private Redis that keeps nothing."""
    with redis_node.node() as private:
        yield private.url


def _postgres_programs() -> Path | None:
    """The newest server's programs, if it has PostGIS."""
    homes = [home for home in POSTGRES_HOME.glob("*") if (home / "lib" / "postgis-3.so").exists()]
    newest = max(homes, key=lambda home: int(home.name), default=None)
    return None if newest is None else newest / "bin"


def _postgres_packages() -> list[str]:
    """PostgreSQL, and the PostGIS package for the version that this release of Debian has."""
    depends = _check(["apt-cache", "depends", "postgresql"])
    version = next(
        line.rpartition("-")[2]
        for line in depends.splitlines()
        if "Depends: postgresql-" in line and line[-1].isdigit()
    )
    return ["postgresql", f"postgresql-{version}-postgis-3"]


PACKAGES: dict[str, Callable[[], list[str]]] = {
    "PostgreSQL with PostGIS": _postgres_packages,
    "Redis": lambda: ["redis-server"],
    "RabbitMQ": lambda: ["rabbitmq-server"],
}


@contextmanager
def _nothing_starts() -> Iterator[None]:
    """Keep the packages from starting their services and from making a cluster meanwhile."""
    written = [path for path in (POLICY, CLUSTER_POLICY) if not path.exists()]
    try:
        if POLICY in written:
            POLICY.write_text(POLICY_TEXT)
            POLICY.chmod(0o755)
        if CLUSTER_POLICY in written:
            CLUSTER_POLICY.parent.mkdir(parents=True, exist_ok=True)
            CLUSTER_POLICY.write_text("create_main_cluster = false\n")
        yield
    finally:
        for path in written:
            path.unlink(missing_ok=True)


@contextmanager
def _directory_of_account() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="holdfast-postgres-", ignore_cleanup_errors=True) as home:
        if os.geteuid() == 0:
            account = pwd.getpwnam(ACCOUNT)
            os.chown(home, account.pw_uid, account.pw_gid)
        yield Path(home)


def _as_account(command: list[str]) -> list[str]:
    if os.geteuid() != 0:
        return command
    return ["setpriv", f"--reuid={ACCOUNT}", f"--regid={ACCOUNT}", "--init-groups", "--", *command]


def _apt(*arguments: str) -> None:
    _check(["apt-get", "-q", *arguments], {"DEBIAN_FRONTEND": "noninteractive"})


def _check(command: list[str], extra: dict[str, str] | None = None) -> str:
    done = subprocess.run(
        command,
        env={**os.environ, **(extra or {})},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise ServiceError(f"{' '.join(command)} failed:\n{done.stdout}")
    return done.stdout
