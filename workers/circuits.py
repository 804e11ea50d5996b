"""Circuit breakers before everything outside: what keeps failing is left alone for a while."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from purgatory import AsyncCircuitBreakerFactory
from purgatory.domain.messages import Event
from purgatory.domain.messages.events import ContextChanged
from purgatory.domain.model import OpenedState

from telemetry.meters import METERS

FAILURES_MAX: Final = 5
REST_S: Final = 30.0
OPENED: Final = METERS.tally("holdfast_circuits_opened_total", "Times that something was left alone.", "kind")


class CircuitOpen(Exception):
    """It failed too often, and is left alone for now."""


class Circuits:
    """The breakers of one kind of service, one for each place that it is asked for at."""

    def __init__(self, kind: str, rest_s: float = REST_S) -> None:
        self.rest_s = rest_s
        self._kind = kind
        self._factory = AsyncCircuitBreakerFactory(default_threshold=FAILURES_MAX, default_ttl=rest_s)
        self._factory.add_listener(self._heard)
        self._open: set[str] = set()

    @property
    def wrong(self) -> str | None:
        """What is wrong, in words."""
        return f"{len(self._open)} of its addresses do not answer" if self._open else None

    @asynccontextmanager
    async def around(self, place: str) -> AsyncIterator[None]:
        """Ask within this: what is raised counts as a failure. Raises `CircuitOpen`."""
        breaker = await self._factory.get_breaker(place)
        try:
            async with breaker:
                yield
        except OpenedState as error:
            raise CircuitOpen(f"{place} is left alone for now") from error

    def forget(self, place: str) -> None:
        """Nobody is to ask there any more: nothing is wrong with it."""
        self._open.discard(place)

    def _heard(self, circuit: str, _kind: str, event: Event) -> None:
        if not isinstance(event, ContextChanged):
            return
        if event.state == "opened":
            OPENED[self._kind] += 1
            self._open.add(circuit)
        elif event.state == "closed":
            self._open.discard(circuit)
