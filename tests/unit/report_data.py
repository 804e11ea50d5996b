"""Made-up results for the tests of the reports."""

from __future__ import annotations

from math import hypot
from random import Random

from bench.crowd import CrowdResult, SecondOfSale
from bench.figures import Latency
from bench.flash_sale import FlashSaleResult, Percentiles
from bench.loadgen import LoadResult
from bench.machine import Machine
from bench.scenarios import ScenarioName
from engine.plan import Plan

_ROUNDS: tuple[tuple[ScenarioName, float], ...] = (
    ("echo", 42_000.0),
    ("holds", 19_000.0),
    ("pairs", 12_000.0),
)


def made_up_sale(plan: Plan, seed: int = 1) -> CrowdResult:
    """A sale in which seats near the stage went first."""
    dice = Random(seed)
    focal = plan.focal
    sold_at_s: dict[str, float] = {}
    for section in plan.sections:
        for row in section.rows:
            for seat in row.seats:
                far = hypot(seat.x - (focal.x if focal else 0), seat.y - (focal.y if focal else 0)) / 14_000
                moment = far * 14 + dice.random() * 6
                if moment < 19:
                    sold_at_s[f"{section.name}-{row.label}-{seat.label}"] = moment
    per_second = [0] * 20
    for moment in sold_at_s.values():
        per_second[min(19, int(moment))] += 1
    timeline = tuple(
        SecondOfSale(sold, sold // 2, 4 + dice.random(), 14 + 6 * dice.random()) for sold in per_second
    )
    histogram = tuple(int(4_000 / (1 + abs(ms - 5) ** 1.7)) for ms in range(60))
    return CrowdResult(
        buyers=2_000,
        capacity=plan.seat_count + plan.ga_capacity,
        sold=len(sold_at_s),
        orders=len(sold_at_s) // 2,
        holds=len(sold_at_s) // 2 + 900,
        seconds=20.0,
        holds_per_s=450.2,
        sold_per_s=880.0,
        sold_out_s=None,
        latency_ms=Latency(4.8, 17.2, 30.0, 55.0),
        refused={"seat_taken": 1_840, "best_available_not_found": 312, "sold_out": 95, "hold_expired": 12},
        errors={},
        breaches=(),
        timeline=timeline,
        latency_histogram_ms=histogram,
        reconnects=240,
        quirks={"buys": 8_000, "hesitates": 700},
        people=(),
        sold_at_s=sold_at_s,
    )


def made_up_bench(breaches: int = 0) -> FlashSaleResult:
    """Figures of the size that a good run has."""
    rounds = tuple(
        LoadResult(
            scenario=scenario,
            connections=200,
            seconds=4.0,
            replies=100_000,
            replies_per_s=rate,
            latency_ms=Latency(5.1, 9.9),
            holds=80_000,
            pairs=0,
            pairs_per_s=0.0,
            refused={},
            errors={},
            breaches=(),
            moments=(),
            cpu_s=1.0,
            cpu_us_per_reply=10.4,
        )
        for scenario, rate in _ROUNDS
    )
    return FlashSaleResult(
        scenario="flash-sale",
        connections=200,
        seats=100_000,
        seconds=48.0,
        durable_holds_per_s=19_000.0,
        hold_book_pairs_per_s=6_000.0,
        echo_per_s=42_000.0,
        direct_echo_per_s=60_000.0,
        ratio_to_echo=0.452,
        pairs_ratio_to_echo=0.143,
        latency_ms=Percentiles(3.2, 8.8),
        busy_latency_ms=Percentiles(9.8, 21.0),
        sold=72_000,
        held=300_000,
        refused=199,
        refused_by_code={"seat_taken": 199},
        errors=0,
        errors_by_code={},
        breaches=breaches,
        breaches_told=(),
        records=500_000,
        hot_seat_per_s=22_000.0,
        cpu_us_per_hold={"gateway": 38.0, "actor": 21.0, "postgres": 9.5, "load generator": 10.2, "ray": 2.1},
        cpu_us_per_pair={
            "gateway": 82.0,
            "actor": 44.0,
            "postgres": 31.5,
            "load generator": 22.4,
            "ray": 4.3,
        },
        rounds=rounds,
        machine=Machine("A processor", 2, 7.8, "Linux 6", "3.11.7"),
        commit="abc1234",
    )
