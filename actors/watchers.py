"""Those who wait for news of a stream."""

from __future__ import annotations

import asyncio


class Watchers:
    """Long polls that end with the next news, or after a while without any."""

    __slots__ = ("_waiting",)

    def __init__(self) -> None:
        self._waiting: list[asyncio.Future[None]] = []

    def __bool__(self) -> bool:
        """Whether anybody is waiting right now."""
        return bool(self._waiting)

    async def wait(self, timeout_s: float) -> None:
        """Return with the next news, or when `timeout_s` have passed."""
        future = asyncio.get_running_loop().create_future()
        self._waiting.append(future)
        try:
            await asyncio.wait((future,), timeout=timeout_s)
        finally:  # also when the caller is gone: a stream that nobody watches may rest
            if future in self._waiting:
                self._waiting.remove(future)

    def wake(self) -> None:
        """There is news."""
        waiting, self._waiting = self._waiting, []
        for future in waiting:
            if not future.done():
                future.set_result(None)
