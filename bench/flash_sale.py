"""`bench flash-sale`: durable holds and bookings beside a bare echo, on one machine, in one run.

Echo, holds and pairs take turns, so that whatever slows the machine slows all of them;
medians of the rounds are told. Every round sells a fresh event, so that no round meets
another's seats. At the end the books are audited from the journal.
"""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Final

import msgspec

from bench.figures import median_of, ratio, summed
from bench.house import hot_house, open_terms, plan_document
from bench.in_earnest import InEarnest, surroundings
from bench.load_process import run_load_process
from bench.loadgen import LoadResult, LoadSpec
from bench.machine import Machine, commit, this_machine
from bench.processes import cpu_between, cpu_times, parts, profiled
from bench.scenarios import ECHOES, ScenarioName
from bench.server_process import ServerProcess

SCENARIO: Final = "flash-sale"
LATENCY_CONNECTIONS: Final = 64
_WAKE_S: Final = 0.1
_NO_EVENT: Final = "evt_" + "0" * 32
_SCENARIOS: Final[tuple[ScenarioName, ...]] = ("echo", "direct_echo", "holds", "pairs")
Sign = Callable[[str, str], str]
"""Signs a buyer's token: of the server's secret and a subject."""
Progress = Callable[[str, int, int], None]
"""Told what begins now, which round it is and of how many."""


class FlashSaleOptions(msgspec.Struct, frozen=True, kw_only=True):
    """One run. Every measured round lasts `seconds` after `warm_s`; `seats` are one hot section's.

    With `redis_port` it is a sale in earnest (`bench.in_earnest`), whose own Redis gets that port.
    """

    connections: int = 200
    seconds: float = 4.0
    warm_s: float = 1.0
    rounds: int = 3
    seats: int = 100_000
    port: int = 18_600
    profile: Path | None = None
    environment: dict[str, str] = {}
    redis_port: int | None = None


class Percentiles(msgspec.Struct, frozen=True):
    """Milliseconds."""

    p50: float
    p99: float


class FlashSaleResult(msgspec.Struct, frozen=True):
    """The figures of one run; rates are medians of the rounds.

    `echo_per_s` is of the plain stack, `direct_echo_per_s` of an echo by the shorter way that
    sessions take between socket and server. `latency_ms` is of a hold with 64 closed-loop
    buyers, `busy_latency_ms` with all `connections`. `sold` and `held` are the audit's;
    `refused` and `errors` count all rounds. `cpu_us_per_hold` divides each part's CPU time in
    the hold rounds by their holds, `cpu_us_per_pair` that in the pair rounds by their pairs.
    """

    scenario: str
    connections: int
    seats: int
    seconds: float
    durable_holds_per_s: float
    hold_book_pairs_per_s: float
    echo_per_s: float
    direct_echo_per_s: float
    ratio_to_echo: float
    pairs_ratio_to_echo: float
    latency_ms: Percentiles
    busy_latency_ms: Percentiles
    sold: int
    held: int
    refused: int
    refused_by_code: dict[str, int]
    errors: int
    errors_by_code: dict[str, int]
    breaches: int
    breaches_told: tuple[str, ...]
    records: int
    hot_seat_per_s: float
    cpu_us_per_hold: dict[str, float]
    cpu_us_per_pair: dict[str, float]
    rounds: tuple[LoadResult, ...]
    machine: Machine
    commit: str | None
    in_earnest: InEarnest | None = None


def run_flash_sale(
    options: FlashSaleOptions, sign: Sign, progress: Progress = lambda what, number, of: None
) -> FlashSaleResult:
    """Start a server, measure, audit, stop it. Raises `ServerFailed`."""
    with ExitStack() as stack:
        temporary = tempfile.TemporaryDirectory(prefix="holdfast-bench-", ignore_cleanup_errors=True)
        folder = Path(stack.enter_context(temporary))
        around = None if options.redis_port is None else stack.enter_context(surroundings(options.redis_port))
        environment = options.environment if around is None else options.environment | around.environment
        server = stack.enter_context(ServerProcess(folder / "data", options.port, environment))
        if around is not None:
            stack.enter_context(around.beside(server))
        tokens = _signed(options, server, sign) if around is None else around.tokens
        sale = _Sale(options, server, tokens, folder)
        _warm_up(sale, progress)
        _rounds(sale, progress)
        progress("audit", 1, 1)
        verdict = server.command("verify", accept=lambda status: status in (0, 1))
        return _result(options, sale, verdict, None if around is None else around.seen())


def _signed(options: FlashSaleOptions, server: ServerProcess, sign: Sign) -> tuple[str, ...]:
    return tuple(sign(server.secret, f"buyer-{number}") for number in range(options.connections))


class _Sale:
    """A server, the house it sells, and what was measured so far."""

    def __init__(
        self, options: FlashSaleOptions, server: ServerProcess, tokens: tuple[str, ...], folder: Path
    ) -> None:
        self.options: Final = options
        self.server: Final = server
        self.measured: Final[list[LoadResult]] = []
        self.unmeasured: Final[list[LoadResult]] = []
        self.cpu_ms: Final[dict[ScenarioName, Counter[str]]] = {"holds": Counter(), "pairs": Counter()}
        self._terms: Final = folder / "terms.json"
        self._terms.write_bytes(msgspec.json.encode(open_terms()))
        house = folder / "house.json"
        house.write_bytes(plan_document(hot_house(options.seats)))
        self._plan: Final[str] = server.command("import-plan", str(house))["plan"]
        self._tokens: Final = tokens
        self._runs = 0

    def fresh_event(self) -> tuple[str, int]:
        """Another event on the same house, on sale and awake, and the first seat that is free there."""
        arguments = ("--plan", self._plan, "--name", "Flash sale", "--terms", str(self._terms), "--open")
        event: str = self.server.command("create-event", *arguments)["event"]
        # A section's actor starts with the first hold; that is not what the rounds measure.
        first = self.load("holds", 1, _WAKE_S, event, warm_s=0.0)
        self.unmeasured.append(first)
        return event, first.holds

    def load(
        self,
        scenario: ScenarioName,
        connections: int,
        seconds: float,
        event: str,
        first_seat: int = 0,
        warm_s: float | None = None,
    ) -> LoadResult:
        """One run of the load generator in a process of its own."""
        self._runs += 1
        spec = LoadSpec(
            url=self.server.url,
            scenario=scenario,
            connections=connections,
            seconds=seconds,
            warm_s=self.options.warm_s if warm_s is None else warm_s,
            event=event,
            seats=self.options.seats,
            first_seat=first_seat,
            tokens=self._tokens,
            run=f"run{self._runs}",
        )
        return run_load_process(spec)

    def measure(self, scenario: ScenarioName, connections: int) -> None:
        """One measured round; what holds and pairs take with all connections is kept by part."""
        event, first_seat = (_NO_EVENT, 0) if scenario in ECHOES else self.fresh_event()
        before = cpu_times(parts(self.server.pid, self.server.data_dir))
        result = self.load(scenario, connections, self.options.seconds, event, first_seat)
        self.measured.append(result)
        if scenario in self.cpu_ms and connections == self.options.connections:
            spent = self.cpu_ms[scenario]
            spent += cpu_between(before, cpu_times(parts(self.server.pid, self.server.data_dir)))
            spent["load generator"] += round(result.cpu_s * 1000)


def _warm_up(sale: _Sale, progress: Progress) -> None:
    progress("warm-up", 1, 1)
    sale.unmeasured.append(sale.load("echo", sale.options.connections, 1.0, _NO_EVENT))
    sale.unmeasured.append(sale.load("pairs", sale.options.connections, 1.0, *sale.fresh_event()))


def _rounds(sale: _Sale, progress: Progress) -> None:
    options = sale.options
    for number in range(1, options.rounds + 1):
        for scenario in _SCENARIOS:
            progress(scenario, number, options.rounds)
            sale.measure(scenario, options.connections)
        progress(f"holds with {LATENCY_CONNECTIONS} buyers", number, options.rounds)
        sale.measure("holds", LATENCY_CONNECTIONS)
    progress("one hot seat", 1, 1)
    sale.measure("hot_seat", options.connections)
    if options.profile is not None:
        progress("profile", 1, 1)
        _profile(sale, options.profile)


def _profile(sale: _Sale, folder: Path) -> None:
    """A round of its own, because a profile slows what it watches."""
    options, server = sale.options, sale.server
    before = cpu_times(parts(server.pid, server.data_dir))
    event, first_seat = sale.fresh_event()
    with profiled(parts(server.pid, server.data_dir), before, folder):
        profiled_round = sale.load("holds", options.connections, options.seconds, event, first_seat)
    sale.unmeasured.append(profiled_round)


def _result(
    options: FlashSaleOptions, sale: _Sale, verdict: dict[str, Any], in_earnest: InEarnest | None
) -> FlashSaleResult:
    everything = [*sale.unmeasured, *sale.measured]
    busy = [each for each in sale.measured if each.connections == options.connections]
    holds = _rates(busy, "holds")
    pairs = [each.pairs_per_s for each in busy if each.scenario == "pairs"]
    echo = median_of(_rates(busy, "echo"))
    told = tuple(breach for each in everything for breach in each.breaches)
    told += tuple(str(breach) for breach in verdict["breaches"])
    errors, refused = summed([e.errors for e in everything]), summed([e.refused for e in everything])
    return FlashSaleResult(
        scenario=SCENARIO,
        connections=options.connections,
        seats=options.seats,
        seconds=round(sum(each.seconds for each in sale.measured), 1),
        durable_holds_per_s=median_of(holds),
        hold_book_pairs_per_s=median_of(pairs),
        echo_per_s=echo,
        direct_echo_per_s=median_of(_rates(busy, "direct_echo")),
        ratio_to_echo=ratio(median_of(holds), echo),
        pairs_ratio_to_echo=ratio(median_of(pairs), echo),
        latency_ms=_latency(sale.measured, LATENCY_CONNECTIONS),
        busy_latency_ms=_latency(sale.measured, options.connections),
        sold=verdict["sold"],
        held=verdict["held"],
        refused=refused.total(),
        refused_by_code=dict(refused),
        errors=errors.total(),
        errors_by_code=dict(errors),
        breaches=len(told),
        breaches_told=told,
        records=verdict["records"],
        hot_seat_per_s=median_of(_rates(busy, "hot_seat")),
        cpu_us_per_hold=_cpu_us(sale, "holds", sum(e.holds for e in busy if e.scenario == "holds")),
        cpu_us_per_pair=_cpu_us(sale, "pairs", sum(e.pairs for e in busy)),
        rounds=tuple(sale.measured),
        machine=this_machine(),
        commit=commit(),
        in_earnest=in_earnest,
    )


def _rates(results: Sequence[LoadResult], scenario: ScenarioName) -> list[float]:
    return [each.replies_per_s for each in results if each.scenario == scenario]


def _latency(results: Sequence[LoadResult], connections: int) -> Percentiles:
    rounds = [each for each in results if each.scenario == "holds" and each.connections == connections]
    return Percentiles(
        round(median_of([each.latency_ms.p50 for each in rounds]), 2),
        round(median_of([each.latency_ms.p99 for each in rounds]), 2),
    )


def _cpu_us(sale: _Sale, scenario: ScenarioName, served: int) -> dict[str, float]:
    spent = sale.cpu_ms[scenario].items()
    return {part: round(ratio(spent_ms * 1000, served), 2) for part, spent_ms in spent}
