"""Which process of a server does what, how much CPU each part took, and where the time went."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final, Literal

import msgspec
import psutil

Part = Literal["gateway", "actor", "postgres", "redis", "ray", "supervisor"]
PROFILED_PARTS: Final[tuple[Part, ...]] = ("gateway", "actor")
_RAY_DAEMONS: Final = ("raylet", "gcs_server")
_PROFILER_STOP_S: Final = 30


def part_of(command_line: str) -> Part:
    """The part that a process of the server plays, from its command line."""
    program = command_line.split(" ", 1)[0].rsplit("/", 1)[-1]
    if "holdfast.gateway_process" in command_line or "holdfast.baseline_process" in command_line:
        return "gateway"
    # Idle workers and Ray's own agents call themselves `ray::` too.
    if command_line.startswith("ray::SectionActor"):
        return "actor"
    if program.rstrip(":") == "postgres":
        return "postgres"
    if program == "redis-server":
        return "redis"
    if (
        program in _RAY_DAEMONS
        or "holdfast.cluster_process" in command_line
        or command_line.startswith("ray::")
        or "/ray/" in command_line
    ):
        return "ray"
    return "supervisor"


def parts(server_pid: int, data_dir: Path, *others: int) -> dict[Part, list[psutil.Process]]:
    """The living processes of a server by part: its descendants, and the database of its data directory.

    `others` are processes that serve it without being its own.
    """
    found: dict[int, psutil.Process] = {}
    for root in (psutil.Process(server_pid), *map(psutil.Process, others), *_databases(data_dir)):
        with suppress(psutil.NoSuchProcess):  # one of the database's may just have ended
            found.update({each.pid: each for each in (root, *root.children(recursive=True))})
    by_part: dict[Part, list[psutil.Process]] = defaultdict(list)
    for process in found.values():
        try:
            by_part[part_of(" ".join(process.cmdline()))].append(process)
        except psutil.NoSuchProcess:
            continue
    return by_part


def _databases(data_dir: Path) -> Iterator[psutil.Process]:
    for process in psutil.process_iter(["cmdline"]):
        words = process.info["cmdline"] or []
        if any(str(data_dir) in word for word in words) and part_of(" ".join(words)) == "postgres":
            yield process


class CpuTime(msgspec.Struct, frozen=True):
    """User and system seconds of one process so far, and the part it plays."""

    part: Part
    seconds: float


def cpu_times(by_part: Mapping[Part, list[psutil.Process]]) -> dict[int, CpuTime]:
    """CPU time so far by process id."""
    return {
        process.pid: CpuTime(part, _cpu_of(process))
        for part, processes in by_part.items()
        for process in processes
    }


def cpu_between(before: Mapping[int, CpuTime], after: Mapping[int, CpuTime]) -> Counter[str]:
    """Milliseconds by part between two looks; what ended in between is not seen."""
    spent: Counter[str] = Counter()
    for pid, now in after.items():
        then_s = before[pid].seconds if pid in before else 0.0
        spent[now.part] += round((now.seconds - then_s) * 1000)
    return spent


def _cpu_of(process: psutil.Process) -> float:
    try:
        times = process.cpu_times()
    except psutil.NoSuchProcess:
        return 0.0
    return float(times.user + times.system)


@contextmanager
def profiled(
    by_part: Mapping[Part, list[psutil.Process]], since: Mapping[int, CpuTime], folder: Path
) -> Iterator[None]:
    """Record where gateway and actor spend their time, into one flame graph (SVG) each.

    Of each part the process that worked most `since` is watched, and of it the threads that
    hold the interpreter: waiting is left out, and so is the kernel's part of sending. Best
    effort: without py-spy, or without the right to use it, nothing is recorded.
    """
    recorders = list(_start_recorders(by_part, since, folder))
    try:
        yield
    finally:
        for recorder in recorders:
            recorder.send_signal(signal.SIGINT)
        for recorder in recorders:
            try:
                recorder.wait(_PROFILER_STOP_S)
            except subprocess.TimeoutExpired:
                recorder.kill()


def _start_recorders(
    by_part: Mapping[Part, list[psutil.Process]], since: Mapping[int, CpuTime], folder: Path
) -> Iterator[subprocess.Popen[bytes]]:
    program = Path(sys.executable).with_name("py-spy")
    if not program.exists():
        return
    folder.mkdir(parents=True, exist_ok=True)
    for part in PROFILED_PARTS:
        processes = by_part.get(part, [])
        if not processes:
            continue
        spent_s = {
            process.pid: _cpu_of(process) - (since[process.pid].seconds if process.pid in since else 0.0)
            for process in processes
        }
        busiest = max(spent_s, key=spent_s.__getitem__)
        arguments = ["record", "--pid", str(busiest), "--gil", "--rate", "200", "--duration", "3600"]
        target = ["--format", "flamegraph", "--output", str(folder / f"{part}.svg")]
        yield subprocess.Popen(
            [str(program), *arguments, *target], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
