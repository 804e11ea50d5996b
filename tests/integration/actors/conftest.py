"""A small house on the memory store, with a clock that tests turn themselves."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from itertools import count
from weakref import WeakKeyDictionary

import msgspec
import pytest

from actors.batch import Batch
from actors.limits import ShellLimits
from actors.shell import SectionShell
from actors.wire import Answer
from engine.catalogue import EventInfo
from engine.commands import AnyCommand, HoldSeats, Request
from engine.ids import id_body
from engine.layout import SectionLayout
from engine.plan import Area, Category, Plan, Row, Seat, Section
from engine.record_codec import decode_record
from engine.replay import replay
from engine.snapshot import digest
from engine.state import SectionState
from engine.terms import Limits, Terms
from persistence.memory.catalogue import MemoryCatalogue
from persistence.memory.database import MemoryDatabase
from persistence.memory.store import MemorySectionStore
from tests.recording import Recording
from tests.shell_recording import ShellRecorder

NOON_MS = 1_790_000_000_000
LIMITS = ShellLimits(retry_first_ms=1, retry_max_ms=2, lease_check_ms=20)


class FakeClock:
    """Time that stands still until a test moves it."""

    def __init__(self) -> None:
        self.ms = NOON_MS

    def now_ms(self) -> int:
        return self.ms

    def monotonic(self) -> float:
        return self.ms / 1000


class CountedIds:
    """Ids that are the same in every run."""

    def __init__(self) -> None:
        self._numbers = count(1)

    def fresh(self, stream: int, at_ms: int) -> str:
        return id_body(at_ms, next(self._numbers), stream)


def small_house() -> Plan:
    """Ten seats in a row and five places in front of it."""
    row = Row("A", tuple(Seat(str(number), float(number), 0.0, "std") for number in range(1, 11)))
    category = Category("std", "Standard", price="50.00")
    return Plan("Small house", (category,), (Section("S", (row,), areas=(Area("PIT", 5, "std"),)),))


class House:
    """One section, its database and as many shells (incarnations) as a test wants."""

    def __init__(self) -> None:
        self.database = MemoryDatabase()
        self.clock = FakeClock()
        self.ids = CountedIds()
        self.fenced: asyncio.Queue[str] = asyncio.Queue()
        self.shells: list[SectionShell] = []
        self.stores: list[MemorySectionStore] = []
        self.recording = Recording()
        self.recorder = ShellRecorder(self.recording)
        self.event: EventInfo
        self.stream = 0

    async def build(self) -> None:
        catalogue = MemoryCatalogue(self.database)
        plan = await catalogue.save_plan(small_house(), NOON_MS)
        terms = Terms(prices={"std": {"standard": 5000}}, limits=Limits(hold_ttl_ms=60_000), sale="open")
        self.event = await catalogue.create_event("An evening", plan.id, terms, NOON_MS)
        self.stream = self.event.sections[0].stream

    async def shell(self, owner: str, limits: ShellLimits = LIMITS) -> SectionShell:
        """Start an incarnation and wait until it serves."""
        shell = self.start(owner, limits)
        await shell.served()
        return shell

    def start(self, owner: str, limits: ShellLimits = LIMITS) -> SectionShell:
        store = MemorySectionStore(self.database)
        shell = SectionShell(
            self.stream,
            owner,
            store,
            self.clock,
            self.ids,
            limits,
            lambda _stream: self.fenced.put_nowait(owner),
        )
        self.stores.append(store)
        self.shells.append(shell)
        _recorders[shell] = self.recorder
        shell.start()
        return shell

    def records(self) -> list[tuple[int, object]]:
        """What the journal holds: numbers and events."""
        stored = self.database.streams[self.stream].records
        return [(row.seq, decode_record(row.data).event) for row in stored]

    def replayed(self) -> SectionState:
        """The state that the journal gives, audited on the way."""
        stored = self.database.streams[self.stream].records
        state, breaches = replay(
            SectionLayout(small_house(), "S"), [(row.seq, decode_record(row.data)) for row in stored]
        )
        assert [] == breaches
        return state

    def same_as_journal(self, shell: SectionShell) -> bool:
        """Whether the live state is what the journal gives, byte for byte."""
        return digest(self.replayed()) == digest(shell.state)


_recorders: WeakKeyDictionary[SectionShell, ShellRecorder] = WeakKeyDictionary()


def send(shell: SectionShell, *requests: Request) -> asyncio.Future[list[Answer | None]]:
    """Hand a batch to a shell, as a call of a gateway does."""
    done: asyncio.Future[list[Answer | None]] = asyncio.get_running_loop().create_future()
    batch = Batch(len(requests), done.set_result)
    recorder = _recorders[shell]
    asked = [recorder.asked(request) for request in requests]
    done.add_done_callback(lambda _: _answered(recorder, asked, done))
    for index, request in enumerate(requests):
        shell.handle(request, batch, index)
    return done


def _answered(
    recorder: ShellRecorder, asked: list[tuple[str, int]], done: asyncio.Future[list[Answer | None]]
) -> None:
    if done.cancelled():
        return
    for each, answer in zip(asked, done.result(), strict=True):
        if answer is not None:
            recorder.answered(each, answer)


async def ask(shell: SectionShell, request: Request) -> Answer:
    """One request and its answer."""
    (answer,) = await send(shell, request)
    assert answer is not None
    return answer


def hold(seat: str, buyer: str = "usr_ada", key: str | None = None) -> Request:
    """A request to hold one seat; the key is the same for the same buyer and seat."""
    return by(buyer, HoldSeats((f"S-A-{seat}",)), key or f"{buyer}-{seat}")


def by(buyer: str, command: AnyCommand, key: str | None = None) -> Request:
    """A request of a buyer's."""
    return Request(buyer, command, key, b"f" * 8)


def body(answer: Answer) -> dict[str, object]:
    """What an answer carries."""
    decoded: dict[str, object] = msgspec.msgpack.decode(answer.body)
    return decoded


@pytest.fixture
async def house() -> AsyncIterator[House]:
    """A house whose shells are let go at the end."""
    made = House()
    await made.build()
    yield made
    made.database.down = False
    for shell in made.shells:
        await shell.leave()
    made.recording.audit(made.database)
