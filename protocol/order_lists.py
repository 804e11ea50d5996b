"""One's own orders, as they are listed."""

from __future__ import annotations

from typing import Annotated

import msgspec


class OrdersQuery(msgspec.Struct, frozen=True):
    """Which page of them."""

    limit: Annotated[int, msgspec.Meta(ge=1, le=100)] = 20
    after: Annotated[str, msgspec.Meta(max_length=200)] = ""


class OrderLine(msgspec.Struct, frozen=True):
    """That there is such an order. How it stands is its section's to say: `GET /orders/{order}`."""

    order: str
    event: str
    event_name: str
    created_at: str


class OrderList(msgspec.Struct, frozen=True):
    """A page of orders, the newest first."""

    data: tuple[OrderLine, ...]
    has_more: bool
    next: str | None
