"""How something joins the simulated world: its processes, its faults, its books.

A part is made with the `World`, which gives it the loop, its own chance and the ledger of
what happened. What is added later (a waiting room, a saga over orders, a broker with its
relay and consumers) is one more part in `parts.PARTS`, and needs no change elsewhere:

    start     runs before the first fault; processes are spawned here (`world.process`)
    faults    what may befall it, by name; the director strikes at times that the seed gives
    heal      the storm is over: repair what does not repair itself, strike no more
    settle    wait until nothing of it is under way; raise `Unsettled` if that never comes
    audit     what is wrong with its books now that all is over, one sentence each
    sometimes what must have happened in some seed of a long enough run (`Ledger.sometimes`)
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Protocol

Strike = Callable[[], None]
"""Makes a fault happen now; what it hits and for how long it draws from its part's chance."""


class Unsettled(Exception):
    """A part never came to rest after all faults had ended: the system does not recover."""


class Part(Protocol):
    """A part of the world. `name` is also the name of its chance."""

    name: str
    sometimes: tuple[str, ...]

    async def start(self) -> None:
        """Come to life."""

    def faults(self) -> Mapping[str, Strike]:
        """What may befall it; the names are counted, and can be switched off one by one."""

    def heal(self) -> None:
        """Repair everything that does not repair itself."""

    async def settle(self) -> None:
        """Come to rest. Raises `Unsettled`."""

    def audit(self) -> Iterator[str]:
        """What is wrong; nothing, if all is well."""
