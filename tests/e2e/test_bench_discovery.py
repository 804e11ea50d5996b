"""The measurement of searches end to end, small: alone, beside both sales, and over REST."""

from __future__ import annotations

import pytest

from holdfast.discovery_bench import run_discovery_bench
from holdfast.discovery_searches import KINDS
from holdfast.settings import Settings


@pytest.mark.timeout(300)
async def test_events_are_found_while_seats_are_sold() -> None:
    """Every kind of search finds events by each way, both sales sell, and nobody meets an error."""
    result = await run_discovery_bench(Settings(), quick=True)
    assert [
        ("catalogue", None),
        ("catalogue", True),
        ("rest", True),
        ("catalogue", False),
    ] == [(each.way, None if each.sale is None else each.sale.paced) for each in result.measured]
    for each in result.measured:
        assert list(KINDS) == [found.search for found in each.found]
        assert all(found.found > 0 and 0 < found.p50_ms <= found.p99_ms for found in each.found[:2])
        assert each.sale is None or (each.sale.sold_per_s > 0 and not each.sale.errors)
