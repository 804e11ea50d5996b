"""HTTP as it is published: every reply is held against the OpenAPI document."""

from __future__ import annotations

from typing import Any

import httpx
import jsonschema


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
