"""What a design has to do, and what the books of one say afterwards."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import msgspec

from engine.catalogue import OrderRow


class Claim(msgspec.Struct, frozen=True):
    """Somebody wants seats (ordinals of a section) until `expires_ms`, all of them or none."""

    stream: int
    event_key: int
    seats: tuple[int, ...]
    hold: str
    holder: str
    now_ms: int
    expires_ms: int


class Purchase(msgspec.Struct, frozen=True):
    """Somebody pays for what they hold."""

    stream: int
    event_key: int
    hold: str
    holder: str
    order: str
    now_ms: int


class Books(msgspec.Struct, frozen=True):
    """What a design's own tables say: seats sold and held, and what cannot be true."""

    sold: int
    held: int
    breaches: tuple[str, ...]


class Design(Protocol):
    """One way of holding and selling seats. Raises what its driver raises when its store is away."""

    async def open(self) -> None:
        """Connect and make what has to be there."""

    async def stock(self, stream: int, seats: int) -> None:
        """Put a section's seats on sale; a second call changes nothing."""

    async def hold(self, claim: Claim) -> bool:
        """Hold all seats, or none and False."""

    async def release(self, stream: int, hold: str, holder: str) -> Sequence[int]:
        """Give a hold back: the seats that are free again, none when there is no such hold."""

    async def confirm(self, purchase: Purchase) -> Sequence[int]:
        """Sell a hold: its seats, none when it is gone."""

    async def save_orders(self, rows: Sequence[OrderRow]) -> bool:
        """Keep order rows where this design keeps its books; False: the catalogue's table is right."""

    async def audit(self) -> Books:
        """Read the books."""

    async def close(self) -> None:
        """Let go of all connections."""
