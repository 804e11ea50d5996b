"""A server under test as its users meet it: tokens, clients, REST, events on sale, and its books."""

from __future__ import annotations

import random
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Final

import httpx

from bench.server_process import ServerProcess
from client import ClientOptions, HoldfastClient, Layout
from client.options import Encoding
from engine.plan import Category, Plan, Row, Seat, Section
from engine.plans.canonical import canonical_json
from gateway.access.auth import Role, issue_token, principal_id
from holdfast.database import open_database
from holdfast.settings import Settings
from scripts.torture.books import Books, read_books
from tests.recording import FileRecording, RestRecorder

UNBOUNDED: Final = {"seats_per_buyer": 1_000_000, "holds_per_buyer": 1_000_000}
TOKEN_TTL_S: Final = 3_600
FIRST_PORT, LAST_PORT = 20_000, 29_999
"""Beyond them are those that `tests/integration/gateway/test_served.py` binds, maybe in another lane."""


def random_port() -> int:
    """A port that nobody listens on; at random, so that runs beside each other do not meet."""
    while True:
        port = random.randint(FIRST_PORT, LAST_PORT)
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) != 0:
                return port


def rows_of(*lengths: int, section: str = "S") -> Plan:
    """A house of one section whose rows have these lengths; labels are `S-1-1` and so on."""
    rows = tuple(
        Row(str(row), tuple(Seat(str(seat), float(seat), float(row), "std") for seat in range(1, length + 1)))
        for row, length in enumerate(lengths, start=1)
    )
    return Plan("Small house", (Category("std", "Standard", price="50.00"),), (Section(section, rows),))


class World:
    """Everything a test asks of one running server."""

    def __init__(self, server: ServerProcess, recording: FileRecording | None = None) -> None:
        """`recording` takes what clients and REST callers of this world are told."""
        self.server = server
        self._recording = recording

    @property
    def settings(self) -> Settings:
        """The settings of a command on the server's data directory."""
        return Settings(data_dir=self.server.data_dir)

    def token(self, who: str, role: Role = "buyer") -> str:
        """A token signed with the server's key."""
        return issue_token(self.server.secret, who, role, TOKEN_TTL_S)

    def client(self, who: str, encoding: Encoding = "msgpack", deadline_ms: int = 30_000) -> HoldfastClient:
        """A buyer's client, not connected yet."""
        options = ClientOptions(encoding=encoding, deadline_ms=deadline_ms, backoff_base_ms=50)
        recorder = None if self._recording is None else self._recording.to
        return HoldfastClient(self.server.url, self.token(who), options, recorder=recorder)

    def rest(self, who: str | None = None, role: Role = "buyer") -> httpx.AsyncClient:
        """A REST caller; a guest without a name."""
        headers = {} if who is None else {"Authorization": f"Bearer {self.token(who, role)}"}
        transport: httpx.AsyncBaseTransport = httpx.AsyncHTTPTransport(
            limits=httpx.Limits(max_connections=200), trust_env=False
        )
        if self._recording is not None:
            transport = RestRecorder(self._recording, None if who is None else principal_id(who), transport)
        return httpx.AsyncClient(
            base_url=f"{self.server.url}/v1", headers=headers, timeout=60, transport=transport
        )

    async def put_on_sale(self, plan: Plan | bytes, **terms: Any) -> str:
        """Import a plan (or a drawing), create an event on it, open it, and return its id."""
        drawing = plan if isinstance(plan, bytes) else canonical_json(plan)
        async with self.rest("organiser", "organiser") as rest:
            stored = (await rest.post("/plans", content=drawing)).raise_for_status().json()
            wanted = {"name": "An evening", "plan": stored["plan"], **terms}
            made = (await rest.post("/events", json=wanted)).raise_for_status().json()
            (await rest.post(f"/events/{made['event']}/open")).raise_for_status()
        return str(made["event"])

    async def layout(self, event: str) -> Layout:
        """The labels of an event's seats."""
        async with self.rest() as rest:
            return Layout.of_plan((await rest.get(f"/events/{event}/plan")).raise_for_status().content)

    @asynccontextmanager
    async def database(self) -> AsyncIterator[str]:
        """The DSN of the server's own database."""
        async with open_database(self.settings) as database:
            yield database.dsn

    async def books(self, event: str) -> dict[str, Books]:
        """The journals of an event by section, each replayed with every step examined."""
        async with self.database() as dsn:
            return await read_books(dsn, event)
