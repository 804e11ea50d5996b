from __future__ import annotations

import httpx

from gateway.access.handover import HANDOVER_TTL_S
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


async def test_a_guest_is_handed_over() -> None:
    """Whoever brings the code first and in time is the same guest, and for no longer than the guest was."""
    async with World() as world, browser(world) as http:
        ann = (await http.post("/v1/auth/guest")).json()
        own = {"Authorization": f"Bearer {ann['token']}"}
        handed = await http.post("/v1/auth/handover", headers=own)
        assert 201 == handed.status_code
        code = handed.json()["code"]
        other = (await http.post("/v1/auth/guest", json={"handover": code})).json()
        assert [ann["principal"], ann["expires_at"][:19]] == [other["principal"], other["expires_at"][:19]]
        wish = {"event": world.event.id, "seats": ["FRONT-A-1"]}
        hold = (await http.post("/v1/holds", json=wish, headers=own | {"Idempotency-Key": "k"})).json()[
            "hold"
        ]
        as_other = {"Authorization": f"Bearer {other['token']}"}
        assert 200 == (await http.get(f"/v1/holds/{hold}", headers=as_other)).status_code
        again = await http.post("/v1/auth/guest", json={"handover": code})
        assert (401, "token_invalid") == (again.status_code, again.json()["code"])
        later = (await http.post("/v1/auth/handover", headers=own)).json()["code"]
        assert 201 == (await http.post("/v1/auth/guest", json={"handover": later})).status_code
        code = (await http.post("/v1/auth/handover", headers=own)).json()["code"]
        world.clock.ahead_ms += HANDOVER_TTL_S * 1000
        late = await http.post("/v1/auth/guest", json={"handover": code})
        assert (401, "token_expired") == (late.status_code, late.json()["code"])


async def test_a_handover_is_no_token_and_a_token_no_handover() -> None:
    """Each is refused in the other's place, and so is a code that somebody made up."""
    async with World() as world, browser(world) as http:
        ann = (await http.post("/v1/auth/guest")).json()
        own = {"Authorization": f"Bearer {ann['token']}"}
        code = (await http.post("/v1/auth/handover", headers=own)).json()["code"]
        as_code = await http.get("/v1/orders", headers={"Authorization": f"Bearer {code}"})
        assert (401, "token_invalid") == (as_code.status_code, as_code.json()["code"])
        for wrong in (ann["token"], "made.up.code", code[:-2]):
            refused = await http.post("/v1/auth/guest", json={"handover": wrong})
            assert (401, "token_invalid") == (refused.status_code, refused.json()["code"])


async def test_only_guests_are_handed_over() -> None:
    """A token of the house would open much more than a till."""
    async with World() as world, world.http("organiser") as http:
        refused = await http.post("/v1/auth/handover")
        assert (403, "scope_missing") == (refused.status_code, refused.json()["code"])


async def test_an_event_tells_its_prices() -> None:
    """By category and ticket type, as decimal strings of its currency."""
    async with World() as world, world.http(None) as http:
        await world.catalogue.set_event_status(world.event.id, "open", world.clock.now_ms())
        told = (await http.get(f"/v1/events/{world.event.id}")).json()
        assert {"gold": {"standard": "89.00", "child": "45.00"}, "field": {"standard": "30.00"}} == told[
            "prices"
        ]
