"""Load generators in processes of their own, so that their CPU time is their own."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from types import TracebackType
from typing import IO, Final, Self, TypeVar

import msgspec

from bench.loadgen import LAST_REPLIES_S, LoadResult, LoadSpec
from bench.server_process import ServerFailed, first_line

LOAD_GRACE_S: Final = 120.0
COMPLAINTS_BYTES_MAX: Final = 2_000
T = TypeVar("T")


class LoadProcess:
    """`python -m MODULE`, told what to do by lines of JSON; it ends with the context."""

    def __init__(self, module: str) -> None:
        self._module: Final = module
        self._process: subprocess.Popen[bytes]
        self._complaints: IO[bytes]

    def __enter__(self) -> Self:
        # A file: a pipe that nobody reads until the end would stop whoever complains at length.
        self._complaints = tempfile.TemporaryFile()
        self._process = subprocess.Popen(
            [sys.executable, "-m", self._module],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._complaints,
        )
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._process.kill()
        self._process.communicate()
        self._complaints.close()

    def tell(self, words: msgspec.Struct | bytes) -> None:
        """Say a line."""
        if self._process.stdin is not None:
            line = words if isinstance(words, bytes) else msgspec.json.encode(words)
            self._process.stdin.write(line + b"\n")
            self._process.stdin.flush()

    def expect(self, word: bytes, timeout_s: float = LOAD_GRACE_S) -> None:
        """Wait for a line. Raises `ServerFailed`."""
        if self._line(timeout_s) != word:
            raise ServerFailed(f"{self._module} did not say {word.decode()}")

    def result(self, kind: type[T], timeout_s: float = LOAD_GRACE_S) -> T:
        """Wait for a line that is a result. Raises `ServerFailed`."""
        line = self._line(timeout_s)
        if not line:
            raise ServerFailed(f"{self._module} said nothing within {timeout_s:.0f} s")
        return msgspec.json.decode(line, type=kind)

    def finish(self, spec: LoadSpec) -> LoadResult:
        """Wait for a load generator that was told `spec` and its end. Raises `ServerFailed`."""
        timeout_s = spec.warm_s + spec.seconds + LAST_REPLIES_S + LOAD_GRACE_S
        said, _ = self._process.communicate(timeout=timeout_s)
        if self._process.returncode != 0:
            raise ServerFailed(f"load generator: {self._last_words()}")
        return msgspec.json.decode(said, type=LoadResult)

    @property
    def ended(self) -> bool:
        """Whether it is over."""
        return self._process.poll() is not None

    def close_input(self) -> None:
        """Say that there is nothing more to say."""
        if self._process.stdin is not None:
            self._process.stdin.close()
            self._process.stdin = None

    def _last_words(self) -> str:
        size = self._complaints.seek(0, os.SEEK_END)
        self._complaints.seek(max(size - COMPLAINTS_BYTES_MAX, 0))
        return self._complaints.read().decode(errors="replace")

    def _line(self, timeout_s: float) -> bytes:
        if self._process.stdout is None:
            return b""
        return first_line(self._process.stdout, timeout_s).rstrip(b"\n")


def begin_load(load: LoadProcess, spec: LoadSpec) -> None:
    """Let a load generator begin."""
    load.tell(spec)
    load.close_input()


def run_load_process(spec: LoadSpec) -> LoadResult:
    """One run of the load generator in a process of its own. Raises `ServerFailed`."""
    with LoadProcess("bench.loadgen") as load:
        begin_load(load, spec)
        return load.finish(spec)
