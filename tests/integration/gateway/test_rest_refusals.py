"""REST: whatever is wrong with a request is told, and nothing comes of it."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from msgspec.structs import replace

from tests.integration.gateway.checked_http import Checked, document
from tests.integration.gateway.world import World, small_plan


@pytest.mark.parametrize(
    ("headers", "body", "status", "code"),
    [
        ({"Authorization": ""}, {}, 401, "token_missing"),
        ({"Authorization": "Bearer nonsense"}, {}, 401, "token_invalid"),
        ({"Authorization": "Basic YTpi"}, {}, 401, "token_invalid"),
        ({"Idempotency-Key": ""}, {}, 400, "malformed"),
        ({"Idempotency-Key": "k" * 129}, {}, 400, "malformed"),
        ({"Idempotency-Key": "k\x1fbook"}, {}, 400, "malformed"),
        ({}, {"event": 3}, 400, "malformed"),
        ({}, {"event": "evt_no", "seats": ["A-1-1"]}, 404, "not_found"),
        ({}, {"event": "evt_no", "seats": ["A" * 70_000]}, 413, "too_large"),
    ],
)
async def test_requests_that_go_nowhere(
    headers: dict[str, str], body: dict[str, Any], status: int, code: str
) -> None:
    """Whatever is wrong with a request is told as a problem, the first reason first."""
    async with World() as world, world.http() as http:
        response = await http.post("/v1/holds", json=body, headers={"Idempotency-Key": "key"} | headers)
        assert (status, code) == (response.status_code, response.json()["code"])
        assert "application/problem+json" == response.headers["content-type"]


async def test_a_key_must_be_there() -> None:
    """What takes seats needs its key, and says so before anything else."""
    async with World() as world, world.http(None) as http:
        response = await http.post("/v1/holds", content=b"nonsense")
        assert (400, "idempotency_key_missing") == (response.status_code, response.json()["code"])


async def test_bodies_that_are_no_json() -> None:
    """Bytes that are no JSON are malformed, however they are broken."""
    async with World() as world, world.http() as http:
        for content in (b"", b"{", b"\xff", b"[" * 60_000):
            response = await http.post("/v1/holds", content=content, headers={"Idempotency-Key": "k"})
            assert (400, "malformed") == (response.status_code, response.json()["code"])


async def test_calls_that_are_not_served() -> None:
    """An unknown path and an unknown method are problems too."""
    async with World() as world, world.http() as http:
        for response in (await http.get("/v1/nothing"), await http.patch("/v1/holds")):
            assert (404, "not_found") == (response.status_code, response.json()["code"])


async def test_organisers_calls_are_for_organisers() -> None:
    """A buyer may not run a sale."""
    async with World() as world, world.http() as http:
        buy = Checked(http, await document(http))
        response = await buy("POST", "/v1/events/{event}/pause", event=world.event.id)
        assert (403, "scope_missing") == (response.status_code, response.json()["code"])


async def test_a_plan_that_is_wrong_is_not_stored() -> None:
    """What is wrong with a document is told with its place."""
    async with World() as world, world.http("organiser") as http:
        document_bytes = msgspec.json.encode(small_plan()).replace(b'"gold","label"', b'"iron","label"')
        for path in ("/v1/plans", "/v1/plans/preview"):
            response = await http.post(path, content=document_bytes)
            assert (422, "invalid") == (response.status_code, response.json()["code"])
            assert response.json()["objects"]


async def test_a_preview_says_what_an_import_would_and_stores_nothing() -> None:
    """The same figures, and the drawing as an event on it would have it."""
    async with World() as world, world.http("organiser") as http:
        drawing = msgspec.json.encode(replace(small_plan(), name="Another hall"))
        stored = len(world.catalogue._plans)
        seen = (await http.post("/v1/plans/preview", content=drawing)).json()
        assert stored == len(world.catalogue._plans)
        kept = (await http.post("/v1/plans", content=drawing)).json()
        assert stored + 1 == len(world.catalogue._plans)
        for name in ("name", "sections", "seats", "ga_capacity", "warnings"):
            assert kept[name] == seen[name]
        assert ["BACK", "FRONT"] == [part["name"] for part in seen["plan"]["sections"]]


@pytest.mark.parametrize(
    ("change", "status", "told"),
    [
        ({"limits": {"renewals": -1}}, 422, "renewals"),
        ({"prices": {"silver": {"standard": "1.00"}}}, 422, "no category silver"),
        ({"prices": {"gold": {"standard": "-1.00"}}}, 400, "regex"),
        ({"name": "Gala\u0000"}, 400, "regex"),
    ],
)
async def test_events_that_make_no_sense_are_not_created(
    change: dict[str, Any], status: int, told: str
) -> None:
    """What is wrong is named, and nothing is left behind."""
    async with World() as world, world.http("organiser") as http:
        response = await http.post("/v1/events", json={"name": "Gala", "plan": world.event.plan} | change)
        assert status == response.status_code
        assert told in response.json()["detail"]
        assert 1 == len((await http.get("/v1/events")).json()["data"])


async def test_a_name_that_nothing_can_store_is_refused_at_the_door() -> None:
    """Order rows travel in groups: one that storage refuses would take others with it."""
    async with World() as world, world.http() as http:
        wish = {"event": world.event.id, "seats": ["FRONT-A-1"]}
        hold = (await http.post("/v1/holds", json=wish, headers={"Idempotency-Key": "h"})).json()["hold"]
        good = {"name": "Ann", "email": "ann@example.com"}
        for buyer in (good | {"name": "Ann\u0000"}, good | {"email": "a\u0000@example.com"}):
            body = {"hold": hold, "buyer": buyer}
            response = await http.post("/v1/orders", json=body, headers={"Idempotency-Key": "o"})
            assert (400, "malformed") == (response.status_code, response.json()["code"])
