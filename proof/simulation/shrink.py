"""Makes a failing sale smaller as long as it still fails: fewer faults, commands and buyers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from msgspec.structs import replace

from proof.simulation.parts import promised
from proof.simulation.runner import Result, simulate
from proof.simulation.scenario import Scenario

TRIES_MAX: Final = 300


def shrink(scenario: Scenario, on_try: Callable[[Scenario, Result], None]) -> tuple[Scenario, Result]:
    """The smallest failing scenario that was found; the one given if it cannot be made smaller.

    Greedy: the first smaller one that fails in any way is gone on with. Raises `ValueError` if
    the scenario given does not fail.
    """
    result = simulate(scenario)
    if not result.violations:
        raise ValueError(f"seed {scenario.seed} does not fail")
    tries = 0
    shrinking = True
    while shrinking:
        shrinking = False
        for smaller in _smaller(scenario, result):
            tries += 1
            if tries > TRIES_MAX:
                return scenario, result
            tried = simulate(smaller)
            on_try(smaller, tried)
            if tried.violations:
                scenario, result, shrinking = smaller, tried, True
                break
    return scenario, result


def _smaller(scenario: Scenario, result: Result) -> Iterator[Scenario]:
    """Scenarios that are a little smaller, those that save the most first."""
    for commands in (scenario.commands // 4, scenario.commands // 2, scenario.commands * 9 // 10):
        if 0 < commands < scenario.commands:
            yield replace(scenario, commands=commands)
    for fault in promised()[0]:
        if fault in result.faults and fault not in scenario.without:
            yield replace(scenario, without=(*scenario.without, fault))
    for buyers in (scenario.crowd // 4, scenario.crowd // 2, scenario.crowd - 1):
        if 0 < buyers < scenario.crowd:
            yield replace(scenario, buyers=buyers)
