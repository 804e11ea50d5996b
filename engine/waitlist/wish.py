"""What somebody waits for."""

from __future__ import annotations

import msgspec


class Wish(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """`qty` seats or nothing: of `categories` (none named: any), each for `max_price` at most.

    `max_price` is in minor units. `together` asks for neighbours. `accessible` asks for wheelchair
    places (true), for none of them (false), or does not mind (None: they are kept for last).
    """

    qty: int
    categories: tuple[str, ...] = ()
    max_price: int | None = None
    together: bool = True
    accessible: bool | None = None
