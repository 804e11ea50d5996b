"""Serves the published API: OpenAPI, AsyncAPI, and one page that leads to both."""

from __future__ import annotations

from typing import Any, Final

import msgspec
from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from gateway.asyncapi import asyncapi
from gateway.openapi import openapi
from gateway.rest.operation import Operation
from gateway.rest.serving import Json

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
    """Mount `/openapi.json`, `/asyncapi.json` and `/docs`; all are made once, here."""
    rest, socket = openapi(operations, version), asyncapi(version)
    for path, document in (("/openapi.json", rest), ("/asyncapi.json", socket)):
        app.add_route(path, _constant(Json(msgspec.json.encode(document))), ["GET"])
    app.add_route("/docs", _constant(HTMLResponse(_page(rest, socket, version))), ["GET"])


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
