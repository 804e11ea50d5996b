"""The gateway's side of the process that draws tickets: started when first needed, again if it died."""

from __future__ import annotations

import asyncio
import sys
from asyncio.subprocess import PIPE, Process
from typing import Final

import msgspec

from gateway.ticketing.drawing_process import LENGTH_BYTES, Drawing, framed

DRAW_MAX_S: Final = 20.0
"""How long one drawing may take, the start of the process included."""


class DrawingFailed(Exception):
    """The process died or hung over a drawing; the next one gets a new process."""


class DrawingProcess:
    """One drawing at a time."""

    def __init__(self, draw_max_s: float = DRAW_MAX_S) -> None:
        self._draw_max_s: Final = draw_max_s
        self._process: Process | None = None
        self._busy = asyncio.Lock()

    async def draw(self, drawing: Drawing) -> bytes:
        """The drawing as bytes. Raises `DrawingFailed`."""
        async with self._busy:
            try:
                async with asyncio.timeout(self._draw_max_s):
                    return await self._draw(drawing)
            except (TimeoutError, OSError, asyncio.IncompleteReadError) as error:
                await self._end()
                raise DrawingFailed(str(error)) from error
            except BaseException:
                # Whoever comes next must not get the answer that nobody waits for any more.
                await self._end()
                raise

    async def close(self) -> None:
        """End the process."""
        async with self._busy:
            await self._end()

    async def _draw(self, drawing: Drawing) -> bytes:
        if self._process is None:
            program = (sys.executable, "-m", "gateway.ticketing.drawing_process")
            self._process = await asyncio.create_subprocess_exec(*program, stdin=PIPE, stdout=PIPE)
        asked, drawn = self._process.stdin, self._process.stdout
        if asked is None or drawn is None:
            raise AssertionError("both are pipes")
        asked.write(framed(msgspec.msgpack.encode(drawing)))
        await asked.drain()
        length = int.from_bytes(await drawn.readexactly(LENGTH_BYTES), "big")
        return await drawn.readexactly(length)

    async def _end(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        if process.stdin is not None:
            process.stdin.close()
        if process.returncode is None:
            process.kill()
        await process.wait()
