"""Where a scenario plays: a running server, events on it, and load generators."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

import msgspec
import psutil

from bench.house import open_terms
from bench.load_process import run_load_process
from bench.loadgen import LoadResult, LoadSpec
from bench.memory import memory_by_part
from bench.processes import Part, cpu_between, cpu_times, parts
from bench.scenarios import ScenarioName
from bench.server_process import ServerProcess
from engine.plan import Plan
from engine.terms import Terms

Sign = Callable[[str, str], str]
"""Signs a buyer's token: of the server's secret and a subject."""
OpenEvents = Callable[[Path, Plan, Terms, int], list[str]]
"""Puts so many events of a plan on sale, in the database of a data directory."""
NO_EVENT: Final = "evt_" + "0" * 32
TOKENS_MAX: Final = 2_000


class Wiring(msgspec.Struct, frozen=True):
    """What the composition root hands over."""

    sign: Sign
    open_events: OpenEvents


class SuiteOptions(msgspec.Struct, frozen=True, kw_only=True):
    """One run of the suite; `quick` is a smoke run of tiny houses and short rounds."""

    connections: int = 200
    seconds: float = 4.0
    repeat: int = 1
    quick: bool = False
    port: int = 18_600
    redis_port: int = 18_601
    environment: dict[str, str] = {}

    @property
    def warm_s(self) -> float:
        """What is not measured at the start of a round."""
        return 0.1 if self.quick else 1.0

    def scaled(self, full: int, quick: int) -> int:
        """A size, or the tiny one of a smoke run."""
        return quick if self.quick else full


class Stage:
    """A server and what is needed to play on it. `others` are processes that it leans on."""

    def __init__(
        self, server: ServerProcess, wiring: Wiring, options: SuiteOptions, others: Sequence[int] = ()
    ) -> None:
        self.server: Final = server
        self.options: Final = options
        self.cpu_ms: Final[Counter[str]] = Counter()
        self.acknowledged = 0
        self._wiring: Final = wiring
        self._others: Final = others
        self._tokens: tuple[str, ...] = ()
        self._runs = 0

    def tokens(self, count: int) -> tuple[str, ...]:
        """Tokens of different buyers."""
        count = min(count, TOKENS_MAX)
        if len(self._tokens) < count:
            sign, secret = self._wiring.sign, self.server.secret
            self._tokens = tuple(sign(secret, f"buyer-{number}") for number in range(count))
        return self._tokens[:count]

    def events(self, plan: Plan, count: int = 1, terms: Terms | None = None) -> list[str]:
        """Fresh events on sale, on terms that bound no buyer unless others are given."""
        return self._wiring.open_events(self.server.data_dir, plan, terms or open_terms(), count)

    def spec(self, scenario: ScenarioName, event: str, seats: int, **more: object) -> LoadSpec:
        """What a load generator is told; `more` are fields of `LoadSpec`."""
        self._runs += 1
        options = self.options
        base = LoadSpec(
            url=self.server.url,
            scenario=scenario,
            connections=options.connections,
            seconds=options.seconds,
            warm_s=options.warm_s,
            event=event,
            seats=seats,
            tokens=(),
            run=f"run{self._runs}",
        )
        spec = msgspec.structs.replace(base, **more)
        return msgspec.structs.replace(spec, tokens=self.tokens(spec.connections))

    def play(self, spec: LoadSpec) -> LoadResult:
        """A load from beginning to end; the CPU time that each part took is added to `cpu_ms`."""
        before = cpu_times(self.parts())
        result = run_load_process(spec)
        self.cpu_ms.update(cpu_between(before, cpu_times(self.parts())))
        self.acknowledged += result.pairs
        self.cpu_ms["load generator"] += round(result.cpu_s * 1000)
        return result

    def take_cpu_ms(self) -> dict[str, int]:
        """The CPU time by part since it was last taken."""
        taken = dict(self.cpu_ms)
        self.cpu_ms.clear()
        return taken

    def wake(self, event: str, seats: int, sections: int = 0) -> int:
        """Let every section of an event come up before it is measured; how many seats that took."""
        wanted = max(1, sections)
        spec = self.spec("holds", event, seats, sections=sections, connections=1, seconds=30.0, warm_s=0.0)
        # The load ends with its seats: one a section.
        return run_load_process(msgspec.structs.replace(spec, seats_asked=wanted)).holds

    def echo(self) -> float:
        """The bare echo on this server, now."""
        seconds = 0.3 if self.options.quick else 2.0
        return run_load_process(self.spec("echo", NO_EVENT, 100, seconds=seconds, warm_s=0.3)).replies_per_s

    def audit(self) -> dict[str, Any]:
        """The books of the server; that they know less than was acknowledged is a breach too."""
        books: dict[str, Any] = self.server.audit()
        if books["sold"] < self.acknowledged:
            lost = f"{self.acknowledged} bookings were acknowledged and {books['sold']} are in the books"
            books["breaches"] = [*books["breaches"], lost]
        return books

    def parts(self) -> dict[Part, list[psutil.Process]]:
        """The server's processes by part."""
        return parts(self.server.pid, self.server.data_dir, *self._others)

    def weigh(self) -> Counter[str]:
        """Bytes by part."""
        return memory_by_part(self.parts())
