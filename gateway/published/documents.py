"""Serves the published API: OpenAPI, AsyncAPI, and one page that leads to both."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Final

import msgspec
from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from gateway.published.asyncapi import asyncapi
from gateway.published.openapi import openapi
from gateway.rest.operation import Operation
from gateway.rest.serving import Json

DOCUMENTS_MAX: Final = 4
"""A process publishes one API; tests publish a few."""
_PAGE: Final = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Holdfast API</title>
<style>
body {{ font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }}
table {{ border-collapse: collapse; width: 100%; }}
th, td {{ text-align: left; padding: .3rem .6rem; border-bottom: 1px solid #ccc; vertical-align: top; }}
code {{ font-size: .95em; }}
</style>
<h1>Holdfast API {version}</h1>
<p>For machines: <a href="/openapi.json">OpenAPI 3.1</a> for REST and
<a href="/asyncapi.json">AsyncAPI 3.0</a> for the websocket at <code>/v1/ws</code>.</p>
<h2>REST</h2>
<table><tr><th>Call</th><th>What it does</th></tr>{calls}</table>
<h2>Websocket</h2>
<table><tr><th>Message</th><th>What it says</th></tr>{messages}</table>
<h2>Errors</h2>
<table><tr><th>Code</th><th>Status</th><th>Meaning</th></tr>{errors}</table>
</html>
"""


def add_documents(app: FastAPI, operations: tuple[Operation, ...], version: str) -> None:
    """Mount `/openapi.json`, `/asyncapi.json` and `/docs`; all are made here, once for the same calls."""
    rest, socket, page = _documents(tuple(map(_unbound, operations)), version)
    for path, document in (("/openapi.json", rest), ("/asyncapi.json", socket)):
        app.add_route(path, _constant(Json(document)), ["GET"])
    app.add_route("/docs", _constant(HTMLResponse(page)), ["GET"])


def _unbound(operation: Operation) -> Operation:
    """The operation without the parts it serves from, of which the documents say nothing."""
    handler = getattr(operation.handler, "__func__", operation.handler)
    return msgspec.structs.replace(operation, handler=handler)


@lru_cache(DOCUMENTS_MAX)
def _documents(operations: tuple[Operation, ...], version: str) -> tuple[bytes, bytes, str]:
    """OpenAPI, AsyncAPI and the page; they take a tenth of a second to make."""
    rest, socket = openapi(operations, version), asyncapi(version)
    return msgspec.json.encode(rest), msgspec.json.encode(socket), _page(rest, socket, version)


def _constant(response: Response) -> Any:
    async def serve(_request: Request) -> Response:
        return Response(response.body, media_type=response.media_type)

    return serve


def _page(rest: dict[str, Any], socket: dict[str, Any], version: str) -> str:
    calls = "".join(
        f"<tr><td><code>{method.upper()} {path}</code></td><td>{call['summary']}</td></tr>"
        for path, methods in rest["paths"].items()
        for method, call in methods.items()
    )
    messages = "".join(
        f"<tr><td><code>{each['name']}</code></td><td>{each['summary']}</td></tr>"
        for each in socket["components"]["messages"].values()
    )
    errors = "".join(
        f"<tr><td><code>{each['code']}</code></td><td>{each['status']}</td><td>{each['title']}</td></tr>"
        for each in socket["x-errors"]
    )
    return _PAGE.format(version=version, calls=calls, messages=messages, errors=errors)
