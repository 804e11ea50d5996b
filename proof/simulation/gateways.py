"""The gateways: real fronts in processes that die, and the buyers' way to them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Mapping
from typing import Final

import msgspec

from actors.limits import RouterLimits
from actors.placement import Budget, CataloguePlacement
from actors.rooms import RoomLine
from actors.router import SectionRouter
from actors.watch import SectionChanges
from actors.wire import Answer
from engine.commands import Request
from engine.gathering import Gathering
from gateway.front import Front
from gateway.parts import Parts
from gateway.paying.counter import Counter
from gateway.paying.sandbox_provider import SandboxProvider
from gateway.settings import GatewaySettings
from persistence.memory.due_rows import MemoryDueRows
from proof.simulation.bank import SimulatedDueRows
from proof.simulation.ledger import SeededIds
from proof.simulation.meddling import Meddling, Said
from proof.simulation.part import Strike
from proof.simulation.processes import NodeClock, Process
from proof.simulation.sockets import Socket
from proof.simulation.storage import Storage
from proof.simulation.transport import Network, SimulatedChannels
from proof.simulation.treasury import Treasury
from proof.simulation.world import World

COUNT: Final = 2
RESTART_S: Final = 0.5
BUDGET: Final = Budget(shared=2, small=0)
SETTINGS: Final = GatewaySettings(secret="a simulation keeps no secrets from anybody", deadline_ms=4_000)  # noqa: S106  # nobody can reach it
ROUTER_LIMITS: Final = RouterLimits(call_timeout_ms=1_500)


class Ack(msgspec.Struct):
    """What a gateway asked of a section and what it was told; None: it died before it was told anything."""

    stream: int
    request: Request
    answer: Answer | None = None


class HeardSections:
    """`gateway.ports.Sections` that notes every answer for the judge, and lets others meddle with it."""

    def __init__(self, router: SectionRouter, acks: list[Ack], process: Process, meddling: Meddling) -> None:
        self._router = router
        self._acks = acks
        self._process = process
        self._meddling = meddling

    def submit(
        self, stream: int, request: Request, deadline_ms: int, on_answer: Callable[[Answer], None]
    ) -> None:
        """Send a request."""
        ack = Ack(stream, request)
        self._acks.append(ack)

        def heard(answer: Answer) -> None:
            ack.answer = answer
            self._meddling.heard(Said(self._process, stream, request, answer, on_answer))

        self._router.submit(stream, request, deadline_ms, heard)

    async def ask(self, stream: int, request: Request, deadline_ms: int) -> Answer:
        """Send a request and wait for its answer."""
        answer: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()

        def heard(told: Answer) -> None:
            if not answer.done():  # whoever asked may have given up
                answer.set_result(told)

        self.submit(stream, request, deadline_ms, heard)
        return await answer


class Ready:
    """A simulated gateway is asked by nobody whether it can sell."""

    async def obstacles(self) -> list[str]:
        """None."""
        return []


class Gateway:
    """One life of a gateway process."""

    def __init__(
        self,
        number: int,
        world: World,
        storage: Storage,
        network: Network,
        treasury: Treasury,
        gateways: Gateways,
    ) -> None:
        self.process = world.process(f"gateway#{number}", self._died)
        self.sockets: dict[Socket, None] = {}
        self._gateways = gateways
        catalogue = storage.catalogue()
        placement = CataloguePlacement(catalogue.event_of_stream, BUDGET)
        channels = SimulatedChannels(network)
        self.clock = clock = NodeClock(world.loop)
        self.router = router = SectionRouter(placement, channels, clock, ROUTER_LIMITS)
        self.sections = HeardSections(router, gateways.acks, self.process, gateways.meddling)
        changes = SectionChanges(placement, channels)
        parts = Parts(
            sections=self.sections,
            changes=changes,
            rooms=RoomLine(router, changes),
            paying=treasury.paying(clock.now_ms),
            gatherings=SimulatedDueRows(storage.server, gateways.gatherings),
            waitlists=storage.waitlists,
            catalogue=catalogue,
            readiness=Ready(),
            providers=(SandboxProvider(),),
            clock=clock,
            ids=SeededIds(world.chance(self.process.name)),
        )
        self.front = Front(parts, SETTINGS)
        self.process.call(self.front.start)

    def _died(self, _process: Process) -> None:
        for socket in list(self.sockets):
            socket.cut()
        self._gateways.died(self)

    @property
    def counter(self) -> Counter:
        """Where its payments are begun and paid back."""
        counter = self.front.office.checkout.counter
        if counter is None:
            raise TypeError("a simulated gateway takes payments")
        return counter

    def accept(self, socket: Socket) -> None:
        """Serve a connection until it ends."""
        scope = socket.serve(self.process)
        self.sockets[socket] = None
        self.process.spawn(self._serve(socket, scope))

    async def _serve(self, socket: Socket, scope: dict[str, object]) -> None:
        try:
            await self.front.sockets(scope, socket.receive, socket.send)
        except OSError:
            pass  # it went away during the handshake; servers pass over that too
        finally:
            self.sockets.pop(socket, None)
            socket.cut()


class Gateways:
    """Some gateways that keep nothing: a buyer may come back to any of them."""

    name = "gateways"
    sometimes: tuple[str, ...] = ("a buyer found no gateway",)

    def __init__(self, world: World, storage: Storage, network: Network, treasury: Treasury) -> None:
        self._world = world
        self._storage = storage
        self._treasury = treasury
        self._network = network
        self._chance = world.chance(self.name)
        self._born = 0
        self.living: list[Gateway] = []
        self.acks: list[Ack] = []
        self.meddling = Meddling(world)
        self.gatherings: MemoryDueRows[Gathering] = MemoryDueRows(storage.database)

    async def start(self) -> None:
        """Start all of them."""
        for _ in range(COUNT):
            self._begin()

    def _begin(self) -> None:
        self._born += 1
        world = self._world, self._storage, self._network
        self.living.append(Gateway(self._born, *world, self._treasury, self))

    def died(self, gateway: Gateway) -> None:
        """It is started again."""
        self.living.remove(gateway)
        self._world.later(RESTART_S, self._begin)

    def connect(self, socket: Socket) -> bool:
        """Bring a buyer to some gateway; False if there is none just now."""
        if not self.living:
            self._world.ledger.sometimes("a buyer found no gateway")
            return False
        self._chance.choice(self.living).accept(socket)
        return True

    def faults(self) -> Mapping[str, Strike]:
        """What befalls gateways and the sockets to them."""
        return {
            "gateway killed": self._kill,
            "gateway frozen": self._freeze,
            "gateway's clock jumps": self._jump,
            "sockets cut": self._cut,
            "sockets slow": self._slow,
        }

    def _kill(self) -> None:
        if self.living:
            self._chance.choice(self.living).process.kill()

    def _freeze(self) -> None:
        if self.living:
            process = self._chance.choice(self.living).process
            process.freeze()
            self._world.later(self._chance.pause(0.7), process.thaw)

    def _jump(self) -> None:
        if self.living:
            clock = self._chance.choice(self.living).clock
            clock.skew_ms += self._chance.between(-20_000, 20_000)

    def _sockets(self) -> list[Socket]:
        return [socket for gateway in self.living for socket in gateway.sockets if socket.open]

    def _cut(self) -> None:
        sockets = self._sockets()
        for socket in self._chance.sample(sockets, (len(sockets) + 1) // 2):
            socket.cut()

    def _slow(self) -> None:
        if sockets := self._sockets():
            socket = self._chance.choice(sockets)
            socket.pause()
            self._world.later(self._chance.pause(6.0), socket.go_on)

    def heal(self) -> None:
        """Let everybody read and run."""
        for gateway in self.living:
            gateway.process.thaw()
        for socket in self._sockets():
            socket.go_on()

    async def settle(self) -> None:
        """Gateways keep nothing."""

    def audit(self) -> Iterator[str]:
        """Their answers are judged with the journal, by `judge`."""
        return iter(())
