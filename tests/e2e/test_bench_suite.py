from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any

import pytest

from bench.baselines.catalogue import DESIGNS
from bench.queue_load import SILENCE_MAX_S
from bench.server_process import ServerProcess
from bench.suite.comparison import compare
from bench.suite.stage import Stage, SuiteOptions
from holdfast.suite_command import WIRING
from tests.databases import temporary_directory
from tests.e2e.world import random_port

BENCH_TIMEOUT_S = 240
pytestmark = pytest.mark.timeout(BENCH_TIMEOUT_S + 30)


def _bench(scenario: str) -> list[dict[str, Any]]:
    """The results of a smoke run, and that its report was written."""
    with temporary_directory() as folder:
        files = ["--json", str(folder / "results.json"), "--report", str(folder / "report.html")]
        done = subprocess.run(
            [sys.executable, "-m", "holdfast", "bench", scenario, "--quick", *files],
            capture_output=True,
            text=True,
            timeout=BENCH_TIMEOUT_S,
            check=False,
            env=dict(os.environ),
        )
        assert 0 == done.returncode, done.stderr[-2_000:]
        assert (folder / "report.html").read_text().startswith("<!doctype html>")
        found: list[dict[str, Any]] = json.loads((folder / "results.json").read_bytes())
        return found


def test_a_smoke_run_of_a_scenario_gives_a_list_with_the_fields_of_every_benchmark() -> None:
    """All fifty confirmations that came at once are in the books."""
    (result,) = _bench("confirm-storm")
    named = ("scenario", "design", "connections", "sold", "refused", "errors", "breaches")
    assert ["confirm-storm", "holdfast", 50, 50, 0, 0, 0] == [result[name] for name in named]
    assert {"seats", "seconds", "durable_holds_per_s", "hold_book_pairs_per_s", "echo_per_s"} <= set(result)
    assert {"ratio_to_echo", "latency_ms", "fairness", "figures"} <= set(result)
    assert 50.0 == result["figures"]["confirmations"]


def test_the_smallest_run_of_the_queue_tells_everybody() -> None:
    """All join, some are let in, and those who wait hear of that and of the pause; how soon is not judged."""
    with temporary_directory() as folder:
        told = folder / "queue.json"
        line = ["bench", "queue", "--connections", "300", "--seconds", "1", "--json", str(told)]
        done = subprocess.run(
            [sys.executable, "-m", "holdfast", *line],
            capture_output=True,
            text=True,
            timeout=BENCH_TIMEOUT_S,
            check=False,
            env=dict(os.environ),
        )
        assert told.exists(), done.stderr[-2_000:]
        result = json.loads(told.read_bytes())
    assert ("queue", 300, {}) == (result["scenario"], result["members"], result["errors"])
    assert result["admitted_per_s"] > 0
    assert result["updates"] > 0
    assert (0 if result["silence_s"] <= SILENCE_MAX_S else 1) == done.returncode


def test_a_design_of_today_sells_behind_our_gateway_and_its_books_are_right() -> None:
    """Every booking that was acknowledged is in its own tables, in both scenarios."""
    options = SuiteOptions(connections=8, seconds=1.0, quick=True, port=random_port())
    with (
        temporary_directory() as folder,
        ServerProcess(folder / "data", options.port, design="skip-locked") as server,
    ):
        stage = Stage(server, WIRING, options)
        results, _ = compare(stage, "skip-locked", durable=DESIGNS["skip-locked"].durable)
        assert ["hot-section", "whole-house"] == [each.scenario for each in results]
        assert [(0, 0, ())] * 2 == [(each.errors, each.breaches, each.breaches_told) for each in results]
        assert {stage.acknowledged} == {each.sold for each in results}
        assert all(each.hold_book_pairs_per_s > 0 for each in results)
