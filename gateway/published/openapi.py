"""The OpenAPI 3.1 document of the REST API, made from the very operations that are served."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, Final

import msgspec

from gateway.operations import REPLIES
from gateway.rest.operation import Operation
from gateway.rest.serving import PROBLEM_TYPE
from protocol.errors import ErrorCode, Problem
from protocol.requests import Key

PREFIX: Final = "/v1"
REFERENCE: Final = "#/components/schemas/{name}"
ALWAYS: Final = (
    ErrorCode.MALFORMED,
    ErrorCode.NOT_FOUND,
    ErrorCode.RATE_LIMITED,
    ErrorCode.STORAGE_UNAVAILABLE,
    ErrorCode.INTERNAL,
)
WITH_TOKEN: Final = (ErrorCode.TOKEN_MISSING, ErrorCode.TOKEN_INVALID, ErrorCode.TOKEN_EXPIRED)
WITH_KEY: Final = (
    ErrorCode.IDEMPOTENCY_KEY_MISSING,
    ErrorCode.IDEMPOTENCY_KEY_REUSED,
    ErrorCode.IDEMPOTENCY_IN_PROGRESS,
)
REPLY_HEADERS: Final = ("X-Request-Id", "RateLimit", "RateLimit-Policy")
BY_SECTION: Final = (
    ErrorCode.SECTION_RECOVERING,
    ErrorCode.SECTION_OVERLOADED,
    ErrorCode.DEADLINE_EXCEEDED,
    ErrorCode.OUTCOME_UNKNOWN,
)


def openapi(operations: tuple[Operation, ...], version: str) -> dict[str, Any]:
    """The whole document as plain data."""
    types = [Problem, *(reply for reply in REPLIES.values() if reply is not None)]
    for operation in operations:
        types += [each for each in (operation.body, *_types(operation.reply)) if each not in (None, bytes)]
    schemas, components = msgspec.json.schema_components(types, ref_template=REFERENCE)
    schema_of = dict(zip(map(id, types), schemas, strict=True))
    paths: dict[str, dict[str, Any]] = {}
    for operation in operations:
        described = _operation(operation, schema_of)
        paths.setdefault(PREFIX + operation.path, {})[operation.method.lower()] = described
    for path, reply in REPLIES.items():
        paths[path] = {"get": _figures() if reply is None else _probe(path, schema_of[id(reply)])}
    return {
        "openapi": "3.1.0",
        "info": {"title": "Holdfast", "version": version, "summary": "A realtime booking engine."},
        "paths": paths,
        "components": {
            "schemas": components,
            "securitySchemes": {
                "bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"},
                "metrics": {"type": "http", "scheme": "bearer", "description": "HOLDFAST_METRICS_TOKEN"},
            },
        },
        "x-errors": catalogue(),
    }


def catalogue() -> list[dict[str, Any]]:
    """Every error code with its status, title, and whether the same request may succeed later."""
    return [
        {"code": code.value, "status": code.status, "title": code.title, "retryable": code.retryable}
        for code in ErrorCode
    ]


def _right(operation: Operation) -> dict[str, Any]:
    """Who may call it, and what an API key has to have been given for that."""
    right = operation.right
    scopes = [scope for scope in (right.scope, right.house_scope) if scope is not None]
    return {"who": right.who, "scopes": scopes}


def _types(reply: Any) -> tuple[Any, ...]:
    return reply if isinstance(reply, tuple) else (reply,)


def _operation(operation: Operation, schema_of: dict[int, dict[str, Any]]) -> dict[str, Any]:
    described: dict[str, Any] = {
        "operationId": operation.name,
        "summary": operation.summary,
        "description": (operation.handler.__doc__ or operation.summary).strip(),
        "tags": [operation.path.split("/")[1]],
        "parameters": [
            *_path_parameters(operation),
            *_query_parameters(operation),
            *_key(operation),
            *_condition(operation),
        ],
        "responses": {
            str(operation.status): _reply(operation, schema_of),
            **({"304": {"description": "It is what the caller has"}} if operation.conditional else {}),
            **_refusals(operation),
        },
        "security": [{"bearer": []}] if operation.who != "anyone" else [{}, {"bearer": []}],
        "x-right": _right(operation),
    }
    if operation.body is bytes:
        content: dict[str, Any] = {"application/json": {}, "text/csv": {}}
        described["requestBody"] = {"required": True, "content": content}
    elif operation.body is not None:
        content = {"application/json": {"schema": schema_of[id(operation.body)]}}
        described["requestBody"] = {"required": not operation.bare, "content": content}
    return described


def _reply(operation: Operation, schema_of: dict[int, dict[str, Any]]) -> dict[str, Any]:
    # Of a reply that is bytes the media type says all there is to say.
    schemas = [schema_of[id(each)] if each is not bytes else {} for each in _types(operation.reply)]
    schema = schemas[0] if len(schemas) == 1 else {"anyOf": schemas}
    headers = {name: {"schema": {"type": "string"}} for name in REPLY_HEADERS}
    if operation.conditional:
        headers["ETag"] = {"schema": {"type": "string"}}
    if operation.keyed:
        headers["Idempotent-Replayed"] = {"schema": {"type": "string"}}
    content = {operation.media_type: {"schema": schema}} | {other: {} for other in operation.or_else}
    return {"description": operation.summary, "headers": headers, "content": content}


def _refusals(operation: Operation) -> dict[str, Any]:
    codes_by_status: dict[int, list[str]] = {}
    for code in sorted(set(_errors(operation)), key=list(ErrorCode).index):
        codes_by_status.setdefault(code.status, []).append(code.value)
    return {
        str(status): {
            "description": ", ".join(codes),
            "content": {PROBLEM_TYPE: {"schema": {"$ref": REFERENCE.format(name="Problem")}}},
            "x-codes": codes,
        }
        for status, codes in codes_by_status.items()
    }


def _errors(operation: Operation) -> Iterable[ErrorCode]:
    yield from ALWAYS
    yield from operation.errors
    yield from WITH_TOKEN
    if operation.who != "anyone":
        yield from BY_SECTION
    if operation.right.scope is not None or operation.who not in ("anyone", "caller"):
        yield ErrorCode.SCOPE_MISSING
    if operation.keyed:
        yield from WITH_KEY
    if operation.body is not None:
        yield ErrorCode.TOO_LARGE


def _path_parameters(operation: Operation) -> list[dict[str, Any]]:
    names = re.findall(r"{(\w+)}", operation.path)
    return [{"name": name, "in": "path", "required": True, "schema": {"type": "string"}} for name in names]


def _query_parameters(operation: Operation) -> list[dict[str, Any]]:
    if operation.query is None:
        return []
    (_,), components = msgspec.json.schema_components([operation.query], ref_template=REFERENCE)
    schema = components[operation.query.__name__]
    required = schema.get("required", [])
    return [
        {"name": name, "in": "query", "required": name in required, "schema": each}
        for name, each in schema["properties"].items()
    ]


def _key(operation: Operation) -> list[dict[str, Any]]:
    if not (operation.keyed or operation.key_heeded):
        return []
    schema = msgspec.json.schema(Key)
    return [
        {"name": "Idempotency-Key", "in": "header", "required": operation.keyed, "schema": schema},
    ]


def _condition(operation: Operation) -> list[dict[str, Any]]:
    if not operation.conditional:
        return []
    return [{"name": "If-None-Match", "in": "header", "required": False, "schema": {"type": "string"}}]


def _probe(path: str, schema: dict[str, Any]) -> dict[str, Any]:
    content = {"application/json": {"schema": schema}}
    responses = {"200": {"description": "As it is now", "content": content}}
    if path == "/readyz":
        responses["503"] = {"description": "Cannot sell now", "content": content}
    return {
        "operationId": path.strip("/"),
        "summary": f"Operations: {path.strip('/')}",
        "tags": ["operations"],
        "responses": responses,
    }


def _figures() -> dict[str, Any]:
    problem = {PROBLEM_TYPE: {"schema": {"$ref": REFERENCE.format(name="Problem")}}}
    return {
        "operationId": "metrics",
        "summary": "Operations: figures for Prometheus",
        "description": "Figures of all processes of this node, to who may read them.",
        "tags": ["operations"],
        "security": [{}, {"metrics": []}],
        "responses": {
            "200": {
                "description": "As they are now",
                "content": {"text/plain": {}, "application/openmetrics-text": {}},
            },
            "404": {
                "description": "not_found",
                "content": problem,
                "x-codes": [ErrorCode.NOT_FOUND.value],
            },
        },
    }
