"""Made-up towns on a running server: found by place, and sold."""

from __future__ import annotations

from tests.e2e.test_command_line import environment, run, told
from tests.e2e.world import World

__all__ = ["environment"]


async def test_seeded_events_are_found_and_sold(world: World, environment: dict[str, str]) -> None:
    """They are on sale from the start: nobody opens them one by one."""
    made = told(run(environment, "seed", "--venues", "3", "--events", "8", "--seed", "7", "--json", "-"))
    assert (3, 8) == (made["venues"], made["events"])
    async with world.rest() as rest:
        (venue, *_) = (await rest.get("/venues", params={"limit": 1})).raise_for_status().json()["data"]
        near = f"{venue['latitude']},{venue['longitude']}"
        query: dict[str, str | int] = {"near": near, "min_free": 2, "together": "true", "sort": "distance"}
        page = (await rest.get("/events", params=query)).raise_for_status().json()
    event = page["data"][0]
    assert ("open", 108) == (event["status"], event["left"]["free"])
    async with world.client("ann") as ann:
        hold = await ann.hold_best(event["event"], 2, categories=("seat",))
    assert 2 == len(hold.items)
