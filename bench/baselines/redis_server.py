"""Where the designs that need Redis get it from: the operator's, or a private one that keeps nothing."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import msgspec
from redis import Redis
from redis.exceptions import ConnectionError as RedisAway

REDIS_URL: Final = "HOLDFAST_REDIS_URL"
NONE_THERE: Final = f"skipped: no Redis (install redis-server or set {REDIS_URL})"
START_TIMEOUT_S: Final = 20.0
STOP_TIMEOUT_S: Final = 10.0
_POLL_S: Final = 0.05


class RedisPlace(msgspec.Struct, frozen=True):
    """Where Redis is; `pid` is known of a private one."""

    url: str
    pid: int | None = None


class RedisNotStarted(OSError):
    """The server's program is there and it did not come up."""


@contextmanager
def redis_server(port: int) -> Iterator[RedisPlace | None]:
    """A Redis: the one that is set, else a private one on `port`, else None.

    Raises `RedisNotStarted`.
    """
    given, program = os.environ.get(REDIS_URL), shutil.which("redis-server")
    if given or program is None:
        yield RedisPlace(given) if given else None
        return
    with tempfile.TemporaryDirectory(prefix="holdfast-redis-", ignore_cleanup_errors=True) as home:
        words = [
            "--port",
            str(port),
            "--bind",
            "127.0.0.1",
            "--save",
            "",
            "--appendonly",
            "no",
            "--dir",
            home,
        ]
        with subprocess.Popen([program, *words], stdout=subprocess.DEVNULL) as process:
            url = f"redis://127.0.0.1:{port}/0"
            try:
                _wait(url)
                yield RedisPlace(url, process.pid)
            finally:
                process.terminate()
                process.wait(STOP_TIMEOUT_S)


def _wait(url: str) -> None:
    deadline_s = time.monotonic() + START_TIMEOUT_S
    with Redis.from_url(url) as client:
        while True:
            try:
                client.ping()
            except RedisAway:
                if time.monotonic() > deadline_s:
                    raise RedisNotStarted(f"Redis did not come up at {url}") from None
                time.sleep(_POLL_S)
            else:
                return
