"""Services from Docker Compose, where an engine runs."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from scripts.services.common import AMQP_URL, DATABASE_URL, REDIS_URL, ServiceError, free_ports

ENGINE_TIMEOUT_S = 5
ROOT = Path(__file__).resolve().parents[2]
FILES = ("docker-compose.yml", "docker-compose.ports.yml")


def available() -> bool:
    """Whether an engine answers; the client alone is often installed without one."""
    if shutil.which("docker") is None:
        return False
    try:
        return _docker("info", timeout=ENGINE_TIMEOUT_S) and _docker(
            "compose", "version", timeout=ENGINE_TIMEOUT_S
        )
    except subprocess.TimeoutExpired:
        return False


@contextmanager
def services(variables: list[str]) -> Iterator[dict[str, str]]:
    """Start the services that these variables stand for, and say where they are."""
    postgres, redis, rabbitmq = free_ports(3)
    names = {DATABASE_URL: "postgres", REDIS_URL: "redis", AMQP_URL: "rabbitmq"}
    urls = {
        DATABASE_URL: f"postgresql://holdfast:holdfast@127.0.0.1:{postgres}/holdfast",
        REDIS_URL: f"redis://127.0.0.1:{redis}/0",
        AMQP_URL: f"amqp://holdfast:holdfast@127.0.0.1:{rabbitmq}/",
    }
    ports = {
        "HOLDFAST_POSTGRES_PORT": str(postgres),
        "HOLDFAST_REDIS_PORT": str(redis),
        "HOLDFAST_RABBITMQ_PORT": str(rabbitmq),
    }
    named = [word for file in FILES for word in ("-f", str(ROOT / file))]
    compose = ("compose", *named, "-p", f"holdfast-test-{os.getpid()}")
    try:
        if not _docker(
            *compose, "up", "--wait", "--quiet-pull", *(names[name] for name in variables), ports=ports
        ):
            raise ServiceError("docker compose could not start the services")
        yield {name: urls[name] for name in variables}
    finally:
        _docker(*compose, "down", "--volumes", ports=ports)


def _docker(*arguments: str, timeout: float | None = None, ports: dict[str, str] | None = None) -> bool:
    environment = {**os.environ, **(ports or {})}
    done = subprocess.run(
        ["docker", *arguments], env=environment, capture_output=True, timeout=timeout, check=False
    )
    return done.returncode == 0
