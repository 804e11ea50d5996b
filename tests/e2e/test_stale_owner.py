"""An owner that was stopped while another took its section over cannot write or answer afterwards."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from time import monotonic
from typing import IO

import msgspec
import psutil
import pytest

from actors.clock import RandomIds, SystemClock
from actors.host import SectionHost
from actors.limits import ShellLimits
from actors.ray_actor import FENCED_EXIT_CODE
from actors.wire import Answer, Ask, answers_decoder, encoder
from bench.processes import parts
from client import Refused
from engine.commands import AnyCommand, GetHold, HoldSeats, Request
from engine.terms import Terms
from gateway.access.auth import principal_id
from persistence.postgres.catalogue import PostgresCatalogue
from persistence.postgres.store import PostgresSectionStore
from scripts.torture.books import Books, read_books
from tests.databases import fresh_database
from tests.e2e.owner_process import read_packet, write_packet
from tests.e2e.world import World, rows_of

EXIT_TIMEOUT_S = 60


class Owner:
    """A process that owns sections, driven over its pipes."""

    def __init__(self, dsn: str, name: str, *prefix: str) -> None:
        """`prefix` are words before its command line, which say where it is to run."""
        self.process = subprocess.Popen(
            [*prefix, sys.executable, "-m", "tests.e2e.owner_process", dsn, name],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )

    @property
    def _pipes(self) -> tuple[IO[bytes], IO[bytes]]:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        return self.process.stdin, self.process.stdout

    def send(self, *asks: Ask) -> None:
        """Hand over a batch; its answer is not waited for."""
        write_packet(self._pipes[0], encoder.encode(asks))

    def receive(self) -> list[Answer]:
        """The next batch of answers; none once the process has ended."""
        data = read_packet(self._pipes[1])
        return answers_decoder.decode(data) if data else []

    def ask(self, ask: Ask) -> Answer:
        """One request and its answer, repeated while the section recovers."""
        while True:
            self.send(ask)
            (answer,) = self.receive()
            if answer.code != "section_recovering":
                return answer

    def end(self) -> None:
        """Kill it if it has not ended, and close its pipes."""
        self.process.kill()
        self.process.wait()
        for pipe in self._pipes:
            pipe.close()


class Stage:
    """A section of ten seats in a database of its own, and the processes that own it in turn."""

    def __init__(self, dsn: str, event: str, stream: int) -> None:
        self.dsn = dsn
        self.event = event
        self.stream = stream
        self.owners: list[Owner] = []

    def owner(self, name: str) -> Owner:
        """Another incarnation; it takes the section over with the first thing it is asked."""
        self.owners.append(Owner(self.dsn, name))
        return self.owners[-1]

    def hold(self, seat: int, buyer: str) -> Ask:
        """A buyer's request for one seat, under a key that belongs to both."""
        return self._by(buyer, HoldSeats((f"S-1-{seat}",)), f"{buyer}-{seat}")

    def look(self, hold: str, buyer: str) -> Ask:
        """A buyer's look at their hold."""
        return self._by(buyer, GetHold(hold), None)

    def _by(self, buyer: str, command: AnyCommand, key: str | None) -> Ask:
        return Ask(self.stream, Request(buyer, command, key, b"f" * 8))

    async def books(self) -> Books:
        """What the journal holds, every step examined."""
        books = (await read_books(self.dsn, self.event))["S"]
        assert () == books.breaches
        return books


@pytest.fixture
async def stage(world: World) -> AsyncIterator[Stage]:
    """The section on the shared server's PostgreSQL, in a database apart."""
    async with world.database() as server_dsn, fresh_database(server_dsn) as dsn:
        made = await set_stage(dsn)
        yield made
        for owner in made.owners:
            owner.end()


async def set_stage(dsn: str) -> Stage:
    """A section of ten seats on sale in an empty database."""
    catalogue = PostgresCatalogue(dsn)
    plan = await catalogue.save_plan(rows_of(10), 1)
    event = await catalogue.create_event("An evening", plan.id, Terms(sale="open"), 1)
    await catalogue.close()
    return Stage(dsn, event.id, event.sections[0].stream)


def _epochs(books: Books) -> list[int]:
    """The epoch of each record, in order."""
    return [epoch for _, epoch, _ in books.records]


async def test_a_stopped_owner_neither_writes_nor_answers_once_another_has_taken_over(stage: Stage) -> None:
    """Stopped, replaced, asked to hold and to look, continued: it ends without a word.

    It was stopped for longer than it trusts its memory without asking for its lease.
    """
    old, new = stage.owner("old"), stage.owner("new")
    first = old.ask(stage.hold(1, "usr_ada"))
    assert None is first.code
    hold = msgspec.msgpack.decode(first.body)["hold"]
    stopped = psutil.Process(old.process.pid)
    stopped.suspend()
    stale_s = monotonic() + ShellLimits().lease_check_ms / 1000
    assert None is new.ask(stage.hold(2, "usr_bob")).code
    while monotonic() <= stale_s:
        assert None is new.ask(stage.look(hold, "usr_ada")).code
    old.send(stage.look(hold, "usr_ada"))
    old.send(stage.hold(2, "usr_ada"), stage.hold(3, "usr_ada"))
    stopped.resume()
    assert [] == old.receive()
    assert FENCED_EXIT_CODE == old.process.wait(EXIT_TIMEOUT_S)
    books = await stage.books()
    assert {"S-1-1", "S-1-2"} == books.taken
    assert [0, 1, 2] == _epochs(books)
    assert hold == msgspec.msgpack.decode(new.ask(stage.look(hold, "usr_ada")).body)["hold"]


async def test_an_owner_stopped_in_mid_commit_answers_only_what_was_durable_before(stage: Stage) -> None:
    """Whatever it was about when it was stopped: each of its successes is a record of its own epoch."""
    old, new = stage.owner("old"), stage.owner("new")
    assert None is old.ask(stage.hold(1, "usr_ada")).code
    for seat in range(2, 8):
        old.send(stage.hold(seat, "usr_ada"))
    stopped = psutil.Process(old.process.pid)
    stopped.suspend()
    assert None is new.ask(stage.hold(10, "usr_bob")).code
    stopped.resume()
    told = list(until_silent(old))
    assert FENCED_EXIT_CODE == old.process.wait(EXIT_TIMEOUT_S)
    books = await stage.books()
    assert sorted(_epochs(books)) == _epochs(books)
    epoch_of = {seq: epoch for seq, epoch, _ in books.records}
    assert [] == [answer for answer in told if answer.code is None and epoch_of.get(answer.seq) != 1]
    assert 2 == _epochs(books)[-1]


def until_silent(owner: Owner) -> Iterator[Answer]:
    """All answers that a process still gives before it ends."""
    while answers := owner.receive():
        yield from answers


class SecondOwner:
    """An owner in this process, for a section that the server believes to be its own."""

    def __init__(self, dsn: str, stream: int) -> None:
        self.fenced = asyncio.Event()
        self._stream = stream
        self._host = SectionHost(
            "second-owner",
            PostgresSectionStore(dsn),
            SystemClock(),
            RandomIds(),
            ShellLimits(),
            lambda _stream: self.fenced.set(),
        )

    async def hold(self, seat: str) -> str | None:
        """Take the section if it is not owned yet, hold a seat for bob, and return the answer's code."""
        await self._host.open(self._stream).served()
        request = Request(principal_id("bob"), HoldSeats((seat,)), f"bob-{seat}", b"f" * 8)
        data = await self._host.handle(encoder.encode([Ask(self._stream, request)]))
        (answer,) = answers_decoder.decode(data)
        return answer.code

    async def close(self) -> None:
        """Let go of the database."""
        await self._host.close()


async def test_a_stopped_actor_is_fenced_too_and_its_successor_sells_on(world: World) -> None:
    """The real actor under the real server: stopped, replaced from outside, continued.

    The request it had taken is answered once, by the incarnation that comes after it, which
    knows what the owner in between has sold; that one in turn is fenced off.
    """
    before = {process.pid for process in _actors(world)}
    event = await world.put_on_sale(rows_of(*(100,) * 10))  # large enough for an actor of its own
    (actor,) = [process for process in _actors(world) if process.pid not in before]
    async with world.database() as dsn, world.client("ada") as ada:
        await ada.hold_create(event, ["S-1-1"])
        second = SecondOwner(dsn, (await read_books(dsn, event))["S"].stream)
        actor.suspend()
        pending = asyncio.create_task(ada.hold_create(event, ["S-1-3"]))
        await ada.ping()
        assert None is await second.hold("S-1-2")
        actor.resume()
        assert ["S-1-3"] == [item.seat for item in (await pending).items]
        with pytest.raises(Refused, match="seat_taken"):
            await ada.hold_create(event, ["S-1-2"])
        assert actor.pid not in {process.pid for process in _actors(world)}
        assert await second.hold("S-1-4") is not None
        assert second.fenced.is_set()
        await second.close()
        books = (await read_books(dsn, event))["S"]
    assert () == books.breaches
    assert {"S-1-1", "S-1-2", "S-1-3"} == books.taken
    assert sorted(_epochs(books)) == _epochs(books)


def _actors(world: World) -> list[psutil.Process]:
    return parts(world.server.pid, world.server.data_dir).get("actor", [])
