"""`bench scale`: a large house from a cold start, its memory, and what a crowd of viewers costs.

Three questions, one server. How long does it take from the start of the process, with
database and Ray down, until every section of an event that is on sale can sell? What does
all of it weigh then? And with thousands who only watch: what does each weigh at the
gateway, and how long until the last of them knows of a hold, while buying goes on?
"""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Callable
from http import HTTPStatus
from http.client import HTTPConnection
from pathlib import Path
from time import perf_counter
from typing import Final
from urllib.parse import urlsplit

import msgspec

from bench.figures import Latency
from bench.house import open_terms, plan_document
from bench.load_process import LoadProcess
from bench.loadgen import LoadResult
from bench.machine import Machine, commit, this_machine
from bench.memory import memory_by_part, mib
from bench.processes import parts
from bench.server_process import ServerFailed, ServerProcess
from bench.viewers_load import LAST_NEWS_S, ViewersResult, ViewersSpec, Watch
from bench.wide_house import wide_house, wide_label

SCENARIO: Final = "scale"
SUBJECTS: Final = 32
LOAD_GRACE_S: Final = 180.0
Sign = Callable[[str, str], str]
"""Signs a buyer's token: of the server's secret and a subject."""
Progress = Callable[[str, int, int], None]
"""Told what begins now, which step it is and of how many."""
STEPS: Final = 4


class ScaleOptions(msgspec.Struct, frozen=True, kw_only=True):
    """One run: `sections` of equal size, `viewers` who watch, `holds_per_s` for `seconds`."""

    sections: int = 100
    seats: int = 80_000
    viewers: int = 5_000
    watch: Watch = "section"
    holds_per_s: float = 1_000.0
    seconds: float = 10.0
    port: int = 18_600
    environment: dict[str, str] = {}


class ScaleResult(msgspec.Struct, frozen=True):
    """The figures of one run; memory is PSS in MiB, `kb_per_viewer` in kB of 1,000 bytes.

    `cold_start_s` is from the start of `serve` to its word that it is ready, and
    `all_sections_s` to the acknowledgement of a hold in every section, one after the other.
    `memory_mib` is that of the server by part then, without viewers. `reach_ms` is from
    sending a hold until the last viewer knew of it.
    """

    scenario: str
    connections: int
    seats: int
    sections: int
    seconds: float
    durable_holds_per_s: float
    latency_ms: Latency
    cold_start_s: float
    all_sections_s: float
    memory_mib: dict[str, float]
    memory_total_mib: float
    memory_with_viewers_mib: dict[str, float]
    kb_per_viewer: float
    reach_ms: Latency
    viewers: ViewersResult
    sold: int
    refused: int
    errors: int
    errors_by_code: dict[str, int]
    breaches: int
    breaches_told: tuple[str, ...]
    machine: Machine
    commit: str | None
    rounds: tuple[LoadResult, ...] = ()


def run_scale(
    options: ScaleOptions, sign: Sign, progress: Progress = lambda what, number, of: None
) -> ScaleResult:
    """Fill a data directory, start cold, weigh, watch, audit. Raises `ServerFailed`."""
    with tempfile.TemporaryDirectory(prefix="holdfast-scale-", ignore_cleanup_errors=True) as folder:
        data_dir = Path(folder) / "data"
        progress("filling a data directory", 1, STEPS)
        with ServerProcess(data_dir, options.port, options.environment) as server:
            event = _fill(server, options, Path(folder))
        return _measure(options, data_dir, event, sign, progress)


def _fill(server: ServerProcess, options: ScaleOptions, folder: Path) -> str:
    plan, terms = folder / "plan.json", folder / "terms.json"
    plan.write_bytes(plan_document(wide_house(options.sections, options.seats // options.sections)))
    terms.write_bytes(msgspec.json.encode(open_terms()))
    stored: str = server.command("import-plan", str(plan))["plan"]
    words = ("--plan", stored, "--name", "Scale", "--terms", str(terms), "--open")
    event: str = server.command("create-event", *words)["event"]
    return event


def _measure(
    options: ScaleOptions, data_dir: Path, event: str, sign: Sign, progress: Progress
) -> ScaleResult:
    progress("cold start", 2, STEPS)
    begin_s = perf_counter()
    with ServerProcess(data_dir, options.port, options.environment) as server:
        cold_start_s = perf_counter() - begin_s
        hold_everywhere(server, event, sign(server.secret, "first"), options.sections)
        all_sections_s = perf_counter() - begin_s
        before = _weigh(server)
        progress(f"{options.viewers:,} viewers", 3, STEPS)
        watched, after = _watch(server, options, event, sign)
        progress("audit", 4, STEPS)
        verdict = server.command("verify", accept=lambda status: status in (0, 1))
    errors = Counter(watched.errors)
    return ScaleResult(
        scenario=SCENARIO,
        connections=options.viewers,
        seats=options.seats,
        sections=options.sections,
        seconds=options.seconds,
        durable_holds_per_s=watched.holds_per_s,
        latency_ms=watched.hold_ms,
        cold_start_s=round(cold_start_s, 2),
        all_sections_s=round(all_sections_s, 2),
        memory_mib={part: mib(size) for part, size in before.items()},
        memory_total_mib=mib(before.total()),
        memory_with_viewers_mib={part: mib(size) for part, size in after.items()},
        kb_per_viewer=round((after["gateway"] - before["gateway"]) / max(1, options.viewers) / 1000, 2),
        reach_ms=watched.reach_ms,
        viewers=watched,
        sold=verdict["sold"],
        refused=0,
        errors=errors.total() + watched.unreached,
        errors_by_code={**errors, "unreached": watched.unreached},
        breaches=len(verdict["breaches"]),
        breaches_told=tuple(str(breach) for breach in verdict["breaches"]),
        machine=this_machine(),
        commit=commit(),
    )


def _weigh(server: ServerProcess) -> Counter[str]:
    return memory_by_part(parts(server.pid, server.data_dir))


def hold_everywhere(server: ServerProcess, event: str, token: str, sections: int) -> None:
    """The first seat of every section, one after the other. Raises `ServerFailed`."""
    address = urlsplit(server.url)
    connection = HTTPConnection(address.hostname or "127.0.0.1", address.port or 80, timeout=30)
    try:
        for section in range(sections):
            body = msgspec.json.encode({"event": event, "seats": [wide_label(section, 0)]})
            headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": f"first-{section}"}
            connection.request("POST", "/v1/holds", body, headers)
            response = connection.getresponse()
            said = response.read()
            if response.status != HTTPStatus.CREATED:
                raise ServerFailed(f"section {section} sells nothing: {said.decode(errors='replace')}")
    finally:
        connection.close()


def _watch(
    server: ServerProcess, options: ScaleOptions, event: str, sign: Sign
) -> tuple[ViewersResult, Counter[str]]:
    """Let the crowd in, weigh the server while it watches, then let the buyers buy."""
    spec = ViewersSpec(
        url=server.url,
        event=event,
        viewers=options.viewers,
        watch=options.watch,
        sections=options.sections,
        first_seat=options.sections,
        tokens=tuple(sign(server.secret, f"buyer-{number}") for number in range(SUBJECTS)),
        holds_per_s=options.holds_per_s,
        seconds=options.seconds,
    )
    with LoadProcess("bench.viewers_load") as load:
        load.tell(spec)
        load.expect(b"watching", LOAD_GRACE_S)
        weighed = _weigh(server)
        load.tell(b"buy")
        return load.result(ViewersResult, options.seconds + LAST_NEWS_S + LOAD_GRACE_S), weighed
