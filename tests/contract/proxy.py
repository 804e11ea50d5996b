"""A proxy before PostgreSQL that can lose a reply: the statement took effect and nobody is told."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from urllib.parse import parse_qs, quote, urlsplit

from tests.databases import temporary_directory

CHUNK = 65_536


class Proxy:
    """Passes bytes both ways until it is told to lose what the server says next."""

    def __init__(self, dsn: str, directory: str) -> None:
        self._server = dsn
        self._losing = False
        self._pumps: set[asyncio.Task[None]] = set()
        parts = urlsplit(dsn)
        account = parts.netloc.partition("@")[0] + "@" if "@" in parts.netloc else ""
        self.dsn = f"postgresql://{account}{parts.path}?host={quote(directory, safe='')}&port=5432"

    @classmethod
    @asynccontextmanager
    async def before(cls, dsn: str) -> AsyncIterator[Proxy]:
        """A proxy that listens on a socket of its own."""
        with temporary_directory() as directory:
            proxy = cls(dsn, str(directory))
            server = await asyncio.start_unix_server(proxy._serve, directory / ".s.PGSQL.5432")
            try:
                yield proxy
            finally:
                server.close()
                for pump in proxy._pumps:
                    pump.cancel()
                await asyncio.gather(*proxy._pumps, return_exceptions=True)

    def lose_next_reply(self) -> None:
        """Close the connection instead of passing the server's next bytes on."""
        self._losing = True

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        server_reader, server_writer = await self._connect()
        there = self._pump(reader, server_writer, from_server=False)
        back = self._pump(server_reader, writer, from_server=True)
        tasks = [asyncio.ensure_future(there), asyncio.ensure_future(back)]
        self._pumps.update(tasks)
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for end in (writer, server_writer):
            end.close()

    async def _connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        parts = urlsplit(self._server)
        query = parse_qs(parts.query)
        if "host" in query:
            return await asyncio.open_unix_connection(f"{query['host'][0]}/.s.PGSQL.{query['port'][0]}")
        return await asyncio.open_connection(parts.hostname, parts.port)

    async def _pump(
        self, source: asyncio.StreamReader, sink: asyncio.StreamWriter, *, from_server: bool
    ) -> None:
        with suppress(ConnectionError):
            while data := await source.read(CHUNK):
                if from_server and self._losing:
                    self._losing = False
                    return
                sink.write(data)
                await sink.drain()
