"""API keys: what they may be given, and what is told of them."""

from __future__ import annotations

from typing import Literal

Scope = Literal[
    "catalogue:read", "catalogue:write", "sales", "orders:read", "orders:write", "checkins", "webhooks"
]
"""What an API key may be given: to see and to change what is offered, to hold and buy with keys of its
own, to see and to change everybody's orders of its organiser, to stand at the door, and to be told
of news by webhook."""
