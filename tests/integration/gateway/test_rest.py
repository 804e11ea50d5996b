"""REST: the same commands as over the websocket, the catalogue, and what is published about them."""

from __future__ import annotations

from typing import Any

import httpx
import jsonschema
import msgspec
import pytest

from engine.plan import Plan
from protocol.errors import ErrorCode
from tests.integration.gateway.world import World, small_plan, token

BUYER = {"name": "Ann", "email": "ann@example.com"}


class Checked:
    """An HTTP client that holds every reply against the published schema."""

    def __init__(self, http: httpx.AsyncClient, document: dict[str, Any]) -> None:
        self._http = http
        self._document = document

    async def __call__(
        self, method: str, template: str, body: Any = None, *, key: str | None = None, **rest: Any
    ) -> httpx.Response:
        """Call `template` with `rest` filled in (what the path does not name is the query)."""
        path, query = template, {}
        for name, value in rest.items():
            if f"{{{name}}}" in path:
                path = path.replace(f"{{{name}}}", value)
            else:
                query[name] = value
        headers = {} if key is None else {"Idempotency-Key": key}
        response = await self._http.request(method, path, json=body, params=query, headers=headers)
        self._check(method, template, response)
        return response

    def _check(self, method: str, template: str, response: httpx.Response) -> None:
        described = self._document["paths"][template][method.lower()]["responses"][str(response.status_code)]
        media_type = response.headers["content-type"].partition(";")[0]
        schema = described["content"][media_type]["schema"]
        jsonschema.validate(response.json(), schema | {"components": self._document["components"]})
        assert response.headers["x-request-id"].startswith("req_")
        if media_type == "application/problem+json":
            assert response.json()["code"] in described["x-codes"]
            assert response.headers["x-request-id"] == response.json()["request_id"]


async def document(http: httpx.AsyncClient) -> dict[str, Any]:
    """The published description."""
    found: dict[str, Any] = (await http.get("/openapi.json")).json()
    return found


async def test_a_sale_from_import_to_cancellation() -> None:
    """An organiser imports, creates and opens; a buyer holds, pays, reads and cancels; all as published."""
    async with World() as world, world.http("organiser", "org") as staff, world.http() as http:
        described = await document(http)
        organise, buy = Checked(staff, described), Checked(http, described)
        plan = (await organise("POST", "/v1/plans", msgspec.to_builtins(small_plan()))).json()
        assert (24, 100, 2) == (plan["seats"], plan["ga_capacity"], plan["sections"])
        assert plan["plan"] == (await buy("GET", "/v1/plans/{plan}", plan=plan["plan"])).json()["plan"]
        body = {"name": "Gala", "plan": plan["plan"], "prices": {"gold": {"standard": "12.50"}}}
        event = (await organise("POST", "/v1/events", body)).json()["event"]
        assert 404 == (await buy("GET", "/v1/events/{event}", event=event)).status_code
        seats = {"event": event, "seats": ["FRONT-A-1"]}
        assert 423 == (await buy("POST", "/v1/holds", seats, key="early")).status_code
        for step in ("publish", "open", "open", "pause", "resume"):
            changed = await organise("POST", f"/v1/events/{{event}}/{step}", event=event)
            assert 200 == changed.status_code
        assert "open" == changed.json()["status"]
        hold = await buy("POST", "/v1/holds", seats, key="hold")
        assert (201, "12.50") == (hold.status_code, hold.json()["total"]["amount"])
        name = hold.json()["hold"]
        read = (await buy("GET", "/v1/holds/{hold}", hold=name)).json()
        assert hold.json()["items"] == read["items"]
        swap = {"release": ["FRONT-A-1"], "take": ["FRONT-A-2"]}
        assert 200 == (await buy("POST", "/v1/holds/{hold}/swap", swap, key="swap", hold=name)).status_code
        assert 200 == (await buy("POST", "/v1/holds/{hold}/extend", key="extend", hold=name)).status_code
        checkout = {"hold": name, "buyer": BUYER}
        order = await buy("POST", "/v1/orders", checkout, key="pay")
        assert (201, "confirmed") == (order.status_code, order.json()["status"])
        order_id = order.json()["order"]
        read = (await buy("GET", "/v1/orders/{order}", order=order_id)).json()
        assert (event, ["FRONT-A-2"]) == (read["event"], [ticket["seat"] for ticket in read["tickets"]])
        cancelled = await buy("POST", "/v1/orders/{order}/cancel", key="cancel", order=order_id)
        assert "cancelled" == cancelled.json()["status"]
        listed = (await buy("GET", "/v1/events", limit=5)).json()
        assert [event] == [each["event"] for each in listed["data"]]
        closed = await organise("POST", "/v1/events/{event}/close", event=event)
        assert "closed" == closed.json()["status"]
        assert 422 == (await organise("POST", "/v1/events/{event}/pause", event=event)).status_code


async def test_a_retry_is_told_as_one() -> None:
    """The same key and body give the same reply, marked as a replay; refusals too."""
    async with World() as world, world.http() as http, world.http(sub="eve") as eve:
        buy, late = Checked(http, await document(http)), Checked(eve, await document(http))
        body = {"event": world.event.id, "seats": ["FRONT-A-1"]}
        first = await buy("POST", "/v1/holds", body, key="key")
        again = await buy("POST", "/v1/holds", body, key="key")
        assert (None, "true") == tuple(r.headers.get("idempotent-replayed") for r in (first, again))
        assert first.json() == again.json()
        refused = [await late("POST", "/v1/holds", body, key="key") for _ in range(2)]
        assert [None, "true"] == [response.headers.get("idempotent-replayed") for response in refused]
        assert ["seat_taken"] * 2 == [response.json()["code"] for response in refused]
        assert refused[0].json()["alternatives"]
        hold = {"hold": first.json()["hold"], "buyer": BUYER}
        paid = [await buy("POST", "/v1/orders", hold, key="pay") for _ in range(2)]
        assert [None, "true"] == [response.headers.get("idempotent-replayed") for response in paid]
        assert paid[0].json() == paid[1].json()


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


async def test_organisers_change_sections() -> None:
    """Blocking, sales, channels and prices reach every section concerned."""
    async with World() as world, world.http("organiser") as staff, world.http() as http:
        organise, buy = Checked(staff, await document(http)), Checked(http, await document(http))
        event = world.event.id

        async def hold(*seats: str) -> str:
            body = {"event": event, "seats": list(seats)}
            reply = (await buy("POST", "/v1/holds", body, key=f"{seats} {len(calls)}")).json()
            return str(reply.get("code") or reply["total"]["amount"])

        calls: list[str] = []

        async def change(call: str, **body: Any) -> list[str]:
            calls.append(call)
            response = await organise("POST", f"/v1/events/{{event}}/{call}", body, event=event)
            sections: list[str] = response.json()["sections"]
            return sections

        assert ["BACK", "FRONT"] == await change("block", seats=["FRONT-A-1", "BACK-A-1"])
        assert "seat_not_for_sale" == await hold("FRONT-A-1")
        await change("unblock", seats=["FRONT-A-1"])
        await change("for-sale", objects=["FRONT-A-2", "FIELD"], for_sale=False)
        assert "seat_not_for_sale" == await hold("FRONT-A-2")
        await change("channels", objects=["FRONT-A-3"], channel="vip")
        assert "channel_denied" == await hold("FRONT-A-3")
        assert ["BACK", "FRONT"] == await change("prices", category="gold", type="standard", amount="1.00")
        assert "1.00" == await hold("FRONT-A-1")


async def test_the_plan_is_sent_small_and_once() -> None:
    """The plan has a tag and may be kept for ever; it comes compressed to who can read that."""
    async with World() as world, world.http(None) as http:
        url = f"/v1/events/{world.event.id}/plan"
        zipped = await http.get(url)
        assert ("gzip", "public, max-age=31536000, immutable") == (
            zipped.headers["content-encoding"],
            zipped.headers["cache-control"],
        )
        assert small_plan() == msgspec.json.decode(zipped.content, type=Plan)
        plain = await http.get(url, headers={"Accept-Encoding": "identity"})
        assert zipped.content == plain.content
        tagged = await http.get(url, headers={"If-None-Match": zipped.headers["etag"]})
        assert (304, b"") == (tagged.status_code, tagged.content)
        columns = (await http.get(url, params={"layout": "columns"})).json()
        row = columns["sections"][0]["rows"][0]
        assert ("A", 0, [100] * 6, [2000, 0, 0, 0, 0, 0]) == (row["n"], row["c"], row["x"], row["y"])
        assert ["BACK", "FRONT"] == [section["name"] for section in columns["sections"]]


async def test_a_plan_that_is_wrong_is_not_stored() -> None:
    """What is wrong with a document is told with its place."""
    async with World() as world, world.http("organiser") as http:
        document_bytes = msgspec.json.encode(small_plan()).replace(b'"gold","label"', b'"iron","label"')
        response = await http.post("/v1/plans", content=document_bytes)
        assert (422, "invalid") == (response.status_code, response.json()["code"])
        assert response.json()["objects"]


async def test_operations() -> None:
    """A gateway that lives says so, and says what keeps it from selling."""
    async with World() as world, world.http(None) as http:
        assert {"status": "ok"} == (await http.get("/healthz")).json()
        assert (200, True) == ((r := await http.get("/readyz")).status_code, r.json()["ready"])
        world.ready.said = ["storage cannot be reached"]
        assert (503, ["storage cannot be reached"]) == (
            (r := await http.get("/readyz")).status_code,
            r.json()["obstacles"],
        )
        assert "holdfast" == (await http.get("/info")).json()["name"]
        page = await http.get("/docs")
        assert "/v1/holds" in page.text
        assert "http://" not in page.text
        assert "https://" not in page.text


async def test_everything_served_is_published() -> None:
    """Every route under /v1 and of operations is in the document, and every error code in its catalogue."""
    async with World() as world, world.http(None) as http:
        described = await document(http)
        served = {
            (method, str(getattr(route, "path", "")))
            for route in world.app.routes
            for method in getattr(route, "methods", None) or ()
            if method != "HEAD"
        }
        published = {
            (method.upper(), path) for path, methods in described["paths"].items() for method in methods
        }
        documents = {("GET", path) for path in ("/openapi.json", "/asyncapi.json", "/docs")}
        assert served - documents == published
        assert [code.value for code in ErrorCode] == [each["code"] for each in described["x-errors"]]
        jsonschema.Draft202012Validator.check_schema({"$defs": described["components"]["schemas"]})


async def test_the_echo_is_there_only_when_asked_for() -> None:
    """Benchmarks' echo is mounted by a setting alone."""
    async with World() as world:
        assert "/v1/echo" not in [getattr(route, "path", None) for route in world.app.routes]
    async with World(echo=True) as world:
        assert "/v1/echo" in [getattr(route, "path", None) for route in world.app.routes]


async def test_holds_and_their_owners() -> None:
    """Organisers may act on any hold, other buyers on none."""
    async with World() as world, world.http() as ann, world.http(sub="eve") as eve:
        body = {"event": world.event.id, "seats": ["FRONT-A-1"]}
        hold = (await ann.post("/v1/holds", json=body, headers={"Idempotency-Key": "k"})).json()["hold"]
        assert 404 == (await eve.get(f"/v1/holds/{hold}")).status_code
        staff = {"Authorization": f"Bearer {token('staff', 'sam')}"}
        assert 200 == (await eve.get(f"/v1/holds/{hold}", headers=staff)).status_code
        released = await ann.delete(f"/v1/holds/{hold}")
        assert (200, []) == (released.status_code, released.json()["items"])


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
        for buyer in (BUYER | {"name": "Ann\u0000"}, BUYER | {"email": "a\u0000@example.com"}):
            body = {"hold": hold, "buyer": buyer}
            response = await http.post("/v1/orders", json=body, headers={"Idempotency-Key": "o"})
            assert (400, "malformed") == (response.status_code, response.json()["code"])
