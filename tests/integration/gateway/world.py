"""A gateway with real sections, catalogue and router in one process: no Ray, no network, no database."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, Self

import httpx
import msgspec
from fastapi import FastAPI

from actors.clock import RandomIds, SystemClock
from actors.host import SectionHost
from actors.limits import RouterLimits, ShellLimits
from actors.rooms import RoomLine
from actors.router import SectionRouter
from actors.testing_clock import TestClock
from actors.watch import SectionChanges
from engine.catalogue import EventInfo
from engine.plan import Area, Category, Plan, Point, Row, Seat, Section
from engine.terms import Terms
from engine.webhooks import Replay
from gateway.access.auth import Role, issue_token, principal_id
from gateway.accounts.ports import AccountParts
from gateway.accounts.settings import AccountSettings
from gateway.app import create_app
from gateway.entrance import Entrance
from gateway.parts import Parts
from gateway.paying.ports import Bank
from gateway.paying.sandbox_provider import SandboxProvider
from gateway.sections.archive import Archive
from gateway.settings import GatewaySettings
from persistence.memory.account_store import MemoryAccounts
from persistence.memory.catalogue import MemoryCatalogue
from persistence.memory.database import MemoryDatabase
from persistence.memory.due_rows import MemoryDueRows
from persistence.memory.projections import MemoryAnalytics, MemoryProjections
from persistence.memory.store import MemorySectionStore
from protocol.closing import JSON, MSGPACK
from tests.integration.gateway.in_process import InProcess, Ready
from tests.integration.gateway.mailbox import Mailbox
from tests.integration.gateway.shifting import Books, ShiftedClock, hooks_in_memory
from tests.recording import Recording, RestRecorder, SocketRecorder

if TYPE_CHECKING:
    from holdfast.tracing.traces import Traces

SECRET = secrets.token_hex(32)
TERMS = Terms(prices={"gold": {"standard": 8900, "child": 4500}, "field": {"standard": 3000}}, sale="open")


def small_plan() -> Plan:
    """Two sections of two rows of six seats, FRONT nearer to the stage than BACK, and a field."""

    def section(name: str, y: float, areas: tuple[Area, ...] = ()) -> Section:
        rows = tuple(
            Row(label, tuple(Seat(str(n), float(n * 10), y + 10 * index, "gold") for n in range(1, 7)))
            for index, label in enumerate("AB")
        )
        return Section(name, rows=rows, areas=areas)

    field = Area("FIELD", 100, "field")
    categories = (Category("gold", "Gold"), Category("field", "Field"))
    return Plan(
        "Hall", categories, (section("BACK", 200.0, (field,)), section("FRONT", 20.0)), Point(35.0, 0.0)
    )


class World:
    """The application and what it stands on; `event` is on sale."""

    app: Entrance
    event: EventInfo
    test_clock: TestClock | None = None
    tracing: Traces | None = None

    def __init__(
        self,
        banks: tuple[Bank, ...] = (),
        terms: Terms = TERMS,
        bounds: AccountSettings | None = None,
        **settings: Any,
    ) -> None:
        self._bounds = bounds or AccountSettings()
        self._terms = terms
        self.settings = GatewaySettings(secret=SECRET, **settings)
        self.database = MemoryDatabase()
        self.catalogue = MemoryCatalogue(self.database)
        self.accounts = MemoryAccounts(self.database, self.catalogue)
        self.mailer = Mailbox()
        self.clock = ShiftedClock()
        self.replays: MemoryDueRows[Replay] = MemoryDueRows(self.database)
        self.books = Books(self.database, SECRET, self.clock, banks)
        self.ready = Ready()
        self.recording = Recording()
        self.archive = Archive(MemorySectionStore(self.database))
        self.projections = MemoryProjections(self.database)
        stores = MemorySectionStore(self.database)
        self.host = SectionHost("test", stores, self.clock, RandomIds(), ShellLimits(), lambda _s: None)
        self.actor = InProcess(self.host, self.catalogue)
        self.router = SectionRouter(self.actor, self.actor, SystemClock(), RouterLimits())

    async def __aenter__(self) -> Self:
        now_ms = time.time_ns() // 1_000_000
        plan = await self.catalogue.save_plan(small_plan(), now_ms)
        self.event = await self.catalogue.create_event("Gala", plan.id, self._terms, now_ms)
        self.app = self._gateway(self.router)
        self._lifespan = self.app.router.lifespan_context(self.app)
        await self._lifespan.__aenter__()
        return self

    async def __aexit__(self, *exc: object) -> None:
        await self._lifespan.__aexit__(None, None, None)
        await self.host.close()
        if exc[0] is None:
            self.recording.audit(self.database)

    def _gateway(self, router: SectionRouter) -> Entrance:
        changes = SectionChanges(self.actor, self.actor)
        sections = router if self.tracing is None else self.tracing.sections(router)
        parts = Parts(
            sections,
            changes,
            self.catalogue,
            self.ready,
            (SandboxProvider(),),
            self.clock,
            RandomIds(),
            rooms=RoomLine(sections, changes),
            paying=self.books.paying,
            waitlists=self.books.waitlists,
            openings=self.catalogue.openings,
            test_clock=self.test_clock,
            webhooks=hooks_in_memory(self.database, self.catalogue, self.replays),
            accounts=AccountParts(self.accounts, self.mailer, settings=self._bounds),
            gatherings=self.books.gatherings,
            archive=self.archive,
            analytics=MemoryAnalytics(self.projections, self.catalogue.all_events, self.catalogue.all_orders),
            tracing=self.tracing,
        )
        return create_app(parts, self.settings)

    @asynccontextmanager
    async def another_gateway(self) -> AsyncIterator[FastAPI]:
        """A second gateway before the same sections and the same catalogue; they share nothing else."""
        app = self._gateway(SectionRouter(self.actor, self.actor, SystemClock(), RouterLimits()))
        async with app.router.lifespan_context(app):
            yield app

    def http(
        self, role: Role | None = "buyer", sub: str = "ann", app: FastAPI | None = None
    ) -> httpx.AsyncClient:
        headers = {} if role is None else {"Authorization": f"Bearer {token(role, sub)}"}
        transport = RestRecorder(
            self.recording, None if role is None else principal_id(sub), httpx.ASGITransport(app or self.app)
        )
        return httpx.AsyncClient(transport=transport, base_url="http://test", headers=headers)

    def socket(self, subprotocol: str = MSGPACK, *, app: FastAPI | None = None, **headers: str) -> Socket:
        return Socket(app or self.app, subprotocol, headers, SocketRecorder(self.recording))


def token(role: Role = "buyer", sub: str = "ann") -> str:
    """A token that is good for an hour."""
    return issue_token(SECRET, sub, role, 3600)


class Socket:
    """The server's side of a websocket, as an ASGI server would drive it."""

    def __init__(
        self, app: FastAPI, subprotocol: str, headers: dict[str, str], recorder: SocketRecorder
    ) -> None:
        self._recorder = recorder
        self._text = subprotocol == JSON
        self._codec = msgspec.json if self._text else msgspec.msgpack
        self._in: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._out: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._seen: list[dict[str, Any]] = []
        self._number = 0
        self._read_all = asyncio.Event()
        self.writable = asyncio.Event()
        self.writable.set()
        self.broken = False
        self.blocked = asyncio.Event()
        self.accepted: dict[str, Any] | None = None
        scope = {
            "type": "websocket",
            "path": "/v1/ws",
            "raw_path": b"/v1/ws",
            "root_path": "",
            "scheme": "ws",
            "query_string": b"",
            "headers": [(key.encode(), value.encode()) for key, value in headers.items()],
            "subprotocols": [subprotocol],
            "extensions": {"websocket.http.response": {}},
        }
        self._task = asyncio.ensure_future(app(scope, self._next, self._send))

    async def _next(self) -> dict[str, Any]:
        if self._in.empty():
            self._read_all.set()
        return await self._in.get()

    async def _send(self, message: Any) -> None:
        if not self.writable.is_set():
            self.blocked.set()
            await self.writable.wait()
        if self.broken:
            raise OSError("the peer is gone")
        await self._out.put(dict(message))

    async def __aenter__(self) -> Self:
        self._in.put_nowait({"type": "websocket.connect"})
        self.accepted = await self._out.get()
        return self

    async def __aexit__(self, *exc: object) -> None:
        self._in.put_nowait({"type": "websocket.disconnect", "code": 1000})
        await self._task

    def feed(self, frame: bytes | str) -> None:
        """Send a raw frame."""
        key = "text" if isinstance(frame, str) else "bytes"
        self._read_all.clear()
        self._in.put_nowait({"type": "websocket.receive", key: frame})

    def say(self, *messages: dict[str, Any]) -> None:
        """Send messages: one as it is, several as an array."""
        self._recorder.said(messages)
        data = self._codec.encode(messages[0] if len(messages) == 1 else messages)
        self.feed(data.decode() if self._text else data)

    async def ask(self, kind: str, body: dict[str, Any], idem: str | None = None) -> dict[str, Any]:
        """Send a request and wait for its reply; pushes that come before it are kept."""
        self._number += 1
        number = self._number
        message: dict[str, Any] = {"t": kind, "id": number, "d": body}
        self.say(message if idem is None else message | {"idem": idem})
        return await self.until(lambda message: message.get("re") == number)

    async def hello(self, sub: str | None = "ann", role: Role = "buyer") -> dict[str, Any]:
        """Say who is there."""
        return await self.ask("hello", {} if sub is None else {"token": token(role, sub)})

    async def push(self, kind: str) -> dict[str, Any]:
        """The next push of a kind."""
        return await self.until(lambda message: message.get("t") == kind)

    async def until(self, wanted: Any) -> dict[str, Any]:
        """The first message that fits, of those kept or to come; others are kept."""
        while True:
            for index, message in enumerate(self._seen):
                if wanted(message):
                    return self._seen.pop(index)
            self._seen += await self._receive()

    async def _receive(self) -> list[dict[str, Any]]:
        frame = await self._out.get()
        if frame["type"] != "websocket.send":
            return [frame]
        decoded = self._codec.decode(frame["text"] if self._text else frame["bytes"])
        messages = decoded if isinstance(decoded, list) else [decoded]
        self._recorder.heard(messages)
        return messages

    async def frame(self) -> list[dict[str, Any]]:
        """The messages of the next frame."""
        return await self._receive()

    def kept(self, kind: str) -> list[dict[str, Any]]:
        """The pushes of a kind that came and were not asked for yet."""
        return [message for message in self._seen if message.get("t") == kind]

    async def idle(self) -> None:
        """Wait until the server has read everything that was sent."""
        await self._read_all.wait()

    async def ended(self) -> None:
        """Wait until the server has done with this connection."""
        await asyncio.shield(self._task)

    def leave(self) -> None:
        """Go away."""
        self._in.put_nowait({"type": "websocket.disconnect", "code": 1000})

    async def closed(self) -> int:
        """The close code, once it comes."""
        message = await self.until(lambda message: message.get("type") == "websocket.close")
        return int(message["code"])
