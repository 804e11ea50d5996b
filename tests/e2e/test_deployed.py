"""The system of Docker Compose without an engine: each service by its own command, on real services.

Of a command the port alone is another one here; of the environment the places of services, keys and data.
"""

from __future__ import annotations

import asyncio
import re
import secrets
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, Final

import asyncpg
import httpx
import pytest
import yaml

from bench.server_process import ServerProcess
from scripts.services import rabbitmq, redis_node
from scripts.services.common import free_ports
from scripts.torture.waits import within
from tests.databases import REAL_URL, embedded_server, fresh_database, temporary_directory
from tests.e2e.test_bus import LOOK_EVERY_S, THROUGH_MAX_S, at_least, buy, mails
from tests.e2e.world import World, rows_of
from tests.services import RABBITMQ, REDIS, SERVER, used

FILE: Final = Path(__file__).parents[2] / "docker-compose.yml"
SERVICES: Final[dict[str, Any]] = yaml.safe_load(FILE.read_text("utf-8"))["services"]
OURS: Final = {name: service for name, service in SERVICES.items() if service["image"] == "holdfast"}
VARIABLE: Final = re.compile(r"\$\{(\w+):-([^{}]*)\}")
GATEWAY: Final = "gateway"
STOP_MAX_S: Final = 60.0
pytestmark = pytest.mark.timeout(600)  # the waits' own limits come first: they say what was awaited


def environment(service: str, places: dict[str, str]) -> dict[str, str]:
    """What a service is given where nothing is set but the size of the house, at these places."""
    told = {
        name: VARIABLE.sub(lambda found: found[2], value)
        for name, value in OURS[service]["environment"].items()
    }
    return told | {"HOLDFAST_GATEWAYS": "1"} | places


class Gateway(ServerProcess):
    """The service that sells."""

    def __init__(self, data_dir: Path, port: int, places: dict[str, str]) -> None:
        super().__init__(data_dir, port, environment(GATEWAY, places))
        self._words = [word if word != "8000" else str(port) for word in OURS[GATEWAY]["command"]]
        assert str(port) in self._words

    @property
    def _program(self) -> tuple[str, ...]:
        return ("holdfast", *self._words)

    def _wait_until_ready(self, process: subprocess.Popen[bytes]) -> str:
        return super()._wait_until_ready(process).replace("0.0.0.0", "127.0.0.1")  # noqa: S104  # as the file has it


@contextmanager
def worker(name: str, gateway: Gateway, port: int) -> Iterator[subprocess.Popen[bytes]]:
    """A service beside it, which tells how it is at a port of its own, and leaves in good order."""
    told = gateway.environment | {"HOLDFAST_WORKER_METRICS_PORT": str(port)}
    with (gateway.data_dir / f"{name}.log").open("ab") as log:
        command = [sys.executable, "-m", "holdfast", *OURS[name]["command"]]
        process = subprocess.Popen(command, env=told, stderr=log)
    try:
        yield process
        process.send_signal(signal.SIGTERM)
        assert 0 == process.wait(STOP_MAX_S), name
    finally:
        process.kill()
        process.wait()


async def well(name: str, port: int, http: httpx.AsyncClient) -> None:
    """Wait until a worker says of itself what its health check asks."""
    async with within(THROUGH_MAX_S, f"the service {name} to be well"):
        while True:
            try:
                if (await http.get(f"http://127.0.0.1:{port}/readyz")).status_code == 200:
                    return
            except httpx.TransportError:
                pass  # it is being started
            await asyncio.sleep(LOOK_EVERY_S)


@pytest.fixture
def places(request: pytest.FixtureRequest) -> Iterator[dict[str, str]]:
    """A broker and a Redis of the test's own, where queues have the names that services give them."""
    if not rabbitmq.installed() or not redis_node.installed():
        pytest.skip("no RabbitMQ or no Redis: install Debian's rabbitmq-server and redis-server")
    used(request, RABBITMQ)
    used(request, REDIS)
    with rabbitmq.node() as broker, redis_node.node() as cache:
        keys = {f"HOLDFAST_{name}": secrets.token_hex(32) for name in ("TICKET_KEYS", "TOKEN_KEYS")}
        yield {"HOLDFAST_AMQP_URL": broker.url, "HOLDFAST_REDIS_URL": cache.url, **keys}


@pytest.fixture
async def dsn(request: pytest.FixtureRequest) -> AsyncIterator[str]:
    """A database of the test's own, on the server that is set or on an embedded one."""
    with ExitStack() as stack:
        if REAL_URL:
            used(request, SERVER)
        async with fresh_database(REAL_URL or stack.enter_context(embedded_server())) as own:
            yield own


async def lines(dsn: str, event: str) -> list[Any]:
    """What the audit trail has of an event's orders."""
    connection = await asyncpg.connect(dsn)
    try:
        query = "SELECT subject FROM audit_trail WHERE event = $1 AND kind = 'order.confirmed'"
        found: list[Any] = await connection.fetch(query, event)
        return found
    finally:
        await connection.close()


async def counted(world: World, event: str) -> list[int]:
    """The orders that are in the figures of an event."""
    async with world.rest("organiser", "organiser") as rest:
        told = (await rest.get(f"/analytics/daily?event={event}")).raise_for_status().json()
    return list(range(told["total"]["orders"]))


async def test_every_service_does_its_work_by_its_own_command(dsn: str, places: dict[str, str]) -> None:
    """What is sold at the gateway is told by the relay, and each worker acts on it; all leave well."""
    workers = sorted(OURS.keys() - {GATEWAY})
    port, *ports = free_ports(1 + len(workers))
    with temporary_directory() as home, ExitStack() as stack:
        places["HOLDFAST_DATABASE_URL"] = dsn
        gateway = stack.enter_context(Gateway(home / "data", port, places))
        for name, own in zip(workers, ports, strict=True):
            stack.enter_context(worker(name, gateway, own))
        world = World(gateway)
        async with httpx.AsyncClient(trust_env=False) as http:
            for name, own in zip(workers, ports, strict=True):
                await well(name, own, http)
        event = await world.put_on_sale(rows_of(3), name="Deployed")
        order = await buy(world, event, "ann", "S-1-1")
        [line] = await at_least(1, "lines of the audit trail", lambda: lines(dsn, event))
        assert order == line["subject"]
        await at_least(1, "letters", lambda: mails(world, "Your tickets for Deployed"))
        await at_least(1, "orders in the figures", lambda: counted(world, event))
