from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.figures import Latency, latency_of, median_of, per_interval, percentile, ratio
from bench.house import hot_house, hot_labels
from bench.processes import CpuTime, cpu_between, part_of


@pytest.mark.parametrize(
    ("share", "expected"), [(0.0, 1.0), (0.5, 2.0), (0.51, 3.0), (0.99, 4.0), (1.0, 4.0)]
)
def test_percentiles_are_nearest_rank(share: float, expected: float) -> None:
    """Always a value that was measured."""
    assert expected == percentile([1.0, 2.0, 3.0, 4.0], share)


@given(st.lists(st.floats(0, 10), min_size=1), st.floats(0.01, 1))
def test_at_least_the_share_is_not_above_its_percentile(values: list[float], share: float) -> None:
    """And with any smaller value it would not be."""
    found = percentile(sorted(values), share)
    assert sum(value <= found for value in values) >= share * len(values) - 1e-9
    assert sum(value < found for value in values) < share * len(values) + 1e-9


def test_latencies_are_told_in_milliseconds() -> None:
    """Durations come in seconds."""
    assert Latency(2.0, 3.0, 3.0, 3.0) == latency_of([0.003, 0.001, 0.002])


def test_nothing_measured_is_zero_everywhere() -> None:
    """A round without replies is a figure, not a crash."""
    assert (Latency(0.0, 0.0), 0.0, 0.0, []) == (
        latency_of([]),
        median_of([]),
        ratio(1, 0),
        per_interval([], 1),
    )


def test_moments_are_counted_by_interval() -> None:
    """Empty intervals in between are there."""
    assert [2, 0, 1] == per_interval([0.0, 0.09, 0.25], 0.1)


def test_the_hot_house_has_the_seats_whose_labels_the_generator_asks_for() -> None:
    """Labels are computed on both sides; they must agree."""
    plan = hot_house(1_001)
    [section] = [
        [f"{part.name}-{row.label}-{seat.label}" for row in part.rows for seat in row.seats]
        for part in plan.sections
    ]
    assert section == hot_labels(1_001)
    assert 1_001 == plan.seat_count


@pytest.mark.parametrize(
    ("command_line", "part"),
    [
        ("/usr/bin/python -m holdfast.gateway_process 5", "gateway"),
        ("ray::SectionActor.handle", "actor"),
        ("ray::IDLE", "ray"),
        ("ray::DashboardAgent", "ray"),
        ("/venv/lib/ray/core/src/ray/raylet/raylet --port=1", "ray"),
        ("postgres: writer process", "postgres"),
        ("/opt/pg/bin/postgres -D /srv/data", "postgres"),
        ("/usr/bin/python -m holdfast serve --port 1", "supervisor"),
    ],
)
def test_processes_are_known_by_their_command_lines(command_line: str, part: str) -> None:
    """CPU time is told by part."""
    assert part == part_of(command_line)


def test_cpu_time_of_a_process_that_became_an_actor_counts_from_where_it_was() -> None:
    """A process is known by its id, not by its part."""
    before = {1: CpuTime("ray", 2.0)}
    after = {1: CpuTime("actor", 2.5), 2: CpuTime("gateway", 0.25)}
    assert {"actor": 500, "gateway": 250} == dict(cpu_between(before, after))
