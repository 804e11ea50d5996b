"""Storage as a part of the world: the server, its journal, and what befalls it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from msgspec.structs import replace

from engine.catalogue import EventInfo
from engine.event_terms import complete_terms
from engine.plan import Plan
from gateway.waitlist.row import WaitlistRow
from persistence.memory.catalogue import MemoryCatalogue
from persistence.memory.due_rows import MemoryDueRows
from proof.simulation.part import Strike
from proof.simulation.processes import MORNING_MS
from proof.simulation.scenario import draw_plan, draw_queue, draw_terms
from proof.simulation.stores import SimulatedCatalogue, SimulatedSectionStore
from proof.simulation.wire import Server, Weather
from proof.simulation.world import World

ACTORS: Final = 2
"""For each event: with three sections two of them share one."""
SPELL_S: Final = 4.0
"""Mean length of a spell of bad weather."""


class Storage:
    """The database server with one event on sale in it."""

    name = "storage"
    sometimes: tuple[str, ...] = (
        "a commit whose reply was lost was found",
        "a lost commit was found missing",
        "a stale owner was fenced",
        "a section came back from a snapshot",
        "many records in one commit",
    )
    event: EventInfo
    plan: Plan

    def __init__(self, world: World) -> None:
        self._world = world
        self._chance = world.chance(self.name)
        self.server = Server(world, self._chance)
        self.database = self.server.database
        self.waitlists: MemoryDueRows[WaitlistRow] = MemoryDueRows(self.database)
        self._catalogue = MemoryCatalogue(self.database, self._chance.bits, ACTORS)

    async def start(self) -> None:
        """Put an event on sale."""
        house = self._world.chance("house")
        self.plan = draw_plan(house)
        stored = await self._catalogue.save_plan(self.plan, MORNING_MS)
        terms = complete_terms(self.plan, draw_terms(house))
        self.event = await self._catalogue.create_event(
            "A sale", stored.id, terms, MORNING_MS, draw_queue(house)
        )

    def section_store(self) -> SimulatedSectionStore:
        """A store for one process of the cluster."""
        return SimulatedSectionStore(self.server)

    def catalogue(self) -> SimulatedCatalogue:
        """A catalogue for one gateway."""
        return SimulatedCatalogue(self.server, self._catalogue)

    def last_seq(self, stream: int) -> int:
        """The number of a stream's last durable record."""
        return self.database.streams[stream].lease.next_seq - 1

    def faults(self) -> Mapping[str, Strike]:
        """Outages, and spells in which single statements fare badly."""
        return {
            "storage outage": lambda: self._outage(self._chance.pause(2.0)),
            "storage fail-over": lambda: self._outage(0.2 + self._chance.random()),
            "storage spell of lost requests": lambda: self._spell(request_lost=0.1),
            "storage spell of lost replies": lambda: self._spell(reply_lost=0.15),
            "storage spell of slowness": lambda: self._spell(slow=0.1, outlives=1.0),
            "snapshot damaged": self._damage,
            "actors killed around commits": lambda: self._spell(crash_before=0.02, crash_after=0.03),
        }

    def _damage(self) -> None:
        """Flip a bit of a section's newest snapshot, which only saves time and is never the truth."""
        stored = self._chance.choice(list(self.database.streams.values()))
        if stored.snapshots:
            newest = stored.snapshots[0]
            data = bytearray(newest.data)
            data[self._chance.between(0, len(data) - 1)] ^= 1 << self._chance.between(0, 7)
            stored.snapshots[0] = replace(newest, data=bytes(data))

    def _outage(self, seconds: float) -> None:
        if self.server.up:
            self.server.go_down(seconds)

    def _spell(self, **chances: float) -> None:
        for name, probability in chances.items():
            setattr(self.server.weather, name, probability)
        self._world.later(self._chance.pause(SPELL_S), self._clear, tuple(chances))

    def _clear(self, names: tuple[str, ...]) -> None:
        for name in names:
            setattr(self.server.weather, name, 0.0)

    def heal(self) -> None:
        """Bring the server up and the weather to rest."""
        self.server.weather = Weather()
        self.server.come_up()

    async def settle(self) -> None:
        """Nothing here goes on by itself."""

    def audit(self) -> Iterator[str]:
        """The journal is judged with what was acknowledged, by `judge`."""
        return iter(())
