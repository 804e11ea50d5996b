"""The bus under faults: relays and consumers as processes, and a broker that loses, repeats and delays.

A world of its own (`simulate_bus`), with the storage of the other one: sections are played by
records that come at times which the seed gives. What must hold when all is over: every piece
of news took effect once, and those of a stream in their order.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping
from typing import Final, TypeVar

from engine.bus import Position
from engine.catalogue import QUEUE
from engine.events import AnyEvent, HoldPlaced, OrderBooked, Record, SaleSet, SeatItem
from engine.journal import StorageUnavailable, StoredRecord, StreamSource
from engine.record_codec import encode_record
from engine.waitlist.events import OfferMade
from persistence.memory.inbox import MemoryAuditTrail, MemoryInbox
from persistence.memory.relay import MemoryRelay
from proof.simulation.broker import Broker, BrokerAsOutlet
from proof.simulation.bus_stores import OverTheWire, SimulatedPositions, SimulatedTrail, at_once
from proof.simulation.part import Strike, Unsettled
from proof.simulation.processes import MORNING_MS, Process
from proof.simulation.storage import Storage
from proof.simulation.stores import SimulatedSectionStore
from proof.simulation.world import World, until
from workers.audit import AuditConsumer
from workers.feeding import Feeder
from workers.in_process import InProcess
from workers.limits import ConsumerLimits, RelayLimits
from workers.message import Message, matches
from workers.relay import Relay
from workers.tellers import Tellers

T = TypeVar("T")
RELAYS: Final = 2
RESTART_S: Final = 0.3
AGAIN_S: Final = 0.05
PACE_S: Final = 0.05
RELAY: Final = RelayLimits(records_per_round=16, idle_s=0.05, retry_max_s=0.5, lease_ms=1_500)
CONSUMER: Final = ConsumerLimits(batch=8, retry_first_s=0.05, retry_max_s=0.2)


class NoGraves:
    """Nothing is put aside in this world."""

    async def bury(self, consumer: str, message: Message, reason: str, at_ms: int) -> None:
        """Fail: no message here is one that cannot be acted on."""
        raise AssertionError(f"{consumer} cannot act on {message.id}: {reason}")


class Bus:
    """The part that has relays, the broker and a consumer; on some days the relay hands over in process."""

    name = "bus"
    sometimes: tuple[str, ...] = (
        "a message came again",
        "a batch was stored in part",
        "a confirm was lost",
        "a relay was overtaken",
        "what was not acknowledged came again",
        "news were handed over in process",
    )

    def __init__(self, world: World, storage: Storage) -> None:
        self._world = world
        self._storage = storage
        self._chance = world.chance(self.name)
        self._broker = Broker(world)
        self._within = self._chance.happens(0.3)
        self._processes: dict[str, Process] = {}
        self._born = 0
        self._written = 0

    async def start(self) -> None:
        """Open for business."""
        database = self._storage.database
        self._positions = MemoryRelay(database, self._now_ms)
        self._trail = MemoryAuditTrail(MemoryInbox(database))
        for number in range(RELAYS):
            self._begin(f"relay-{number}", self._relay)
        if not self._within:
            self._begin("consumer", self._consume)
        self._selling = self._world.loop.create_task(self._sell(), context=self._world.context)

    def _now_ms(self) -> int:
        return MORNING_MS + int(self._world.loop.time() * 1000)

    @property
    def sold(self) -> bool:
        """Whether the last record is written."""
        return self._written >= self._world.scenario.commands

    async def _sell(self) -> None:
        """Write records, as owners of sections do."""
        every = self._storage.database.streams.values()
        streams = [stream for stream in every if stream.source.section != QUEUE]
        while not self.sold:
            await asyncio.sleep(self._chance.pause(PACE_S))
            stream = self._chance.choice(streams)
            records = [self._record() for _ in range(self._chance.between(1, 4))]
            self._storage.database.write(stream, self._now_ms(), [encode_record(each) for each in records])
            self._written += len(records)

    def _record(self) -> Record:
        number, now_ms = self._chance.bits(32), self._now_ms()
        items = (SeatItem(0, "standard", 8_900),)
        kinds: tuple[AnyEvent, ...] = (
            HoldPlaced(f"hld_{number}", items, (), now_ms, 0),
            OrderBooked(f"hld_{number}", f"ord_{number}", items, (), 8_900),
            SaleSet("open"),
        )
        offers = (OfferMade(f"wtl_{number}", f"hld_{number}", items, (), now_ms),)
        return Record(
            now_ms, "usr_1", self._chance.choice(kinds), offers=offers if self._chance.happens(0.2) else ()
        )

    def _begin(self, name: str, work: Callable[[str], Awaitable[None]]) -> None:
        self._born += 1
        process = self._world.process(f"{name}#{self._born}", lambda dead: self._died(dead, name, work))
        self._processes[name] = process
        process.spawn(_forever(work, process.name))

    def _died(self, process: Process, name: str, work: Callable[[str], Awaitable[None]]) -> None:
        self._broker.drop(process.name)
        self._world.later(RESTART_S, self._begin, name, work)

    async def _relay(self, owner: str) -> None:
        wire = OverTheWire(self._storage.server)
        outlet = InProcess([self._feeder()]) if self._within else BrokerAsOutlet(self._broker)
        if self._within:
            self._world.ledger.sometimes("news were handed over in process")
        store = SimulatedSectionStore(self._storage.server)
        positions = SimulatedPositions(wire, self._positions)
        await Relay(owner, store, positions, outlet, RELAY, self._world.loop.time, self._chance.random).run()

    def _feeder(self) -> Feeder:
        trail = SimulatedTrail(OverTheWire(self._storage.server), self._trail)
        return Feeder(
            AuditConsumer(trail, self._now_ms), NoGraves(), CONSUMER, self._now_ms, self._chance.random
        )

    async def _consume(self, session: str) -> None:
        """What `workers.rabbit.feed` does at a real broker: act, then acknowledge."""
        feeder = self._feeder()
        while True:
            batch = await self._broker.next(session, CONSUMER.batch)
            while True:
                try:
                    await feeder.feed(batch)
                    break
                except StorageUnavailable:
                    await asyncio.sleep(AGAIN_S)
            await self._broker.acknowledge(session, len(batch))

    # -- faults and the end -----------------------------------------------------------------

    def faults(self) -> Mapping[str, Strike]:
        """What befalls processes and the broker."""
        return {
            "relay killed": lambda: self._victim("relay").kill(),
            "relay frozen": lambda: self._freeze(self._victim("relay")),
            "consumer killed": self._kill_consumer,
            **self._broker.faults(),
        }

    def _victim(self, kind: str) -> Process:
        return self._chance.choice([each for name, each in self._processes.items() if name.startswith(kind)])

    def _kill_consumer(self) -> None:
        if "consumer" in self._processes:
            self._processes["consumer"].kill()

    def _freeze(self, process: Process) -> None:
        process.freeze()
        self._world.ledger.sometimes("a relay was overtaken")
        self._world.later(self._chance.pause(3.0), process.thaw)

    def heal(self) -> None:
        """Let everything run again."""
        self._broker.heal()
        for process in self._processes.values():
            process.thaw()

    async def settle(self) -> None:
        """Until all news have been acted on. Raises `Unsettled`."""
        if not await until(lambda: self.sold and self._at_rest(), 0.5, 240):
            raise Unsettled(f"{len(self._trail.rows)} of {len(self._expected())} news took effect")

    def _at_rest(self) -> bool:
        ends = {number: self._storage.last_seq(number) for number in self._storage.database.streams}
        return self._positions.positions == ends and self._broker.empty

    def _expected(self) -> list[Position]:
        """What there was to act on, stream by stream."""
        found: list[Position] = []
        books = _Books(self._storage)
        tellers = Tellers(books)
        for stream in self._storage.database.streams:
            records = at_once(books.read(stream, 0, 1 << 30))
            messages = at_once(tellers.messages(stream, records))
            found += [
                each.position
                for each in messages
                if any(matches(topic, each.topic) for topic in AuditConsumer.topics)
            ]
        return found

    def audit(self) -> Iterator[str]:
        """Each piece of news once, and each stream in its order."""
        acted = [(row.stream, row.seq, row.part) for row in self._trail.rows]
        expected = self._expected()
        if missing := set(expected) - set(acted):
            yield f"{len(missing)} news took no effect, such as {min(missing)}"
        if len(acted) != len(set(acted)):
            yield f"{len(acted) - len(set(acted))} news took effect twice"
        if sorted(acted) != sorted(acted, key=lambda each: each[0]):
            yield "the news of a stream took effect out of order"


class _Books:
    """`workers.ports.Journal` on the stored books themselves."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage

    async def source(self, stream: int) -> StreamSource:
        return self._storage.database.streams[stream].source

    async def read(self, stream: int, after_seq: int, limit: int) -> list[StoredRecord]:
        rows = self._storage.database.streams[stream].records[after_seq : after_seq + limit]
        return [StoredRecord(row.seq, row.epoch, row.data) for row in rows]


async def _forever(work: Callable[[str], Awaitable[None]], name: str) -> None:
    await work(name)
