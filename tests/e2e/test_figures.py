"""The figures of a whole server, from outside."""

from __future__ import annotations

import httpx
from prometheus_client.parser import text_string_to_metric_families

from engine.plan import Plan
from tests.e2e.world import World, rows_of


async def test_one_gateway_tells_of_all_processes(world: World) -> None:
    """Whichever is asked knows what actors committed and how the supervisor is."""
    plan: Plan = rows_of(4)
    event = await world.put_on_sale(plan)
    async with (
        world.client("ann") as ann,
        httpx.AsyncClient(base_url=world.server.url, trust_env=False) as http,
    ):
        await ann.hold_create(event, ["S-1-1"])
        reply = await http.get("/metrics")
        ready = (await http.get("/readyz")).json()
    samples = [each for family in text_string_to_metric_families(reply.text) for each in family.samples]
    assert {"gateway", "actor", "supervisor"} <= {sample.labels["process"] for sample in samples}
    assert sum(each.value for each in samples if each.name == "holdfast_commit_records_count") >= 1
    assert {"database": "ok", "actors": "ok"}.items() <= ready["parts"].items()
