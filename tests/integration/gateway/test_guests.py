from __future__ import annotations

import httpx

from tests.integration.gateway.world import World


def browser(world: World) -> httpx.AsyncClient:
    """Somebody who is several people, one after the other: no single caller's history."""
    return httpx.AsyncClient(transport=httpx.ASGITransport(world.app), base_url="http://holdfast.test")


async def test_a_guest_buys_without_an_account() -> None:
    """The token is a buyer's of its own: it holds a seat, and does not see another guest's hold."""
    async with World() as world, browser(world) as http:
        ann, bob = [(await http.post("/v1/auth/guest")).json() for _ in range(2)]
        assert ann["principal"] != bob["principal"]
        wish = {"event": world.event.id, "seats": ["FRONT-A-1"]}
        keyed = {"Authorization": f"Bearer {ann['token']}", "Idempotency-Key": "k"}
        hold = (await http.post("/v1/holds", json=wish, headers=keyed)).json()
        seen = [
            (await http.get(f"/v1/holds/{hold['hold']}", headers={"Authorization": f"Bearer {who['token']}"}))
            for who in (ann, bob)
        ]
        assert [200, 404] == [reply.status_code for reply in seen]


async def test_an_event_tells_its_prices() -> None:
    """By category and ticket type, as decimal strings of its currency."""
    async with World() as world, world.http(None) as http:
        await world.catalogue.set_event_status(world.event.id, "open", world.clock.now_ms())
        told = (await http.get(f"/v1/events/{world.event.id}")).json()
        assert {"gold": {"standard": "89.00", "child": "45.00"}, "field": {"standard": "30.00"}} == told[
            "prices"
        ]
