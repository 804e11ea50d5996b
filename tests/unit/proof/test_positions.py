"""Whatever speaks of a section says where in its history: what the checker stands on."""

from __future__ import annotations

from typing import Any

import pytest

from gateway.published.asyncapi import asyncapi
from protocol.errors import Problem
from protocol.replies import HoldReply, OrderReply, PingReply, Push, SectionsDelta

TELLS: dict[type, set[str]] = {
    HoldReply: {"section", "pos"},
    OrderReply: {"section", "pos"},
    Problem: {"section", "pos"},
    PingReply: {"positions"},
    Push: {"ch", "ep", "seq", "from"},
    SectionsDelta: {"at"},
}


@pytest.mark.parametrize("kind", TELLS, ids=lambda kind: kind.__name__)
def test_it_is_published_where_each_stands(kind: type) -> None:
    """In the schema that clients are made from."""
    schemas: dict[str, Any] = asyncapi("1")["components"]["schemas"]
    assert TELLS[kind] <= schemas[kind.__name__]["properties"].keys()
