"""The sale beside the searches of `holdfast bench discovery`: a server that sells from the same database."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Final

import msgspec

from bench.house import open_terms
from bench.load_process import LoadProcess, begin_load
from bench.loadgen import LoadSpec
from bench.paced_load import PacedResult, PacedSpec
from bench.scale import hold_everywhere
from bench.server_process import ServerFailed, ServerProcess
from bench.wide_house import wide_house
from engine.plans.canonical import canonical_json
from gateway.access.auth import issue_token
from holdfast.catalogue_commands import store_event, store_plan
from holdfast.ports_free import free_port
from holdfast.settings import Settings

SECTIONS: Final = 4
SEATS: Final = 100_000
"""More than are sold meanwhile."""
HOLDS_PER_S: Final = 1_000.0
BUYERS: Final = 8
TOKENS: Final = 32
TOKEN_TTL_S: Final = 3_600


class Sale(msgspec.Struct, frozen=True):
    """What was sold meanwhile: holds at a set pace, or holds that were paid for, as fast as they went."""

    told: str
    paced: bool
    sold_per_s: float
    p50_ms: float
    p99_ms: float
    errors: dict[str, int]


class Running:
    """A sale that goes on; `result` is there once it is over."""

    result: Sale


class Stage:
    """A server on the database with the events, and houses of its own to sell."""

    def __init__(self, settings: Settings, server: ServerProcess) -> None:
        self._settings: Final = settings
        self._server: Final = server
        self.url: Final = server.url
        self._tokens: Final = tuple(
            issue_token(server.secret, f"buyer-{each}", "buyer", TOKEN_TTL_S) for each in range(TOKENS)
        )

    @asynccontextmanager
    async def paced(self) -> AsyncIterator[Running]:
        """A sale at a set rate, as a waiting room lets it be. Raises `ServerFailed`."""
        spec = PacedSpec(self.url, await self._event(), SECTIONS, SEATS, self._tokens, HOLDS_PER_S)
        running = Running()
        with LoadProcess("bench.paced_load") as load:
            load.tell(spec)
            await asyncio.to_thread(load.expect, b"selling")
            yield running
            load.close_input()
            sold = await asyncio.to_thread(load.result, PacedResult)
        told = f"{HOLDS_PER_S:,.0f} holds a second"
        running.result = Sale(told, True, sold.holds_per_s, sold.hold_ms.p50, sold.hold_ms.p99, sold.errors)

    @asynccontextmanager
    async def unbridled(self, seconds: float) -> AsyncIterator[Running]:
        """Buyers who hold and pay as fast as they are answered, for `seconds`. Raises `ServerFailed`."""
        spec = LoadSpec(
            *(self.url, "pairs", BUYERS, seconds, 0.0, await self._event(), SEATS, self._tokens, "search"),
            sections=SECTIONS,
            first_seat=SECTIONS,
        )
        running = Running()
        with LoadProcess("bench.loadgen") as load:
            begin_load(load, spec)
            yield running
            if load.ended:
                raise ServerFailed(f"the searches went on after the {seconds:.0f} s of the sale")
            sold = await asyncio.to_thread(load.finish, spec)
        told = f"{BUYERS} buyers as fast as they can"
        latency = sold.latency_ms
        running.result = Sale(told, False, sold.pairs_per_s, latency.p50, latency.p99, sold.errors)

    async def _event(self) -> str:
        """A house on sale whose sections are awake: the first seat of each is held."""
        house = canonical_json(wide_house(SECTIONS, SEATS // SECTIONS))
        plan = await store_plan(self._settings, house, "holdfast", None)
        terms = msgspec.json.encode(open_terms())
        event = (await store_event(self._settings, plan.plan, "Sale", terms, opened=True)).id
        await asyncio.to_thread(hold_everywhere, self._server, event, self._tokens[0], SECTIONS)
        return event


@contextmanager
def stage(settings: Settings) -> Iterator[Stage]:
    """Serve from the database that is set, as long as it is needed. Raises `ServerFailed`."""
    environment = {} if settings.database_url is None else {"HOLDFAST_DATABASE_URL": settings.database_url}
    with ServerProcess(settings.data_dir, free_port(), environment) as server:
        yield Stage(settings, server)
