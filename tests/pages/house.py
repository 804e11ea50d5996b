"""A house on sale behind the real gateway, in a thread of its own beside the browser's."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine
from concurrent.futures import Future
from hashlib import sha256
from typing import Any, Self, TypeVar

import httpx

from engine.catalogue import EventStatus
from engine.event_terms import complete_terms
from engine.plan import Plan
from engine.queue.terms import QueueTerms
from engine.terms import Limits, OrphanRule, Sale, Terms
from gateway.access.auth import Role, issue_token
from tests.integration.gateway.test_analytics import count_all
from tests.integration.gateway.test_served import served
from tests.integration.gateway.world import SECRET, World

STARTED_MAX_S = 90
TOKEN_TTL_S = 3600
ResultT = TypeVar("ResultT")
LIMITS = Limits(seats_per_buyer=50)
ROLES: dict[str, Role] = {"sam": "staff", "olga": "organiser"}
"""Who is of the house; everybody else buys."""


class House:
    """The gateway of `tests/integration` on a real port; calls from the test's thread wait for its loop."""

    world: World
    url: str

    def __init__(self, **settings: Any) -> None:
        """`settings` are the gateway's."""
        self._settings = settings

    def __enter__(self) -> Self:
        self._loop = asyncio.new_event_loop()
        self._ending = asyncio.Event()
        started: Future[None] = Future()
        self._thread = threading.Thread(target=self._loop.run_until_complete, args=(self._serve(started),))
        self._thread.start()
        started.result(STARTED_MAX_S)
        return self

    def __exit__(self, *exc: object) -> None:
        self._loop.call_soon_threadsafe(self._ending.set)
        self._thread.join()
        self._loop.close()

    async def _serve(self, started: Future[None]) -> None:
        try:
            async with served(**self._settings) as (world, address):
                self.world = world
                self.url = address.replace("ws://", "http://").removesuffix("/v1/ws")
                started.set_result(None)
                await self._ending.wait()
        except BaseException as error:
            if not started.done():
                started.set_exception(error)
            raise

    def run(self, work: Coroutine[Any, Any, ResultT]) -> ResultT:
        """Do something on the gateway's loop and wait for it."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(STARTED_MAX_S)

    def event(
        self,
        plan: Plan,
        name: str,
        *,
        status: EventStatus = "open",
        limits: Limits = LIMITS,
        queue: QueueTerms | None = None,
        orphan_rule: OrphanRule = "best",
    ) -> str:
        """An event on a plan, at its face values; its id."""
        sale: Sale = "open" if status == "open" else "not_open"
        terms = complete_terms(plan, Terms(limits=limits, sale=sale, orphan_rule=orphan_rule))
        return self.run(self._event(plan, name, status, terms, queue))

    async def _event(
        self, plan: Plan, name: str, status: EventStatus, terms: Terms, queue: QueueTerms | None
    ) -> str:
        catalogue, now_ms = self.world.catalogue, self.world.clock.now_ms()
        stored = await catalogue.save_plan(plan, now_ms)
        made = await catalogue.create_event(name, stored.id, terms, now_ms, queue)
        await catalogue.set_event_status(made.id, status, now_ms)
        return made.id

    def hold(self, event: str, who: str = "bob", **what: Any) -> httpx.Response:
        """Somebody else holds something."""
        key = sha256(f"{who} {what}".encode()).hexdigest()
        return self.call("POST", "/holds", who, {"event": event, **what}, key)

    def sell(self, event: str, groups: list[list[str]]) -> None:
        """Others hold these seats together, and buy them but for the last group."""
        for number, seats in enumerate(groups):
            who = f"buyer-{number}"
            hold = self.hold(event, who, seats=seats).raise_for_status().json()["hold"]
            if number < len(groups) - 1:
                body = {"hold": hold, "buyer": {"name": who, "email": "b@example.org"}}
                self.call("POST", "/orders", who, body, who).raise_for_status()

    def tickets(self, event: str, seats: list[str], who: str = "ann") -> list[dict[str, Any]]:
        """What somebody gets who buys these seats."""
        hold = self.hold(event, who, seats=seats).raise_for_status().json()["hold"]
        body = {"hold": hold, "buyer": {"name": who, "email": "b@example.org"}}
        order = self.call("POST", "/orders", who, body, hold).raise_for_status().json()["order"]
        found: list[dict[str, Any]] = self.call("GET", f"/orders/{order}/tickets", who).json()["tickets"]
        return found

    def call(
        self, method: str, path: str, who: str, body: Any = None, key: str | None = None, **options: Any
    ) -> httpx.Response:
        """A REST call of a buyer, or of the house's people where the name says so."""
        headers = {"Authorization": f"Bearer {self._token(who)}"}
        if key is not None:
            headers["Idempotency-Key"] = key
        with httpx.Client(base_url=f"{self.url}/v1", trust_env=False) as http:
            return http.request(method, path, json=body, headers=headers, **options)

    def count(self) -> None:
        """Count everything that the journals say by now, as the projector of a server does all the time."""
        self.run(count_all(self.world))

    def way_in(self, path: str, who: str = "olga") -> str:
        """An address of the house's pages with what lets somebody in."""
        return f"{path}#token={self._token(who)}"

    def _token(self, who: str) -> str:
        """What speaks for somebody, signed by the gateway's clock: good however far that was put forward."""
        return issue_token(
            SECRET, who, ROLES.get(who, "buyer"), TOKEN_TTL_S, now_s=self.world.clock.now_ms() / 1000
        )

    def later(self, ms: int) -> None:
        """Put the gateway's clock forward."""
        self.world.clock.ahead_ms += ms

    def cut(self) -> None:
        """Break every websocket, as a network would."""

        async def breaking() -> None:
            for connection in tuple(self.world.app.state.sockets._connections):
                connection._writer.close_now()

        self.run(breaking())
