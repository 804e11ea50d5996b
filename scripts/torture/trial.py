"""One sale under fire: rounds of one fault each, with everything looked at after each of them."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import AsyncExitStack, suppress
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any, Final

import httpx
import msgspec

from bench.server_process import ServerFailed, ServerProcess
from client import ClientOptions, HoldfastClient, HoldfastError, Recorder
from engine.layout import SectionLayout
from engine.plan import Plan
from engine.plans.canonical import canonical_json
from engine.terms import Limits, Terms
from gateway.access.auth import issue_token
from holdfast.database import open_database
from holdfast.settings import Settings
from scripts.torture.books import read_books
from scripts.torture.buyer import Buyer
from scripts.torture.clock import now_s, stood_still_s
from scripts.torture.company import Company
from scripts.torture.faults import OUTAGES, Fault
from scripts.torture.promises import Promises
from scripts.torture.scene import Scene

BUYERS: Final = 16
HOLDS_BEFORE: Final = 100
HOLDS_AFTER: Final = 150
ROUND_MAX_S: Final = 900.0
PACE_S: Final = 4.0
"""For how long the pace of a sale is taken, and that something stays away which it does not rest on."""
SAID_SHOWN_CHARS: Final = 2_000
TOKEN_TTL_S: Final = 86_400
COMMAND_TRIES: Final = 3
TERMS: Final = Terms(
    limits=Limits(
        seats_per_buyer=1_000_000,
        holds_per_buyer=1_000_000,
        hold_ttl_ms=86_400_000,
        hold_life_max_ms=86_400_000,
    )
)
"""Nothing expires meanwhile: what is gone was lost."""
_CLIENT: Final = ClientOptions(deadline_ms=120_000, backoff_base_ms=25, backoff_cap_ms=400)


def open_sale(server: ServerProcess, plan: Plan) -> str:
    """Put an event on sale whose holds outlast any trial, and return its id."""
    with TemporaryDirectory() as folder:
        house, terms = Path(folder) / "house.json", Path(folder) / "terms.json"
        house.write_bytes(canonical_json(plan))
        terms.write_bytes(msgspec.json.encode(TERMS))
        stored = _insisting(server, "import-plan", str(house))["plan"]
        arguments = ("--plan", stored, "--name", "Under fire", "--terms", str(terms), "--open")
        return str(_insisting(server, "create-event", *arguments)["event"])


def _insisting(server: ServerProcess, *words: str) -> Any:
    """What a command says, which a busy machine may keep from its database. Raises `ServerFailed`."""
    for _ in range(COMMAND_TRIES - 1):
        with suppress(ServerFailed):
            return server.command(*words)
    return server.command(*words)


class Pace(msgspec.Struct, frozen=True):
    """Holds a second before something was taken away from a sale, while it was gone, and afterwards."""

    before: float
    without: float
    after: float


class RoundResult(msgspec.Struct, frozen=True):
    """How a fault was survived; milliseconds.

    `sells_again_ms` is from the blow until a hold in every section, asked for after it, was
    acknowledged; `blow_ms` the part of it that the blow took: how long something stood still,
    or until a database that was killed accepted connections, or another Ray was started.
    `stood_still_s` is how long the trial itself stood still meanwhile, which no time includes, and
    `excused` what came late for that reason.
    """

    fault: Fault
    sells_again_ms: float
    blow_ms: float
    holds: int
    checked: int
    breaches: tuple[str, ...]
    pace: Pace | None = None
    stood_still_s: float = 0.0
    excused: tuple[str, ...] = ()


class Trial:
    """A server, an event on sale, and buyers who remember everything over all rounds."""

    def __init__(  # noqa: PLR0913 # keywords, each with what it is in most trials
        self,
        scene: Scene,
        event: str,
        plan: Plan,
        *,
        buyers: int = BUYERS,
        seed: int = 1,
        recorder: Recorder | None = None,
        pays: bool = True,
        pace_s: float = PACE_S,
    ) -> None:
        """`recorder` takes what the crowd asks and is told; a crowd that does not pay only holds."""
        self.promises: Final = Promises()
        self._scene: Final = scene
        self._recorder: Final = recorder
        self.event: Final = event
        self._random: Final = Random(seed)
        houses = [SectionLayout(plan, section.name).labels for section in plan.sections]
        self._sections: Final = [section.name for section in plan.sections]
        self._buyers: Final = [
            Buyer(number, event, houses, self.promises, seed, pays=pays) for number in range(buyers)
        ]
        self._companies: Final[list[Company]] = []
        self._pace_s: Final = pace_s
        self._pace: Pace | None = None

    def join(self, *companies: Company) -> None:
        """From now on they take part."""
        self._companies.extend(companies)

    async def round(self, fault: Fault) -> RoundResult:
        """Let the crowd buy, strike, wait until all sells again, then look at every promise."""
        holds, checked = self.promises.holds, self.promises.checked
        told, excused, stood_s = len(self.promises.breaches), len(self.promises.excused), stood_still_s()
        sells_again_ms = blow_ms = 0.0
        self._pace = None
        self.promises.begin()
        try:
            async with asyncio.timeout(ROUND_MAX_S), AsyncExitStack() as stack:
                clients = [await self._enter(stack, buyer.name) for buyer in self._buyers]
                probe = await self._enter(stack, "probe")
                sells_again_ms, blow_ms = await self._under_fire(fault, clients, probe)
                await self._check(clients)
                for company in self._companies:
                    await company.check()
        except* TimeoutError as late:
            waits = ", ".join(str(each) or f"{ROUND_MAX_S:.0f} s are over" for each in late.exceptions)
            said = self.last_words(SAID_SHOWN_CHARS)
            self.promises.late(f"{fault}: the sale did not go on: {waits}. The server said: {said}")
        return RoundResult(
            fault,
            sells_again_ms,
            blow_ms,
            self.promises.holds - holds,
            self.promises.checked - checked,
            tuple(self.promises.breaches[told:]),
            self._pace,
            stood_still_s() - stood_s,
            tuple(self.promises.excused[excused:]),
        )

    def last_words(self, chars: int) -> str:
        """What the server said last."""
        return self._scene.server.log[-chars:]

    async def _enter(self, stack: AsyncExitStack, name: str) -> HoldfastClient:
        token = issue_token(self._scene.server.secret, name, "buyer", TOKEN_TTL_S)
        return await stack.enter_async_context(
            HoldfastClient(self._scene.url, token, _CLIENT, recorder=self._recorder)
        )

    async def _under_fire(
        self, fault: Fault, clients: Sequence[HoldfastClient], probe: HoldfastClient
    ) -> tuple[float, float]:
        stopping = asyncio.Event()
        async with asyncio.TaskGroup() as crowd:
            for buyer, client in zip(self._buyers, clients, strict=True):
                crowd.create_task(buyer.shop(client, stopping))
            for company in self._companies:
                crowd.create_task(company.go(stopping))
            try:
                await self.promises.more_holds(HOLDS_BEFORE)
                times = await self._strike(fault, probe)
                await self.promises.more_holds(HOLDS_AFTER)
            finally:
                stopping.set()
        return times

    async def _strike(self, fault: Fault, probe: HoldfastClient) -> tuple[float, float]:
        if fault in OUTAGES:
            await self._go_without(fault)
            return 0.0, 0.0
        began_s = now_s()
        await self._scene.strike(fault, self._random)
        struck_s = now_s()
        await asyncio.gather(
            *(self._sell(probe, section) for section in self._sections),
            *(self._goes_on(company) for company in self._companies),
        )
        return (now_s() - began_s) * 1000, (struck_s - began_s) * 1000

    async def _go_without(self, fault: Fault) -> None:
        """Take the pace before, while it is gone and when it is there again."""
        before = await self._holds_a_second()
        await self._scene.take_away(fault)
        without = await self._holds_a_second()
        await self._scene.bring_back(fault)
        await asyncio.gather(*(self._goes_on(company) for company in self._companies))
        self._pace = Pace(before, without, await self._holds_a_second())

    async def _holds_a_second(self) -> float:
        holds, began_s = self.promises.holds, now_s()
        await asyncio.sleep(self._pace_s)
        return (self.promises.holds - holds) / (now_s() - began_s)

    async def _goes_on(self, company: Company) -> None:
        try:
            await company.goes_on()
        except HoldfastError as error:
            self.promises.late(f"{type(company).__name__} does not go on: {error!r}")

    async def _sell(self, probe: HoldfastClient, section: str) -> None:
        try:
            hold = await probe.hold_best(self.event, 1, sections=[section])
            seats = [item.seat for item in hold.items]
            self.promises.held(hold.hold, seats)
            self.promises.giving_back(hold.hold, seats)
            await probe.release(hold.hold)
        except HoldfastError as error:
            self.promises.late(f"{section} does not sell: {error!r}")

    async def _check(self, clients: Sequence[HoldfastClient]) -> None:
        async with AsyncExitStack() as stack:
            checks = []
            for buyer, client in zip(self._buyers, clients, strict=True):
                token = issue_token(self._scene.server.secret, buyer.name, "buyer", TOKEN_TTL_S)
                rest = httpx.AsyncClient(
                    base_url=f"{self._scene.url}/v1",
                    headers={"Authorization": f"Bearer {token}"},
                    timeout=30,
                    trust_env=False,
                )
                checks.append(buyer.check(client, await stack.enter_async_context(rest)))
            await asyncio.gather(*checks)

    async def _catch_up(self) -> None:
        """Whoever was sent away in the midst of something learns what came of it."""
        async with AsyncExitStack() as stack:
            for buyer in self._buyers:
                if buyer.unsure:
                    await buyer.catch_up(await self._enter(stack, buyer.name))

    async def audit(self) -> None:
        """Hold the journal against what was acknowledged: all of it is there, and nothing else."""
        settings = Settings(data_dir=self._scene.server.data_dir, database_url=self._scene.dsn)
        await self._catch_up()
        async with open_database(settings) as database:
            books = await read_books(database.dsn, self.event)
            for company in self._companies:
                await company.audit(database.dsn)
        for name, section in books.items():
            for breach in section.breaches:
                self.promises.broken(f"{name}: {breach}")
        promised: dict[str, frozenset[str]] = {}
        for buyer in self._buyers:
            promised |= buyer.possessions()
        written = dict(content for section in books.values() for content in section.contents())
        self.promises.expect([], sorted(promised.items() - written.items()), "lost by the journal")
        self.promises.expect([], sorted(written.items() - promised.items()), "in the journal alone")
        taken = {seat for section in books.values() for seat in section.taken}
        self.promises.expect([], sorted(self.promises.taken ^ taken), "seats taken here or there alone")
