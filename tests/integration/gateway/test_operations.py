"""What a gateway tells those who run it, and what every reply carries."""

from __future__ import annotations

import httpx
from prometheus_client.parser import text_string_to_metric_families

from gateway.operations import readiness_report
from telemetry.exchange import Figures
from tests.integration.gateway.world import World

PAGE = "https://tickets.example"


async def test_prometheus_reads_what_a_gateway_did() -> None:
    """REST calls by operation and status, answers by code, and connections."""
    async with World() as world, world.http() as http:
        body = {"event": world.event.id, "seats": ["FRONT-A-1"]}
        await http.post("/v1/holds", json=body, headers={"Idempotency-Key": "k"})
        reply = await http.get("/metrics")
        families = {each.name: each for each in text_string_to_metric_families(reply.text)}
        counted = {
            (sample.labels["operation"], sample.labels["status"])
            for sample in families["holdfast_rest"].samples
        }
        assert ("create_hold", "201") in counted
        assert "ok" in {sample.labels["code"] for sample in families["holdfast_answers"].samples}
        assert "holdfast_connections" in families


async def test_figures_are_for_those_who_may_read_them() -> None:
    """Without a token this machine alone, with one whoever has it."""
    async with World(metrics_token="sesame") as world, world.http(None) as http:
        assert 404 == (await http.get("/metrics")).status_code
        headers = {"Authorization": "Bearer sesame"}
        assert 200 == (await http.get("/metrics", headers=headers)).status_code
    async with World() as world:
        transport = httpx.ASGITransport(world.app, client=("192.0.2.7", 1))
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as stranger:
            assert 404 == (await stranger.get("/metrics")).status_code


def test_what_is_not_essential_degrades() -> None:
    """Of a part that several processes tell of, what is wrong counts; a sale goes on without a broker."""
    told = [
        Figures("gateway", 1, (), {"database": "", "redis": "away"}),
        Figures("worker-relay", 2, (), {"broker": "away", "redis": ""}),
    ]
    report = readiness_report([], told)
    assert (True, ("broker", "redis")) == (report.ready, report.degraded)
    assert {"database": "ok", "redis": "away", "broker": "away"} == report.parts
    assert not readiness_report(["storage cannot be reached"], told).ready


async def test_every_reply_is_shielded() -> None:
    """Problems too; a page keeps its own policy."""
    async with World() as world, world.http(None) as http:
        for path in ("/info", "/v1/nothing"):
            headers = (await http.get(path)).headers
            assert "nosniff" == headers["x-content-type-options"]
            assert headers["content-security-policy"].startswith("default-src 'none'")
            assert headers["x-request-id"].startswith("req_")
        page = await http.get("/docs")
        assert page.headers["content-security-policy"].startswith("default-src 'self'")


async def test_pages_of_allowed_origins_may_read_replies() -> None:
    """And those of others may not."""
    async with World(origins=(PAGE,)) as world, world.http(None) as http:
        allowed = await http.get("/v1/events", headers={"Origin": PAGE})
        assert PAGE == allowed.headers["access-control-allow-origin"]
        assert "RateLimit" in allowed.headers["access-control-expose-headers"]
        asked = {"Origin": PAGE, "Access-Control-Request-Method": "PATCH"}
        assert 200 == (await http.options("/v1/events/evt_1", headers=asked)).status_code
        other = await http.get("/v1/events", headers={"Origin": "https://evil.example"})
        assert "access-control-allow-origin" not in other.headers
