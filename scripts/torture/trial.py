"""One sale under fire: rounds of one fault each, with everything looked at after each of them."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from time import monotonic
from typing import Final

import httpx
import msgspec

from bench.server_process import ServerProcess
from client import ClientOptions, HoldfastClient, HoldfastError, Recorder
from engine.layout import SectionLayout
from engine.plan import Plan
from engine.plans.canonical import canonical_json
from engine.terms import Limits, Terms
from gateway.auth import issue_token
from holdfast.database import open_database
from holdfast.settings import Settings
from scripts.torture.books import read_books
from scripts.torture.buyer import Buyer
from scripts.torture.faults import Fault
from scripts.torture.promises import Promises
from scripts.torture.scene import Scene

BUYERS: Final = 16
HOLDS_BEFORE: Final = 100
HOLDS_AFTER: Final = 150
ROUND_MAX_S: Final = 120.0
SAID_SHOWN_CHARS: Final = 2_000
TOKEN_TTL_S: Final = 86_400
TERMS: Final = Terms(
    limits=Limits(
        seats_per_buyer=1_000_000,
        holds_per_buyer=1_000_000,
        hold_ttl_ms=86_400_000,
        hold_life_max_ms=86_400_000,
    )
)
"""Nothing expires meanwhile: what is gone was lost."""
_CLIENT: Final = ClientOptions(deadline_ms=60_000, backoff_base_ms=25, backoff_cap_ms=400)


def open_sale(server: ServerProcess, plan: Plan) -> str:
    """Put an event on sale whose holds outlast any trial, and return its id."""
    with TemporaryDirectory() as folder:
        house, terms = Path(folder) / "house.json", Path(folder) / "terms.json"
        house.write_bytes(canonical_json(plan))
        terms.write_bytes(msgspec.json.encode(TERMS))
        stored = server.command("import-plan", str(house))["plan"]
        arguments = ("--plan", stored, "--name", "Under fire", "--terms", str(terms), "--open")
        return str(server.command("create-event", *arguments)["event"])


class RoundResult(msgspec.Struct, frozen=True):
    """How a fault was survived; milliseconds.

    `sells_again_ms` is from the blow until a hold in every section, asked for after it, was
    acknowledged; `blow_ms` the part of it that the blow took: how long something stood still,
    or until a database that was killed accepted connections, or another Ray was started.
    """

    fault: Fault
    sells_again_ms: float
    blow_ms: float
    holds: int
    checked: int
    breaches: tuple[str, ...]


class Trial:
    """A server, an event on sale, and buyers who remember everything over all rounds."""

    def __init__(
        self,
        scene: Scene,
        event: str,
        plan: Plan,
        *,
        buyers: int = BUYERS,
        seed: int = 1,
        recorder: Recorder | None = None,
    ) -> None:
        """`recorder` takes what every client asks and is told."""
        self.promises: Final = Promises()
        self._scene: Final = scene
        self._recorder: Final = recorder
        self.event: Final = event
        self._random: Final = Random(seed)
        houses = [SectionLayout(plan, section.name).labels for section in plan.sections]
        self._sections: Final = [section.name for section in plan.sections]
        self._buyers: Final = [Buyer(n, event, houses, self.promises, seed) for n in range(buyers)]

    async def round(self, fault: Fault) -> RoundResult:
        """Let the crowd buy, strike, wait until all sells again, then look at every promise."""
        holds, checked = self.promises.holds, self.promises.checked
        told = len(self.promises.breaches)
        sells_again_ms = blow_ms = 0.0
        try:
            async with asyncio.timeout(ROUND_MAX_S), AsyncExitStack() as stack:
                clients = [await self._enter(stack, buyer.name) for buyer in self._buyers]
                probe = await self._enter(stack, "probe")
                sells_again_ms, blow_ms = await self._under_fire(fault, clients, probe)
                await self._check(clients)
        except* TimeoutError as late:
            waits = ", ".join(str(each) or f"{ROUND_MAX_S:.0f} s are over" for each in late.exceptions)
            said = self._scene.server.log[-SAID_SHOWN_CHARS:]
            self.promises.broken(f"{fault}: the sale did not go on: {waits}. The server said: {said}")
        return RoundResult(
            fault,
            sells_again_ms,
            blow_ms,
            self.promises.holds - holds,
            self.promises.checked - checked,
            tuple(self.promises.breaches[told:]),
        )

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
            try:
                await self.promises.more_holds(HOLDS_BEFORE)
                times = await self._strike(fault, probe)
                await self.promises.more_holds(HOLDS_AFTER)
            finally:
                stopping.set()
        return times

    async def _strike(self, fault: Fault, probe: HoldfastClient) -> tuple[float, float]:
        began_s = monotonic()
        await self._scene.strike(fault, self._random)
        struck_s = monotonic()
        await asyncio.gather(*(self._sell(probe, section) for section in self._sections))
        return (monotonic() - began_s) * 1000, (struck_s - began_s) * 1000

    async def _sell(self, probe: HoldfastClient, section: str) -> None:
        try:
            hold = await probe.hold_best(self.event, 1, sections=[section])
            seats = [item.seat for item in hold.items]
            self.promises.held(hold.hold, seats)
            self.promises.giving_back(hold.hold, seats)
            await probe.release(hold.hold)
        except HoldfastError as error:
            self.promises.broken(f"{section} does not sell: {error!r}")

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

    async def audit(self) -> None:
        """Hold the journal against what was acknowledged: all of it is there, and nothing else."""
        settings = Settings(data_dir=self._scene.server.data_dir, database_url=self._scene.dsn)
        async with open_database(settings) as database:
            books = await read_books(database.dsn, self.event)
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
