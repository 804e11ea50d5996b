"""What a torture makes of its rounds and of the weights of processes."""

from __future__ import annotations

from scripts.torture.faults import Fault
from scripts.torture.memory import GROWTH_MAX_MB, Size, growth_of, size_of
from scripts.torture.report import Report, figures, paces
from scripts.torture.stages import STAGES
from scripts.torture.trial import Pace, RoundResult


def _round(fault: Fault, sells_again_ms: float, blow_ms: float) -> RoundResult:
    return RoundResult(fault, sells_again_ms, blow_ms, 1, 1, ())


def test_the_figures_of_a_fault_are_those_of_all_its_rounds() -> None:
    """Medians and longest, with and without what the blow itself took."""
    rounds = [_round(Fault.HANG, ms, 10.0) for ms in (100.0, 300.0, 200.0)]
    (told,) = figures(rounds)
    assert (Fault.HANG, 3, 200.0, 300.0) == (
        told.fault,
        told.count,
        told.sells_again_median_ms,
        told.sells_again_max_ms,
    )
    assert (190.0, 290.0) == (told.after_blow_median_ms, told.after_blow_max_ms)


def test_a_gateway_may_not_grow_and_an_actor_by_what_it_must_remember() -> None:
    """The same growth is a leak in the one and not in the other."""
    samples = [(60.0 * minute, 100.0 + 2.0 * minute) for minute in range(31)]
    gateway = growth_of("gateway", 1, samples, records=100_000)
    actor = growth_of("actor", 2, samples, records=100_000)
    assert (True, False) == (gateway.leaks, actor.leaks)
    assert (120.0, 30.0, GROWTH_MAX_MB) == (
        round(gateway.slope_mb_per_hour, 6),
        gateway.minutes,
        gateway.allowed_mb,
    )


def test_a_leak_is_not_clean() -> None:
    """Also when nothing was lost."""
    leak = growth_of("gateway", 1, [(0.0, 0.0), (60.0, GROWTH_MAX_MB + 1.0)], records=0)
    assert Report(1.0, (), 0, 0, 0, 0, (), (), ()).clean
    assert not Report(1.0, (), 0, 0, 0, 0, (leak,), (), ()).clean


def test_a_part_has_a_size_at_first_in_the_middle_and_in_the_end() -> None:
    """The middle is that of time, whatever the samples before it were."""
    sums = [(0.0, 100.0), (10.0, 200.0), (20.0, 300.0), (310.0, 150.0), (600.0, 110.0)]
    assert Size("links", "actor", 10.0, 100.0, 150.0, 110.0) == size_of("links", "actor", sums)


def _outage(before: float, without: float, after: float) -> RoundResult:
    return RoundResult(Fault.CACHE, 0.0, 0.0, 1, 1, (), Pace(before, without, after))


def test_an_outage_has_a_pace_and_no_recovery() -> None:
    """Shares of the mean of before and afterwards, whose difference is chance."""
    rounds = [_outage(100.0, 95.0, 100.0), _outage(110.0, 80.0, 90.0), _outage(200.0, 190.0, 200.0)]
    assert () == figures(rounds)
    (told,) = paces(rounds)
    assert (Fault.CACHE, 3, 100.0, 0.95, 0.0) == (
        *(told.fault, told.count, told.holds_a_second),
        *(told.without, told.noise),
    )


def test_a_sale_that_is_held_up_is_not_clean() -> None:
    """A tenth slower, and what chance may do, is allowed."""
    slowed, not_slowed, within_chance = (
        paces([_outage(*each)])[0] for each in ((100, 89, 100), (100, 91, 100), (120, 75, 80))
    )
    assert (True, False, False) == (slowed.slowed, not_slowed.slowed, within_chance.slowed)
    assert not Report(1.0, (), 0, 0, 0, 0, (), (), (), (slowed,)).clean


def test_every_fault_is_dealt_in_one_scene() -> None:
    """None is forgotten, and none dealt twice."""
    assert sorted(Fault) == sorted(fault for stage in STAGES for fault in stage.faults)
