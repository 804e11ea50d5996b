"""A link that we can disturb: it delays, slices, holds back, cuts, or loses one reply.

Stands before PostgreSQL (on a Unix socket of its own, or on a TCP port for another host) or
before a gateway. The ways to disturb a link are named after those of toxiproxy.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Final
from urllib.parse import parse_qs, quote, urlsplit

CHUNK: Final = 65_536
Ends = tuple[asyncio.StreamReader, asyncio.StreamWriter]
Opener = Callable[[], Awaitable[Ends]]


class Proxy:
    """Passes bytes both ways, for any number of connections, until it is told to disturb them."""

    def __init__(self, connect: Opener) -> None:
        """`connect` opens a connection to what lies behind."""
        self.delay_s = 0.0
        self.slice_bytes = CHUNK
        self._connect = connect
        self._losing = False
        self._passing = asyncio.Event()
        self._passing.set()
        self._links: set[asyncio.Task[None]] = set()

    @classmethod
    @asynccontextmanager
    async def on_socket(cls, connect: Opener, path: Path) -> AsyncIterator[Proxy]:
        """A proxy that listens on a Unix socket."""
        proxy = cls(connect)
        async with proxy._listening(await asyncio.start_unix_server(proxy._serve, path)):
            yield proxy

    @classmethod
    @asynccontextmanager
    async def on_port(cls, connect: Opener, host: str, port: int) -> AsyncIterator[Proxy]:
        """A proxy that listens on a TCP port."""
        proxy = cls(connect)
        async with proxy._listening(await asyncio.start_server(proxy._serve, host, port)):
            yield proxy

    @asynccontextmanager
    async def _listening(self, server: asyncio.Server) -> AsyncIterator[None]:
        try:
            yield
        finally:
            server.close()
            self.cut()
            await asyncio.gather(*self._links, return_exceptions=True)

    def lose_next_reply(self) -> None:
        """Close a connection instead of passing on what is said next from behind."""
        self._losing = True

    def cut(self) -> None:
        """End all connections, in mid-word if need be."""
        for link in self._links:
            link.cancel()

    def hold_back(self) -> None:
        """Pass nothing on, in no direction; nobody is told."""
        self._passing.clear()

    def go_on(self) -> None:
        """Pass on again, what was held back first; no delay, no slices."""
        self.delay_s, self.slice_bytes = 0.0, CHUNK
        self._passing.set()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        link = asyncio.create_task(self._join(reader, writer))
        self._links.add(link)
        link.add_done_callback(self._links.discard)
        with suppress(asyncio.CancelledError, OSError):
            await link

    async def _join(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        behind_reader, behind_writer = await self._connect()
        pumps = [
            asyncio.ensure_future(self._pump(reader, behind_writer, from_behind=False)),
            asyncio.ensure_future(self._pump(behind_reader, writer, from_behind=True)),
        ]
        try:
            await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
        except asyncio.CancelledError:
            for end in (writer, behind_writer):
                end.transport.abort()
            raise
        finally:
            for pump in pumps:
                pump.cancel()
            for end in (writer, behind_writer):
                end.close()

    async def _pump(
        self, source: asyncio.StreamReader, sink: asyncio.StreamWriter, *, from_behind: bool
    ) -> None:
        with suppress(ConnectionError):
            while data := await source.read(self.slice_bytes):
                await self._passing.wait()
                if self.delay_s:
                    await asyncio.sleep(self.delay_s)
                if from_behind and self._losing:
                    self._losing = False
                    return
                sink.write(data)
                await sink.drain()


def to_postgres(dsn: str) -> Opener:
    """Opens connections to the server that a DSN names."""

    async def connect() -> Ends:
        parts = urlsplit(dsn)
        query = parse_qs(parts.query)
        if "host" in query:
            return await asyncio.open_unix_connection(f"{query['host'][0]}/.s.PGSQL.{query['port'][0]}")
        return await asyncio.open_connection(parts.hostname, parts.port)

    return connect


def to_port(host: str, port: int) -> Opener:
    """Opens connections to a TCP port."""

    async def connect() -> Ends:
        return await asyncio.open_connection(host, port)

    return connect


def dsn_by_way_of(dsn: str, *, host: str, port: int = 5432) -> str:
    """The same database and account, reached at another host: an address, or a socket's directory."""
    parts = urlsplit(dsn)
    account = parts.netloc.partition("@")[0] + "@" if "@" in parts.netloc else ""
    return f"postgresql://{account}{parts.path}?host={quote(host, safe='')}&port={port}"


@asynccontextmanager
async def before_postgres(dsn: str, directory: Path) -> AsyncIterator[tuple[Proxy, str]]:
    """A proxy before a server, on a socket in `directory`, and the DSN that leads through it."""
    async with Proxy.on_socket(to_postgres(dsn), directory / ".s.PGSQL.5432") as proxy:
        yield proxy, dsn_by_way_of(dsn, host=str(directory))
