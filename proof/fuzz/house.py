"""A small house on sale behind a real gateway front, with real sections, in virtual time."""

from __future__ import annotations

from typing import Final, Self

from actors.host import SectionHost
from actors.limits import RouterLimits, ShellLimits
from actors.router import SectionRouter
from actors.watch import SectionChanges
from engine.catalogue import EventInfo
from engine.plan import Area, Category, Plan, Point, Row, Seat, Section
from engine.terms import Terms
from gateway.access.auth import Role, issue_token
from gateway.front import Front
from gateway.parts import Parts
from gateway.paying.sandbox_provider import SandboxProvider
from gateway.settings import GatewaySettings
from persistence.memory.catalogue import MemoryCatalogue
from persistence.memory.database import MemoryDatabase
from persistence.memory.store import MemorySectionStore
from proof.auditor import audit
from proof.fuzz.target import Finding
from proof.simulation.ledger import Chance, SeededIds
from proof.simulation.loop import VirtualLoop
from proof.simulation.processes import MORNING_MS, NodeClock

SECRET: Final = "whoever fuzzes keeps no secrets from anybody"  # noqa: S105  # nobody can reach it
SETTINGS: Final = GatewaySettings(secret=SECRET)
TERMS: Final = Terms(
    prices={"gold": {"standard": 8900, "child": 4500}, "field": {"standard": 3000}}, sale="open"
)


def _token(sub: str, role: Role, ttl_s: int) -> str:
    return issue_token(SECRET, sub, role, ttl_s, now_s=MORNING_MS / 1000)


TOKENS: Final = {
    "$ann": _token("ann", "buyer", 3600),
    "$org": _token("org", "organiser", 3600),
    "$old": _token("ann", "buyer", 1),
}


def _section(name: str, y: float, areas: tuple[Area, ...] = ()) -> Section:
    rows = tuple(
        Row(label, tuple(Seat(str(n), float(n * 10), y + 10 * index, "gold") for n in range(1, 7)))
        for index, label in enumerate("AB")
    )
    return Section(name, rows=rows, areas=areas)


PLAN: Final = Plan(
    "Hall",
    (Category("gold", "Gold"), Category("field", "Field")),
    (_section("BACK", 200.0, (Area("FIELD", 100, "field"),)), _section("FRONT", 20.0)),
    Point(35.0, 0.0),
)


class _OneActor:
    """Placement and channel to a host in the same process."""

    def __init__(self, host: SectionHost, catalogue: MemoryCatalogue) -> None:
        self._host = host
        self._catalogue = catalogue

    async def locate(self, stream: int) -> str | None:
        return None if await self._catalogue.event_of_stream(stream) is None else "here"

    def channel(self, _actor: str) -> Self:
        return self

    async def handle(self, data: bytes) -> bytes:
        return await self._host.handle(data)

    async def changes(self, data: bytes) -> bytes:
        return await self._host.changes(data)


class _Ready:
    async def obstacles(self) -> list[str]:
        return []


class House:
    """Call `open` in the loop; `front` then sells `event`, and `audit` looks at its books."""

    event: EventInfo

    def __init__(self, loop: VirtualLoop) -> None:
        self._database = MemoryDatabase()
        chance = Chance(1, "house")
        self._catalogue = MemoryCatalogue(self._database, chance.bits)
        clock, ids = NodeClock(loop), SeededIds(chance)
        store = MemorySectionStore(self._database)
        self._host = SectionHost("fuzz", store, clock, ids, ShellLimits(), self._fenced)
        actor = _OneActor(self._host, self._catalogue)
        router = SectionRouter(actor, actor, clock, RouterLimits())
        changes = SectionChanges(actor, actor)
        parts = Parts(router, changes, self._catalogue, _Ready(), (SandboxProvider(),), clock, ids)
        self.front = Front(parts, SETTINGS)

    def _fenced(self, stream: int) -> None:
        raise Finding(f"stream {stream} was fenced, and there is no other owner")

    async def open(self) -> None:
        """Put the event on sale."""
        plan = await self._catalogue.save_plan(PLAN, MORNING_MS)
        self.event = await self._catalogue.create_event("Gala", plan.id, TERMS, MORNING_MS)
        self.front.start()

    async def close(self) -> None:
        """Let everybody go."""
        await self.front.stop()
        await self._host.close()

    def audit(self) -> None:
        """Raises `Finding` if the journals tell of anything that may not happen."""
        for stream in self._database.streams.values():
            if breaches := audit(stream.source, stream.records):
                raise Finding(f"{stream.source.section}: {breaches[0]}")
