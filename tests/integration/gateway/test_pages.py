from __future__ import annotations

import asyncio
import gzip
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import brotli
import httpx
from fastapi import FastAPI

from actors.clock import RandomIds, SystemClock
from engine.catalogue import EventStatus
from engine.plans.fixtures import theatre
from gateway.pages.files import PageFiles
from gateway.pages.pages import POLICY, add_pages
from gateway.request_ids import RequestIds
from gateway.rest.plan_pages import PlanPages
from tests.integration.gateway.world import World

ENTRY = "<!doctype html><html><head><!--head--></head><body><!--summary--></body></html>"
SCRIPT = "export const answer = 42;\n" * 40


def built(folder: Path) -> PageFiles:
    """Pages as the build leaves them, but small."""
    (folder / "assets").mkdir()
    for entry in ("event", "home"):
        (folder / f"{entry}.html").write_text(ENTRY)
    script = folder / "assets" / "event-Ab12.js"
    script.write_text(SCRIPT)
    script.with_name(script.name + ".br").write_bytes(brotli.compress(SCRIPT.encode()))
    script.with_name(script.name + ".gz").write_bytes(gzip.compress(SCRIPT.encode()))
    return PageFiles(folder)


@asynccontextmanager
async def pages(files: PageFiles) -> AsyncIterator[tuple[World, httpx.AsyncClient]]:
    """A browser before a gateway that has these pages."""
    async with World() as world:
        app = FastAPI(openapi_url=None)
        app.add_middleware(RequestIds, clock=SystemClock(), ids=RandomIds())
        add_pages(app, world.catalogue, files)
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://holdfast.test") as http:
            yield world, http


async def test_an_event_is_readable_without_scripts(tmp_path: Path) -> None:
    """Name, state, price span and sections stand in the HTML, under a policy that allows our files alone."""
    async with pages(built(tmp_path)) as (world, http):
        await world.catalogue.set_event_status(world.event.id, "open", world.clock.now_ms())
        page = await http.get(f"/e/{world.event.id}")
        assert (200, "no-cache", POLICY) == (
            page.status_code,
            page.headers["cache-control"],
            page.headers["content-security-policy"],
        )
        assert "<title>Gala</title>" in page.text
        for told in (
            "<h1>Gala</h1>",
            "On sale",
            "30.00 to 89.00 EUR",
            "<li>BACK: 112 places</li>",
            "<noscript>",
        ):
            assert told in page.text


async def test_what_is_not_public_is_not_told(tmp_path: Path) -> None:
    """A draft has no summary, and an event that there is not answers 404 with the page that says so."""
    async with pages(built(tmp_path)) as (world, http):
        statuses: tuple[EventStatus, EventStatus] = ("draft", "published")
        for status, told in zip(statuses, (False, True), strict=True):
            await world.catalogue.set_event_status(world.event.id, status, world.clock.now_ms())
            assert told == ("Gala" in (await http.get(f"/e/{world.event.id}")).text)
        missing = await http.get("/e/evt_00000000000000000000000000000000")
        assert (404, False) == (missing.status_code, "Gala" in missing.text)


async def test_the_first_page_names_what_is_on_sale(tmp_path: Path) -> None:
    """With a way to each, and none to a draft."""
    async with pages(built(tmp_path)) as (world, http):
        link = f'<a href="/e/{world.event.id}">Gala</a>'
        assert link not in (await http.get("/")).text
        await world.catalogue.set_event_status(world.event.id, "open", world.clock.now_ms())
        assert link in (await http.get("/")).text


async def test_pages_are_there_while_storage_is_away(tmp_path: Path) -> None:
    """Without their summaries; they ask again by themselves."""
    async with pages(built(tmp_path)) as (world, http):
        world.database.down = True
        for path in ("/", f"/e/{world.event.id}"):
            page = await http.get(path)
            assert (200, False) == (page.status_code, "Gala" in page.text)
        world.database.down = False


async def test_names_are_written_as_text(tmp_path: Path) -> None:
    """Whatever an organiser calls an event, a browser reads it as its name."""
    async with pages(built(tmp_path)) as (world, http):
        terms = world.event.terms
        named = await world.catalogue.create_event("<script>&", world.event.plan, terms, 0)
        await world.catalogue.set_event_status(named.id, "open", world.clock.now_ms())
        page = (await http.get(f"/e/{named.id}")).text
        assert ("&lt;script&gt;&amp;" in page, "<script>&" in page) == (True, False)


async def test_browsers_keep_the_doors_page_and_no_other(tmp_path: Path) -> None:
    """Its script may act below the board alone, is asked for each time, under the pages' policy."""
    async with pages(built(tmp_path)) as (_, http):
        assert 404 == (await http.get("/door-worker.js")).status_code
    (tmp_path / "door-worker.js").write_text(SCRIPT)
    async with pages(PageFiles(tmp_path)) as (_, http):
        script = await http.get("/door-worker.js")
        told = ("service-worker-allowed", "cache-control", "content-security-policy")
        assert ["/board/", "no-cache", POLICY] == [script.headers[name] for name in told]


async def test_the_widget_is_for_other_peoples_pages(tmp_path: Path) -> None:
    """It comes from one address to any origin, is asked for again soon, and is missing until it is built."""
    files = built(tmp_path)
    async with pages(PageFiles(tmp_path / "assets")) as (_, http):
        assert 404 == (await http.get("/widget.js")).status_code
    (tmp_path / "widget.js").write_text(SCRIPT)
    async with pages(files) as (_, http):
        script = await http.get("/widget.js", headers={"Origin": "https://house.example"})
        assert (SCRIPT, "*", "cross-origin", "public, max-age=300") == (
            script.text,
            script.headers["access-control-allow-origin"],
            script.headers["cross-origin-resource-policy"],
            script.headers["cache-control"],
        )
        tagged = await http.get("/widget.js", headers={"If-None-Match": script.headers["etag"]})
        assert 304 == tagged.status_code


async def test_assets_may_be_kept_for_ever(tmp_path: Path) -> None:
    """They are named by their content, come compressed to who reads that, and have a tag."""
    async with pages(built(tmp_path)) as (_, http):
        url = "/assets/event-Ab12.js"
        full = await http.get(url, headers={"Accept-Encoding": "gzip, br"})
        assert ("br", "text/javascript; charset=utf-8", SCRIPT) == (
            full.headers["content-encoding"],
            full.headers["content-type"],
            full.text,
        )
        assert "immutable" in full.headers["cache-control"]
        plain = await http.get(url, headers={"Accept-Encoding": "identity"})
        assert SCRIPT == plain.text
        assert len(brotli.compress(SCRIPT.encode())) < len(plain.content)
        tagged = await http.get(url, headers={"If-None-Match": full.headers["etag"]})
        assert (304, b"") == (tagged.status_code, tagged.content)
        zipped = await http.get(url, headers={"Accept-Encoding": "gzip"})
        assert ("gzip", SCRIPT) == (zipped.headers["content-encoding"], zipped.text)
        for unknown in ("..%2Fevent.html", "event-Ab12.js.br"):
            assert 404 == (await http.get(f"/assets/{unknown}")).status_code


async def test_a_browser_asks_for_the_house_before_any_script_has_run(tmp_path: Path) -> None:
    """The head names what the event's page will ask for; of a draft it tells nothing."""
    async with pages(built(tmp_path)) as (world, http):
        plan = f"/v1/events/{world.event.id}/plan?layout=columns"
        sooner = f'<link rel="preload" as="fetch" href="{plan}" crossorigin>'
        assert sooner not in (await http.get(f"/e/{world.event.id}")).text
        await world.catalogue.set_event_status(world.event.id, "open", world.clock.now_ms())
        assert sooner in (await http.get(f"/e/{world.event.id}")).text


async def test_a_crowd_that_asks_for_a_drawing_waits_for_one_and_the_same() -> None:
    """Each coding is made once, when it is asked for first, and carries the tag of what it is a coding of."""
    plan, drawings = theatre(), PlanPages()
    plain, *zipped = await asyncio.gather(
        drawings.page("pln_1", plan, "columns"),
        *(drawings.page("pln_1", plan, "columns", "gzip") for _ in range(3)),
    )
    assert zipped[0] is zipped[1] is zipped[2]
    assert (plain.body, plain.etag) == (gzip.decompress(zipped[0].body), zipped[0].etag)


async def test_a_page_that_was_not_made_is_not_there(tmp_path: Path) -> None:
    """Where others were, it is no fault of the build."""
    async with pages(built(tmp_path)) as (world, http):
        assert 404 == (await http.get(f"/board/{world.event.id}")).status_code


async def test_without_built_pages_the_server_says_so(tmp_path: Path) -> None:
    """An install without Node serves the API, and says in place of a page how to get it."""
    async with pages(PageFiles(tmp_path)) as (world, http):
        page = await http.get(f"/e/{world.event.id}")
        assert (503, True) == (page.status_code, "make pages" in page.text)
