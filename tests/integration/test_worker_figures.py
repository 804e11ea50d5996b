"""A worker of its own tells its figures and what is wrong with it at a port."""

from __future__ import annotations

import asyncio

import httpx
import pytest
from pydantic import SecretStr

from holdfast.ports_free import free_port
from holdfast.settings import Settings
from holdfast.worker_figures import EVERYWHERE, address_of, figures_app, serve_figures
from telemetry.exchange import Figures, own_figures
from telemetry.health import Health
from telemetry.meters import Meters

METERS, HEALTH = Meters(), Health()
TAKEN = METERS.counter("holdfast_test_worker_total", "What a test counts.")


async def gather() -> list[Figures]:
    """What a worker tells that has these figures alone."""
    return [own_figures("worker-audit", METERS, HEALTH)]


def browser(token: str | None = None, caller: str = "127.0.0.1") -> httpx.AsyncClient:
    """Somebody who asks a worker, from a machine."""
    app = figures_app(gather, token)
    return httpx.AsyncClient(
        transport=httpx.ASGITransport(app, client=(caller, 1)), base_url="http://worker.test"
    )


async def test_a_worker_tells_its_figures() -> None:
    """Under its own name, as any process does."""
    TAKEN.value += 1
    async with browser() as http:
        told = (await http.get("/metrics")).text
        assert {"status": "ok"} == (await http.get("/healthz")).json()
    assert 'holdfast_test_worker_total{pid="' in told
    assert 'process="worker-audit"} 1.0' in told


async def test_a_worker_says_which_part_is_away() -> None:
    """With 503 for as long as it is, and then it is well again."""
    wrong: list[str] = ["RabbitMQ cannot be reached"]
    HEALTH.watch("broker", lambda: wrong[0] if wrong else None)
    try:
        async with browser() as http:
            away = await http.get("/readyz")
            wrong.clear()
            back = await http.get("/readyz")
    finally:
        HEALTH.forget("broker")
    assert (503, ["broker: RabbitMQ cannot be reached"]) == (away.status_code, away.json()["obstacles"])
    assert (200, True, "ok") == (back.status_code, back.json()["ready"], back.json()["parts"]["broker"])


@pytest.mark.parametrize(
    ("token", "caller", "given", "status"),
    [
        (None, "127.0.0.1", "", 200),
        (None, "10.0.0.7", "", 404),
        ("word", "10.0.0.7", "Bearer word", 200),
        ("word", "127.0.0.1", "Bearer other", 404),
    ],
)
async def test_figures_are_for_this_machine_or_for_who_has_the_token(
    token: str | None, caller: str, given: str, status: int
) -> None:
    """As at a gateway."""
    async with browser(token, caller) as http:
        reply = await http.get("/metrics", headers={"Authorization": given})
    assert status == reply.status_code


def test_a_port_is_opened_where_it_is_set_and_beyond_this_machine_with_a_token_alone() -> None:
    """Within `serve`, whose gateways tell of the workers, there is none."""
    settings = Settings(worker_metrics_port=9_464)
    assert address_of(Settings()) is None
    assert ("127.0.0.1", 9_464) == address_of(settings)
    open_to_all = settings.model_copy(update={"metrics_token": SecretStr("word")})
    assert (EVERYWHERE, 9_464) == address_of(open_to_all)
    assert address_of(settings.model_copy(update={"socket_dir": "/run"})) is None


async def test_it_listens_until_it_is_cancelled() -> None:
    """And the port is free again afterwards."""
    port = free_port()
    for _ in range(2):
        serving = asyncio.create_task(serve_figures(("127.0.0.1", port), figures_app(gather, None)))
        transport = httpx.AsyncHTTPTransport(retries=10)
        async with httpx.AsyncClient(transport=transport, timeout=30) as http:
            reply = await http.get(f"http://127.0.0.1:{port}/healthz")
        serving.cancel()
        await asyncio.gather(serving, return_exceptions=True)
        assert 200 == reply.status_code
