"""People with accounts, before a real gateway."""

from __future__ import annotations

from typing import Any

import httpx
from fastapi import FastAPI

from tests.integration.gateway.world import World

PASSWORD = "a long enough password"
ADA = "ada@example.org"
UNSIGNED = {f"/auth/{each}" for each in ("register", "login", "otp", "reset", "refresh", "guest")}
"""Calls that make tokens rather than need them."""


class Person:
    """Somebody at a gateway; once signed in `tokens` has what they were given."""

    def __init__(
        self, world: World, email: str = ADA, app: FastAPI | None = None, address: str = "127.0.0.1"
    ) -> None:
        self.world = world
        self.email = email
        self.tokens: dict[str, Any] = {}
        self._http = httpx.AsyncClient(
            transport=httpx.ASGITransport(app or world.app, client=(address, 1)), base_url="http://test/v1"
        )

    async def ask(self, method: str, path: str, **body: Any) -> httpx.Response:
        """A call, with the access token if there is one."""
        token = None if path in UNSIGNED else self.tokens.get("access_token")
        headers = {} if token is None else {"Authorization": f"Bearer {token}"}
        if (key := body.pop("key", None)) is not None:
            headers["Idempotency-Key"] = key
        content = None if method in ("GET", "DELETE") else body
        return await self._http.request(method, path, json=content, headers=headers)

    async def post(self, path: str, **body: Any) -> dict[str, Any]:
        """A call that must go well."""
        reply = await self.ask("POST", path, **body)
        assert reply.status_code < 300, reply.text
        found: dict[str, Any] = reply.json()
        return found

    async def refused(self, path: str, **body: Any) -> str:
        """The code of a call that must not go well."""
        reply = await self.ask("POST", path, **body)
        assert reply.status_code >= 400, reply.text
        return str(reply.json()["code"])

    async def took(self, reply: dict[str, Any]) -> Person:
        """Signed in with this reply."""
        assert "tokens" == reply["kind"], reply
        self.tokens = reply
        return self

    async def register(self, password: str = PASSWORD) -> Person:
        """Make an account and sign in."""
        asked = await self.post("/auth/register", email=self.email, password=password, name="Ada")
        code = (await self.world.mailer.next()).code
        return await self.took(await self.post("/auth/otp", challenge=asked["challenge"], code=code))

    async def log_in(self, password: str = PASSWORD) -> Person:
        """Sign in with a password."""
        return await self.took(await self.post("/auth/login", email=self.email, password=password))

    async def refresh(self) -> Person:
        """Go on with the next tokens."""
        asked = self.tokens.pop("refresh_token")
        return await self.took(await self.post("/auth/refresh", refresh_token=asked))

    async def me(self) -> int:
        """What the server says to whoever asks who they are: 200 while the access token is good."""
        return (await self.ask("GET", "/auth/me")).status_code
