"""One target in a process of its own: `python -m proof.fuzz.worker NAME SECONDS SEED SCRATCH`.

Reports a line of JSON about once a second. With Atheris coverage is the guide (libFuzzer keeps
the inputs that reach new code, and adds mutations of its own); without it inputs wander.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from time import monotonic
from typing import Final, NoReturn

import msgspec
import psutil

from proof.fuzz.targets import target_of
from proof.fuzz.trial import AFRESH, INPUT_BYTES_MAX, Found, Trial, wander

REPORT_S: Final = 1.0
OTHER_MUTATIONS: Final = 0.2
"""The guide's own, which know nothing of what an input means."""
INSTRUMENTED: Final = ["gateway", "engine", "actors", "client"]


class Report(msgspec.Struct, frozen=True):
    """What a worker has done so far. `rss_mb` is what its process takes of memory."""

    guided: bool
    inputs: int
    outcomes: dict[str, int]
    findings: list[Found]
    rss_mb: float
    over: bool = False


class Scratch:
    """Where whoever finds this process hanging or dead reads what it was doing."""

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)

    def note(self, data: bytes) -> None:
        """This is tried next."""
        os.pwrite(self._file, len(data).to_bytes(4, "big") + data, 0)


class Worker:
    """Reports what a trial has done, and knows when its time is up."""

    def __init__(self, trial: Trial, seconds: float, *, guided: bool) -> None:
        self._trial = trial
        self._guided = guided
        self._until = monotonic() + seconds
        self._next_report = 0.0
        # What anybody else prints goes to standard error: only reports may stand in the way of reports.
        self._reports = os.dup(sys.stdout.fileno())
        os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
        self._process = psutil.Process()

    def go_on(self) -> bool:
        """Whether there is time left; reports now and then."""
        now = monotonic()
        if now >= self._next_report:
            self._next_report = now + REPORT_S
            self.report(over=False)
        return now < self._until

    def report(self, *, over: bool) -> None:
        """Tell what was done so far."""
        rss_mb = round(self._process.memory_info().rss / 2**20, 1)
        trial = self._trial
        found = list(trial.findings.values())
        report = Report(self._guided, trial.inputs, dict(trial.outcomes), found, rss_mb, over)
        with os.fdopen(os.dup(self._reports), "wb") as out:
            out.write(msgspec.json.encode(report) + b"\n")

    def try_one(self, data: bytes) -> None:
        """What the guide calls; it never returns from its own loop, so the end is here."""
        self._trial.feed(data)
        if not self.go_on():
            self.report(over=True)
            os._exit(0)


def main() -> None:
    """Run the target that the command line names."""
    name, seconds, seed, scratch = sys.argv[1:5]
    note = Scratch(Path(scratch)).note
    if find_spec("atheris") is not None:
        _guided(name, float(seconds), int(seed), note)
    trial = Trial(target_of(name), note)
    worker = Worker(trial, float(seconds), guided=False)
    wander(trial, int(seed), worker.go_on)
    worker.report(over=True)


def _guided(name: str, seconds: float, seed: int, note: Callable[[bytes], None]) -> NoReturn:
    import atheris

    with atheris.instrument_imports(include=INSTRUMENTED):
        target = target_of(name)
    seeds = target.seeds()
    worker = Worker(Trial(target, note), seconds, guided=True)

    def mutate(data: bytes, bytes_max: int, number: int) -> bytes:
        random = Random(number)
        if random.random() < OTHER_MUTATIONS:
            return bytes(atheris.Mutate(data, bytes_max))
        spoiled = target.mutate(random.choice(seeds) if random.random() < AFRESH else data, random)
        return spoiled if len(spoiled) <= bytes_max else data[:bytes_max]

    with TemporaryDirectory() as corpus:
        for number, data in enumerate(seeds):
            (Path(corpus) / str(number)).write_bytes(data)
        bounds = [f"-max_len={INPUT_BYTES_MAX}", "-rss_limit_mb=0", "-timeout=86400", "-len_control=0"]
        options = [*bounds, f"-seed={seed}", "-mutate_depth=1", "-verbosity=0"]
        atheris.Setup([sys.argv[0], *options, corpus], worker.try_one, custom_mutator=mutate)
        atheris.Fuzz()
    raise AssertionError("the guide never comes back")


if __name__ == "__main__":
    main()
