"""The scale measurement end to end, small: a cold start, viewers who hear of every hold, clean books."""

from __future__ import annotations

import pytest

from bench.scale import ScaleOptions, run_scale
from gateway.access.auth import issue_token
from holdfast.ports_free import free_port

SECTIONS, VIEWERS = 2, 8


@pytest.mark.timeout(300)
def test_a_small_house_is_measured() -> None:
    """Every followed hold reaches every viewer, everything is weighed, and nothing goes wrong."""
    options = ScaleOptions(
        sections=SECTIONS, seats=320, viewers=VIEWERS, holds_per_s=80.0, seconds=2.0, port=free_port()
    )
    result = run_scale(options, lambda secret, subject: issue_token(secret, subject, "buyer", 600))
    assert (0, 0, 0) == (result.errors, result.breaches, result.viewers.unreached)
    assert result.viewers.probes > 0
    assert result.viewers.holds > 0
    assert {"gateway", "actor", "postgres", "ray", "supervisor"} == set(result.memory_mib)
    assert all(size > 0 for size in result.memory_mib.values())
