"""REST: what a gateway publishes about plans, itself and its own calls."""

from __future__ import annotations

import jsonschema
import msgspec

from engine.plan import Plan
from gateway.pages.pages import WAYS
from protocol.errors import ErrorCode
from tests.integration.gateway.checked_http import document
from tests.integration.gateway.world import World, small_plan


async def test_the_plan_is_sent_small_and_once() -> None:
    """The plan has a tag and may be kept for ever; it comes compressed to who can read that."""
    async with World() as world, world.http(None) as http:
        url = f"/v1/events/{world.event.id}/plan"
        zipped = await http.get(url, headers={"Accept-Encoding": "gzip"})
        assert ("gzip", "public, max-age=31536000, immutable") == (
            zipped.headers["content-encoding"],
            zipped.headers["cache-control"],
        )
        assert small_plan() == msgspec.json.decode(zipped.content, type=Plan)
        plain = await http.get(url, headers={"Accept-Encoding": "identity"})
        assert zipped.content == plain.content
        smallest = await http.get(url, headers={"Accept-Encoding": "gzip, br"})
        assert ("br", plain.content) == (smallest.headers["content-encoding"], smallest.content)
        tagged = await http.get(url, headers={"If-None-Match": zipped.headers["etag"]})
        assert (304, b"") == (tagged.status_code, tagged.content)
        columns = (await http.get(url, params={"layout": "columns"})).json()
        row = columns["sections"][0]["rows"][0]
        assert ("A", 0, 6, [100, 100, 0, 0, 0, 0], [2000, 0, 0, 0, 0, 0]) == (
            *(row["n"], row["c"], row["s"]),
            *(row["x"], row["y"]),
        )
        assert ["BACK", "FRONT"] == [section["name"] for section in columns["sections"]]


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
        pages = {("GET", path) for path in ("/", *WAYS, "/assets/{name}", "/widget.js", "/door-worker.js")}
        assert served - documents - pages == published
        assert [code.value for code in ErrorCode] == [each["code"] for each in described["x-errors"]]
        jsonschema.Draft202012Validator.check_schema({"$defs": described["components"]["schemas"]})


async def test_the_echo_is_there_only_when_asked_for() -> None:
    """Benchmarks' echo is mounted by a setting alone."""
    async with World() as world:
        assert "/v1/echo" not in world.app.websockets
    async with World(echo=True) as world:
        assert "/v1/echo" in world.app.websockets
