"""What a live map needs to begin: the house's layout over HTTP, and every section's first snapshot."""

from __future__ import annotations

import asyncio
import urllib.request
from typing import Final

from client.calls import Happening, MapChanged
from client.layout import Layout
from client.seatmap import SeatMap

_FETCH_TIMEOUT_S: Final = 30


class Completion:
    """Listens until a map has every section."""

    def __init__(self, seats: SeatMap) -> None:
        self.reached: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._seats = seats

    def __call__(self, happening: Happening) -> None:
        """Look at the map whenever it changed."""
        if isinstance(happening, MapChanged) and not self.reached.done() and self._seats.complete:
            self.reached.set_result(None)


async def fetch_layout(url: str, event: str) -> Layout:
    """The event's seat labels over HTTP. Raises `OSError`, `msgspec.ValidationError`."""
    return await asyncio.to_thread(_fetch, f"{http_base(url)}/v1/events/{event}/plan?layout=objects")


def http_base(url: str) -> str:
    """A server's address for REST, whichever of its addresses one has."""
    scheme, _, rest = url.partition("://")
    return f"{'https' if scheme in ('https', 'wss') else 'http'}://{rest.partition('/')[0]}"


def _fetch(address: str) -> Layout:
    # The scheme is one of two: `http_base` made the address.
    with urllib.request.urlopen(address, timeout=_FETCH_TIMEOUT_S) as response:  # noqa: S310
        return Layout.of_plan(response.read())
