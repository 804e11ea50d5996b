"""Chromium with real tabs, of which one is seen and the others are hidden, spoken to by its own protocol.

A window made for tests shows each of its pages for ever; what a page costs in a tab that nobody looks at
can be measured in a browser alone that hides it.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import httpx
import psutil
from websockets.sync.client import connect

from bench.pages.browser import FLAGS, KIB, NoBrowser

STARTED_MAX_S: Final = 30.0
LOOK_S: Final = 0.1
ENDED_MAX_S: Final = 10.0
MESSAGE_MAX: Final = 16 * KIB * KIB


class Tab:
    """One page; `ask` calls a method of the protocol and returns its result."""

    def __init__(self, told: dict[str, Any]) -> None:
        self.id: str = told["id"]
        self._socket = connect(told["webSocketDebuggerUrl"], max_size=MESSAGE_MAX, proxy=None)
        self._number = 0

    def ask(self, method: str, **parameters: Any) -> dict[str, Any]:
        """The result of a method; events that come meanwhile are of no interest."""
        self._number += 1
        self._socket.send(json.dumps({"id": self._number, "method": method, "params": parameters}))
        while True:
            message = json.loads(self._socket.recv())
            if message.get("id") == self._number:
                result: dict[str, Any] = message["result"]
                return result

    def value(self, script: str) -> Any:
        """What an expression gives in the page, once its promise is kept."""
        told = self.ask("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        return told["result"].get("value")

    def wait(self, script: str, within_s: float) -> bool:
        """Whether an expression comes true in time."""
        until_s = time.monotonic() + within_s
        while time.monotonic() < until_s:
            if self.value(script):
                return True
            time.sleep(LOOK_S)
        return False

    def heap_mib(self) -> float:
        """What the page's scripts keep once what they keep no longer is swept away."""
        self.ask("HeapProfiler.collectGarbage")
        return round(float(self.ask("Runtime.getHeapUsage")["usedSize"]) / KIB / KIB, 2)

    def close(self) -> None:
        """Speak with it no more."""
        self._socket.close()


class Tabs:
    """A browser and its tabs."""

    def __init__(self, process: subprocess.Popen[bytes], port: int) -> None:
        self._process = process
        self._http = httpx.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False)

    def open(self, address: str) -> Tab:
        """A tab that is seen from now on, in the place of the others."""
        return Tab(self._http.put(f"/json/new?{address}").raise_for_status().json())

    def show(self, tab: Tab) -> None:
        """Look at this tab, and at no other."""
        self._http.get(f"/json/activate/{tab.id}").raise_for_status()

    def cpu_s(self) -> float:
        """Processor time of all processes of the browser so far."""
        root = psutil.Process(self._process.pid)
        times = [each.cpu_times() for each in (root, *root.children(recursive=True))]
        return sum(each.user + each.system for each in times)


@contextmanager
def tabs() -> Iterator[Tabs]:
    """A browser of its own, with nothing kept from before. Raises `NoBrowser`."""
    program = shutil.which("chromium")
    if program is None:
        raise NoBrowser("there is no chromium on the search path")
    folder = Path(tempfile.mkdtemp(prefix="holdfast-tabs-"))
    words = [program, "--headless=new", *FLAGS, "--remote-debugging-port=0", f"--user-data-dir={folder}"]
    process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield Tabs(process, _port(folder / "DevToolsActivePort"))
    finally:
        process.terminate()
        process.wait(ENDED_MAX_S)
        shutil.rmtree(folder, ignore_errors=True)


def _port(told: Path) -> int:
    until_s = time.monotonic() + STARTED_MAX_S
    while time.monotonic() < until_s:
        lines = told.read_text().split() if told.is_file() else []
        if lines:
            return int(lines[0])
        time.sleep(LOOK_S)
    raise NoBrowser("chromium does not say where it can be spoken to")
