"""What a record changed for the public."""

from __future__ import annotations

import msgspec


class Touched(msgspec.Struct, frozen=True):
    """Ordinals of seats and indices of areas whose public status changed; may repeat."""

    seats: tuple[int, ...] = ()
    areas: tuple[int, ...] = ()


NOTHING = Touched()
