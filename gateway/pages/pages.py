"""Serves the pages for people: built entries under a strict policy, with a summary that needs no scripts."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from html import escape
from typing import Final

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from engine.catalogue import EventInfo
from engine.journal import StorageError
from engine.views import money
from gateway.pages.files import NOT_BUILT, Asset, PageFiles
from gateway.ports import Catalogue
from gateway.rest.plans import IMMUTABLE
from gateway.rest.serving import no_such_call
from gateway.stripe_page import PAGES, StripePage

POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; "
    "connect-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS: Final = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), microphone=(), geolocation=(self)",
}
HTML_KEPT: Final = "no-cache"
"""Browsers ask each time, because a summary and the names of assets change."""
WIDGET_KEPT: Final = "public, max-age=300"
"""The widget's name stays the same, so pages that embed it have a new one after five minutes."""
EVERYWHERE: Final = {"Access-Control-Allow-Origin": "*", "Cross-Origin-Resource-Policy": "cross-origin"}
"""Anybody's page may load the widget; whom the server then answers is a setting."""
WIDGET: Final = {"Cache-Control": WIDGET_KEPT} | EVERYWHERE
DOOR_WORKER: Final = {
    "Cache-Control": HTML_KEPT,
    "Content-Security-Policy": POLICY,
    # It keeps a page of the house and no other.
    "Service-Worker-Allowed": "/board/",
}
TITLE: Final = "On sale now"
EVENTS_TOLD: Final = 50
"""How many events the first page names before any script has run."""
STATUS: Final = {
    "draft": "Not announced yet",
    "published": "Not on sale yet",
    "open": "On sale",
    "paused": "The sale is paused",
    "closed": "The sale is over",
}
WAYS: Final = {
    "/e/{event}": "event",
    "/e/{event}/queue": "queue",
    "/checkout/{hold}": "checkout",
    "/tickets/{order}": "tickets",
    "/account": "account",
    "/board/{event}": "board",
    "/board/{event}/door": "door",
    "/board/{event}/seats": "seats",
    "/plans": "plans",
    "/board": "events",
    "/board/{event}/sale": "sale",
    "/board/{event}/reports": "reports",
}
"""Where each entry is served; those of an event have its name and a summary of its sale."""
Handler = Callable[[Request], Awaitable[Response]]


def add_pages(app: FastAPI, catalogue: Catalogue, files: PageFiles, stripe: StripePage | None = None) -> None:
    """Mount the pages and their assets; with `stripe` the two about money take cards."""
    app.add_route("/", _home(catalogue, files), ["GET"], include_in_schema=False)
    for path, name in WAYS.items():
        by_card = stripe if name in PAGES else None
        app.add_route(path, _page(name, catalogue, files, by_card), ["GET"], include_in_schema=False)
    app.add_route("/assets/{name}", _asset(files), ["GET"], include_in_schema=False)
    app.add_route("/widget.js", _script(lambda: files.widget, WIDGET), ["GET"], include_in_schema=False)
    worker = _script(lambda: files.door_worker, DOOR_WORKER)
    app.add_route("/door-worker.js", worker, ["GET"], include_in_schema=False)


def _home(catalogue: Catalogue, files: PageFiles) -> Handler:
    async def serve(_request: Request) -> Response:
        try:
            events = (await catalogue.events(EVENTS_TOLD)).events
        except StorageError:
            events = ()
        told = [event for event in events if event.status != "draft" and event.mode == "live"]
        lines = "".join(f'<li><a href="/e/{event.id}">{escape(event.name)}</a></li>' for event in told)
        summary = f'<main class="plain"><h1>{TITLE}</h1><ul>{lines}</ul>{_NO_SCRIPTS}</main>'
        body = files.entry("home", f"<title>{TITLE}</title>", summary)
        if body is None:
            return HTMLResponse(NOT_BUILT, 503, HEADERS)
        return HTMLResponse(body, 200, HEADERS | {"Cache-Control": HTML_KEPT})

    return serve


def _page(name: str, catalogue: Catalogue, files: PageFiles, stripe: StripePage | None) -> Handler:
    policy = POLICY if stripe is None else stripe.policy(POLICY)
    headers = HEADERS | {"Content-Security-Policy": policy, "Cache-Control": HTML_KEPT}
    more = "" if stripe is None else stripe.head

    async def serve(request: Request) -> Response:
        event_id = request.path_params.get("event")
        try:
            event = None if event_id is None else await catalogue.event(event_id)
        except StorageError:
            # The page itself needs no storage; it says what is wrong, and tries again.
            event, event_id = None, None
        # A draft is nobody's business but the organiser's, whose token the page sends later.
        shown = None if event is None or event.status == "draft" else event
        head, summary = _told(shown)
        if name == "event" and shown is not None:
            head += _sooner(shown)
        body = files.entry(name, head + more, summary)
        if body is None and files.entries:
            return await no_such_call(request, LookupError(name))
        if body is None:
            return HTMLResponse(NOT_BUILT, 503, HEADERS)
        status = 404 if event_id is not None and event is None else 200
        return HTMLResponse(body, status, headers)

    return serve


def _asset(files: PageFiles) -> Handler:
    async def serve(request: Request) -> Response:
        asset = files.assets.get(request.path_params["name"])
        if asset is None:
            return await no_such_call(request, FileNotFoundError())
        return _sent(asset, request, {"Cache-Control": IMMUTABLE})

    return serve


def _script(named: Callable[[], Asset | None], headers: dict[str, str]) -> Handler:
    async def serve(request: Request) -> Response:
        asset = named()
        if asset is None:
            return await no_such_call(request, FileNotFoundError())
        return _sent(asset, request, headers)

    return serve


def _sent(asset: Asset, request: Request, more: dict[str, str]) -> Response:
    headers = {"ETag": asset.etag, "Vary": "Accept-Encoding", "X-Content-Type-Options": "nosniff"} | more
    if asset.etag in request.headers.get("if-none-match", ""):
        return Response(b"", 304, headers)
    coding, body = asset.accepted(request.headers.get("accept-encoding", ""))
    if coding != "identity":
        headers["Content-Encoding"] = coding
    return Response(body, 200, headers, asset.media_type)


def _sooner(event: EventInfo) -> str:
    """What the page will ask for as soon as its script runs, so that browsers ask while they load that."""
    asked = (f"/v1/events/{event.id}/plan?layout=columns", f"/v1/events/{event.id}")
    return "".join(f'<link rel="preload" as="fetch" href="{path}" crossorigin>' for path in asked)


def _told(event: EventInfo | None) -> tuple[str, str]:
    """Head and summary of an event's page, readable before any script has run and without one."""
    if event is None:
        return "<title>Holdfast</title>", _NO_SCRIPTS
    name = escape(event.name)
    about = escape(f"{event.name}: {STATUS[event.status]}. {_prices(event)}")
    head = f'<title>{name}</title><meta name="description" content="{about}">'
    sections = "".join(
        f"<li>{escape(part.name)}: {_places(part.seats + part.ga_capacity)}</li>" for part in event.sections
    )
    return head, (
        f'<main class="plain"><h1>{name}</h1><p>{STATUS[event.status]}. {escape(_prices(event))}</p>'
        f"<h2>Sections</h2><ul>{sections}</ul>{_NO_SCRIPTS}</main>"
    )


_NO_SCRIPTS: Final = (
    "<noscript><p>Choosing seats here needs scripts. Everything this page does can also be done through the "
    '<a href="/docs">API</a>.</p></noscript>'
)


def _places(count: int) -> str:
    return "1 place" if count == 1 else f"{count:,} places"


def _prices(info: EventInfo) -> str:
    amounts = [amount for types in info.terms.prices.values() for amount in types.values()]
    if not amounts:
        return "Free of charge."
    low, high = (money(each, info.terms.currency) for each in (min(amounts), max(amounts)))
    return (
        f"{low.amount} {low.currency}." if low == high else f"{low.amount} to {high.amount} {high.currency}."
    )
