"""Whatever the published API allows is answered as published: no error of ours, nothing undocumented.

Schemathesis draws requests from what `/openapi.json` says. The same
ones each time; a name of something that exists stands in for a drawn one now and then.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import httpx
import jsonschema
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from schemathesis.generation.case import Case

from gateway.published.openapi import openapi
from gateway.rest.routes import OPERATIONS
from tests.integration.gateway.world import World, token

EXAMPLES = 8
SENT = ("method", "url", "params", "headers", "json")
DOCUMENT = openapi(OPERATIONS, "0.1.0")
SCHEMA = schemathesis.openapi.from_dict(DOCUMENT)
CALLS = [(method.upper(), path) for path, methods in DOCUMENT["paths"].items() for method in methods]
SOMEBODY: dict[str, dict[str, str]] = {
    "nobody": {},
    "buyer": {"Authorization": f"Bearer {token('buyer', 'ann')}"},
    "admin": {"Authorization": f"Bearer {token('admin', 'root')}"},
}


class Stage:
    """One gateway for all calls, on a loop of its own."""

    def __init__(self) -> None:
        self.runner = asyncio.Runner()
        self.world = World()
        self.runner.run(self.world.__aenter__())
        transport = httpx.ASGITransport(self.world.app)
        self.http = httpx.AsyncClient(transport=transport, base_url="http://test")

    def send(self, case: Case[Any]) -> httpx.Response:
        """The answer to what was drawn."""
        drawn: dict[str, Any] = case.as_transport_kwargs(base_url="http://test")
        told: dict[str, Any] = {
            name: drawn[name] for name in ("method", "url", "params", "headers", "json") if name in drawn
        }
        if isinstance(drawn.get("data"), str | bytes):
            told["content"] = drawn["data"]
        return self.runner.run(self.http.request(**told))

    def close(self) -> None:
        """End it; the journal is not audited, because nobody recorded what was told."""
        self.runner.run(self.http.aclose())
        self.runner.run(self.world.__aexit__(None, None, None))
        self.runner.close()


def check(described: dict[str, Any], response: httpx.Response) -> None:
    """The status is published and no error of ours, and so are type and shape of what came."""
    assert response.status_code < 500, response.text
    told = described["responses"].get(str(response.status_code))
    assert told is not None, f"{response.status_code} is not published: {response.text}"
    if "content" not in told:
        assert b"" == response.content
        return
    media_type = response.headers["content-type"].partition(";")[0]
    assert media_type in told["content"]
    if media_type.endswith("json"):
        schema = told["content"][media_type].get("schema", {})
        jsonschema.validate(response.json(), schema | {"components": DOCUMENT["components"]})


def modes(method: str, path: str) -> list[schemathesis.GenerationMode]:
    """As the document allows, and beyond it where there is anything to be beyond."""
    described = DOCUMENT["paths"][path][method.lower()]
    wide = bool(described.get("parameters")) or "requestBody" in described
    return list(schemathesis.GenerationMode) if wide else [schemathesis.GenerationMode.POSITIVE]


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    """The gateway that all calls go to."""
    made = Stage()
    yield made
    made.close()


@pytest.mark.parametrize(("method", "path"), CALLS, ids=[f"{method} {path}" for method, path in CALLS])
def test_every_call_answers_as_published(stage: Stage, method: str, path: str) -> None:
    """To guests, buyers and admins, whatever they send."""
    operation = SCHEMA[path][method]
    drawn = [operation.as_strategy(generation_mode=mode) for mode in modes(method, path)]

    @seed(1)
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=st.one_of(*drawn), who=st.sampled_from(sorted(SOMEBODY)), real=st.booleans())
    def holds(case: Case[Any], who: str, real: bool) -> None:
        if real and "event" in (case.path_parameters or {}):
            case.path_parameters["event"] = stage.world.event.id
        case.headers.update(SOMEBODY[who])
        check(DOCUMENT["paths"][path][method.lower()], stage.send(case))

    holds()
