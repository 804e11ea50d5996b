"""A demo that people watch: it waits until somebody looks, and stays until it is told to end."""

from __future__ import annotations

import asyncio
import signal
from typing import Final

import httpx

LOOK_EVERY_S: Final = 0.5
ENDINGS: Final = (signal.SIGINT, signal.SIGTERM)


async def somebody_looks(url: str) -> None:
    """Wait until a websocket is open at the server, which is somebody's page."""
    async with httpx.AsyncClient(base_url=url, trust_env=False) as http:
        while not (await http.get("/info")).json()["connections"]:  # noqa: ASYNC110 - in another process
            await asyncio.sleep(LOOK_EVERY_S)


async def told_to_end() -> None:
    """Wait for Ctrl-C or SIGTERM, which end the waiting and nothing else."""
    ending, loop = asyncio.Event(), asyncio.get_running_loop()
    for number in ENDINGS:
        loop.add_signal_handler(number, ending.set)
    try:
        await ending.wait()
    finally:
        for number in ENDINGS:
            loop.remove_signal_handler(number)
