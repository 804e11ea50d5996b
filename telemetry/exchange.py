"""How the processes of one node tell each other their figures.

Each listens on a socket of its own in the directory that `serve` makes for its parts, and
says what it has to whoever connects. A gateway that is asked for `/metrics` asks all of
them. So nobody writes figures down, and nobody pays for those that nobody reads.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
from pathlib import Path
from typing import Final

import msgspec
import structlog

from telemetry.health import HEALTH, Health
from telemetry.meters import METERS, Family, Meters

log = structlog.get_logger()
PREFIX: Final = "figures-"
ASK_MAX_S: Final = 1.0
"""How long one process may take to tell; those that take longer are left out this time."""
REPLY_BYTES_MAX: Final = 1 << 22
ASKED_AT_ONCE_MAX: Final = 64


class Figures(msgspec.Struct, frozen=True, array_like=True):
    """What one process tells: figures, and what is wrong with its parts (an empty text: nothing)."""

    process: str
    pid: int
    families: tuple[Family, ...]
    health: dict[str, str]


_decoder = msgspec.msgpack.Decoder(Figures)


def own_figures(process: str, meters: Meters = METERS, health: Health = HEALTH) -> Figures:
    """What this process tells, as it is now; `process` says which kind it is."""
    return Figures(process, os.getpid(), meters.read(), health.read())


class FigureSocket:
    """Tells the figures of this process at a socket."""

    def __init__(self, directory: str, process: str) -> None:
        """Not listening yet; the socket's name carries `process` and the process id."""
        self._path = Path(directory) / f"{PREFIX}{process}-{os.getpid()}"
        self._process = process
        self._server: asyncio.Server | None = None

    async def start(self) -> None:
        """Listen. A directory that is not there (on another node) is told in the log, and does no harm."""
        try:
            # It gets its name once it listens: one that refuses is taken for that of a process that ended.
            unnamed = self._path.with_name(f".{self._path.name}")
            self._server = await asyncio.start_unix_server(self._tell, str(unnamed))
            await asyncio.to_thread(unnamed.rename, self._path)
        except OSError as error:
            log.warning("no_figures_socket", path=str(self._path), error=str(error))

    async def _tell(self, _reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError):  # whoever asked has gone
            writer.write(msgspec.msgpack.encode(own_figures(self._process)))
            await writer.drain()
        writer.close()

    async def stop(self) -> None:
        """Listen no more."""
        if self._server is not None:
            self._server.close()
            self._server = None
        await asyncio.to_thread(self._path.unlink, missing_ok=True)


async def gather_figures(directory: str | None, process: str) -> list[Figures]:
    """The figures of this process and of all others that listen in `directory`."""
    own = own_figures(process)
    if directory is None:
        return [own]
    paths = [path for path in await asyncio.to_thread(_sockets, directory) if not _is_own(path)]
    turn = asyncio.Semaphore(ASKED_AT_ONCE_MAX)
    told = await asyncio.gather(*(_ask(path, turn) for path in paths))
    return [own, *(each for each in told if each is not None)]


def _sockets(directory: str) -> list[Path]:
    return sorted(Path(directory).glob(f"{PREFIX}*"))


def _is_own(path: Path) -> bool:
    return path.name.endswith(f"-{os.getpid()}")


async def _ask(path: Path, turn: asyncio.Semaphore) -> Figures | None:
    try:
        async with turn, asyncio.timeout(ASK_MAX_S):
            reader, writer = await asyncio.open_unix_connection(str(path), limit=REPLY_BYTES_MAX)
            try:
                return _decoder.decode(await reader.read(-1))
            finally:
                writer.close()
    except ConnectionRefusedError:
        await asyncio.to_thread(path.unlink, missing_ok=True)  # its process ended without a word
    except (OSError, TimeoutError, msgspec.DecodeError) as error:
        log.warning("figures_not_told", path=str(path), error=repr(error))
    return None
