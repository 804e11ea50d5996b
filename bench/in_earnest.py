"""What surrounds a sale in earnest: buyers with accounts, rates that Redis counts, a scraper, a collector.

`surroundings` says how the server is to be started, and `Surroundings.beside` looks after the rest
while it runs: figures are scraped as Prometheus does, and spans of few requests are taken as a
collector does, in threads of this process.
"""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread
from typing import Final
from urllib.request import urlopen

import msgspec

from bench.baselines.redis_server import redis_server
from bench.server_process import ServerFailed, ServerProcess
from client import AccountClient

ACCOUNTS: Final = 16
PASSWORD: Final = "a password for a trial"  # noqa: S105 - of accounts that end with the trial
CODE: Final = re.compile(r"\b\d{8}\b")
CODE_MAX_S: Final = 30.0
LOOK_S: Final = 0.02
SCRAPE_S: Final = 5.0
SCRAPE_MAX_S: Final = 10.0
SAMPLED: Final = "0.001"


class InEarnest(msgspec.Struct, frozen=True):
    """What was there: accounts that bought, whether Redis counted, scrapes, their bytes, batches of spans."""

    accounts: int
    redis: bool
    scrapes: int
    scraped_bytes: int
    span_batches: int


class Surroundings:
    """The environment of a server, and what has been seen of it."""

    def __init__(self, collector: str, redis: str | None) -> None:
        self.environment: Final = {
            "OTEL_EXPORTER_OTLP_ENDPOINT": collector,
            "OTEL_TRACES_SAMPLER": "parentbased_traceidratio",
            "OTEL_TRACES_SAMPLER_ARG": SAMPLED,
            "HOLDFAST_RATE_EVENT": "100000/s burst 100000",
            **({} if redis is None else {"HOLDFAST_REDIS_URL": redis}),
        }
        self.tokens: tuple[str, ...] = ()
        self.batches = 0
        self._redis: Final = redis is not None
        self._sizes: Final[list[int]] = []

    @contextmanager
    def beside(self, server: ServerProcess) -> Iterator[None]:
        """Have accounts made, whose `tokens` last ten minutes, and scrape until the block ends."""
        self.tokens = asyncio.run(_accounts(server))
        enough = Event()
        scraper = Thread(target=self._scrape, args=(f"{server.url}/metrics", enough))
        scraper.start()
        try:
            yield
        finally:
            enough.set()
            scraper.join()

    def seen(self) -> InEarnest:
        """What came of it. Raises `ServerFailed` if there was nothing to scrape."""
        if not self._sizes or not all(self._sizes):
            raise ServerFailed("the server told no figures to whoever scraped it")
        scraped = len(self._sizes), sum(self._sizes)
        return InEarnest(len(self.tokens), self._redis, *scraped, self.batches)

    def _scrape(self, url: str, enough: Event) -> None:
        while True:
            try:
                with urlopen(url, timeout=SCRAPE_MAX_S) as told:  # noqa: S310 - the address is our own
                    self._sizes.append(len(told.read()))
            except OSError:
                self._sizes.append(0)
            if enough.wait(SCRAPE_S):
                return


@contextmanager
def surroundings(redis_port: int) -> Iterator[Surroundings]:
    """A collector, and Redis if it is set or installed (on `redis_port`). Raises `RedisNotStarted`."""
    with redis_server(redis_port) as redis, _collector() as (url, collecting):
        found = Surroundings(url, None if redis is None else redis.url)
        collecting.append(found)
        yield found


@contextmanager
def _collector() -> Iterator[tuple[str, list[Surroundings]]]:
    collecting: list[Surroundings] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["content-length"]))
            for each in collecting:
                each.batches += 1
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_line: object) -> None:
            """Say nothing."""

    http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=http.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{http.server_port}", collecting
    finally:
        http.shutdown()
        thread.join()
        http.server_close()


async def _accounts(server: ServerProcess) -> tuple[str, ...]:
    """Tokens of so many people who have made an account and proved their address."""
    seen: set[Path] = set()
    tokens = []
    for number in range(ACCOUNTS):
        account = AccountClient(server.url)
        challenge = await account.register(f"buyer-{number}@example.org", PASSWORD, f"Buyer {number}")
        await account.answer(challenge, await asyncio.to_thread(_code, server.data_dir / "mails", seen))
        tokens.append(account.token or "")
    return tuple(tokens)


def _code(mails: Path, seen: set[Path]) -> str:
    """The code of the next mail that the server writes. Raises `ServerFailed`."""
    deadline_s = time.monotonic() + CODE_MAX_S
    while time.monotonic() < deadline_s:
        for path in sorted(mails.glob("*.eml")):
            if path not in seen:
                seen.add(path)
                text = message_from_bytes(path.read_bytes(), policy=policy.default).get_content()
                return str(CODE.findall(text)[0])
        time.sleep(LOOK_S)
    raise ServerFailed("no code came by mail")
