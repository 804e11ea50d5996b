"""Runs the targets one after the other and watches their processes."""

from __future__ import annotations

import asyncio
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic
from typing import Final

import msgspec

from proof.fuzz.patience import LOOK_S, Patience, RealProcess
from proof.fuzz.trial import Found, store
from proof.fuzz.worker import Report

HANG_S: Final = 30.0
"""An input that takes more of a processor is taken for one that never ends."""
START_S: Final = 60.0
"""The same for a process that has not begun yet."""
LAST_WORDS_MAX: Final = 2_000
LINE_BYTES_MAX: Final = 16 * 1024 * 1024
WARM_SHARE: Final = 0.25
"""Of the time: memory is compared from then on, when caches and corpora are filled for the most part."""
GROWTH_MAX_MB: Final = 100.0


class Result(msgspec.Struct, frozen=True):
    """What one target did in `seconds`. `findings` are files; `rss_mb` memory when warm and at the end."""

    target: str
    guided: bool
    seconds: float
    inputs: int
    outcomes: dict[str, int]
    findings: dict[str, str]
    rss_mb: tuple[float, float]

    @property
    def clean(self) -> bool:
        """Nothing was found, and memory stayed where it was."""
        return not self.findings and self.rss_mb[1] - self.rss_mb[0] <= GROWTH_MAX_MB


async def run(
    target: str, seconds: float, seed: int, folder: Path, on_report: Callable[[float, Report], None]
) -> Result:
    """Run one target for so long; findings are stored under `folder`."""
    with TemporaryDirectory() as scratch:
        noted, errors = Path(scratch) / "input", Path(scratch) / "errors"
        arguments = ("-m", "proof.fuzz.worker", target, str(seconds), str(seed), str(noted))
        with errors.open("wb") as stderr:
            process = await asyncio.create_subprocess_exec(
                sys.executable, *arguments, stdout=PIPE, stderr=stderr, limit=LINE_BYTES_MAX
            )
        watch = _Watch(process, seconds, on_report)
        try:
            why = await watch.follow()
        finally:
            if process.returncode is None:
                process.kill()
            await process.wait()
        findings = list(watch.last.findings)
        if why is not None:
            findings.append(Found(_input_of(noted), f"{why} {_last_words(errors)}", "its process"))
    stored = {str(store(found, target, folder)): f"{found.words} at {found.place}" for found in findings}
    last = watch.last
    memory = (watch.warm_mb or last.rss_mb, last.rss_mb)
    return Result(target, last.guided, watch.seconds, last.inputs, last.outcomes, stored, memory)


class _Watch:
    """Reads a worker's reports until it is over, dead, or hangs."""

    def __init__(self, process: Process, seconds: float, on_report: Callable[[float, Report], None]) -> None:
        self.last = Report(False, 0, {}, [], 0.0)
        self.warm_mb = 0.0
        self.seconds = 0.0
        self._process = process
        self._wanted_s = seconds
        self._on_report = on_report

    async def follow(self) -> str | None:
        """None once it is over, else what became of it."""
        if self._process.stdout is None:
            raise AssertionError("it was started with a pipe")
        began: float | None = None
        reading = asyncio.ensure_future(self._process.stdout.readline())
        process = RealProcess(self._process.pid)
        patience = Patience(process, START_S)
        while not self.last.over:
            await asyncio.wait([reading], timeout=LOOK_S)
            if not reading.done():
                if patience.ends():
                    reading.cancel()
                    return f"an input took more than {HANG_S:.0f} s of a processor, or never ended."
                continue
            line = reading.result()
            if not line.endswith(b"\n"):
                return f"the process died ({await self._process.wait()})."
            began = began or monotonic()
            self.seconds = round(monotonic() - began, 1)
            self._take(msgspec.json.decode(line, type=Report))
            reading = asyncio.ensure_future(self._process.stdout.readline())
            patience = Patience(process, HANG_S)
        reading.cancel()
        return None

    def _take(self, report: Report) -> None:
        self.last = report
        if not self.warm_mb and self.seconds >= self._wanted_s * WARM_SHARE:
            self.warm_mb = report.rss_mb
        self._on_report(self.seconds, report)


def _last_words(errors: Path) -> str:
    return errors.read_text(errors="replace").strip()[-LAST_WORDS_MAX:]


def _input_of(noted: Path) -> bytes:
    data = noted.read_bytes() if noted.exists() else b""
    return data[4 : 4 + int.from_bytes(data[:4], "big")]
