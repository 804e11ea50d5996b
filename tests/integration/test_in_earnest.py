"""What surrounds a flash sale in earnest, without the sale."""

from __future__ import annotations

import httpx
import pytest

from bench.in_earnest import surroundings
from bench.server_process import ServerFailed
from holdfast.ports_free import free_port


def test_spans_are_taken_and_a_server_that_tells_no_figures_is_noticed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """By the address that the server's environment names; what was never scraped is no result."""
    monkeypatch.setenv("HOLDFAST_REDIS_URL", "redis://127.0.0.1:1/0")
    with surroundings(free_port()) as around:
        endpoint = around.environment["OTEL_EXPORTER_OTLP_ENDPOINT"]
        told = httpx.post(f"{endpoint}/v1/traces", content=b"spans", trust_env=False, timeout=30)
        assert (200, 1) == (told.status_code, around.batches)
        assert "redis://127.0.0.1:1/0" == around.environment["HOLDFAST_REDIS_URL"]
        with pytest.raises(ServerFailed, match="no figures"):
            around.seen()
