"""How speed and memory change with seats, sections, connections and viewers: one thing grows at a time."""

from __future__ import annotations

from typing import Final

from bench.house import hot_house
from bench.memory import mib
from bench.suite.measured import Measured
from bench.suite.plays import watched
from bench.suite.stage import Stage
from bench.wide_house import wide_house

SEATS: Final = (1_000, 10_000, 100_000)
SECTIONS: Final = (1, 8, 32)
CONNECTIONS: Final = (50, 200, 1_000)
VIEWERS: Final = (100, 1_000, 3_000)
ROUND_SHARE: Final = 0.5
"""A growth round is this much of a scenario's, because there are many of them."""


def growth(stage: Stage) -> list[Measured]:
    """Every curve, its points in order."""
    quick = stage.options.quick
    few: tuple[int, ...] = (10, 20)
    found = [_seats(stage, seats) for seats in (SEATS[:1] if quick else SEATS)]
    found += [_sections(stage, sections) for sections in (SECTIONS[:2] if quick else SECTIONS)]
    found += [_connections(stage, connections) for connections in (few if quick else CONNECTIONS)]
    viewers = few if quick else VIEWERS
    return found + [watched(stage, f"growth-viewers-{count}", count, 100.0) for count in viewers]


def _seats(stage: Stage, seats: int) -> Measured:
    """Hold and give back in a house of so many seats, so that small houses last too."""
    event = stage.events(hot_house(seats))[0]
    first, seconds = stage.wake(event, seats), stage.options.seconds * ROUND_SHARE
    load = stage.play(stage.spec("churn", event, seats, first_seat=first, seconds=seconds))
    return Measured(scenario=f"growth-seats-{seats}", seats=seats, loads=(load,), cpu_ms=stage.take_cpu_ms())


def _sections(stage: Stage, sections: int) -> Measured:
    """Holds over so many sections; the actors' memory is told by section."""
    seats = sections * max(2_000, stage.options.scaled(64_000, 2_000) // sections)
    before = stage.weigh()["actor"]
    event = stage.events(wide_house(sections, seats // sections))[0]
    first = stage.wake(event, seats, sections)
    grown = stage.weigh()["actor"] - before
    spec = stage.spec(
        "holds",
        event,
        seats,
        sections=sections,
        first_seat=first,
        seconds=stage.options.seconds * ROUND_SHARE,
    )
    return Measured(
        scenario=f"growth-sections-{sections}",
        seats=seats,
        sections=sections,
        loads=(stage.play(spec),),
        cpu_ms=stage.take_cpu_ms(),
        figures={"actor_mib_per_section": round(mib(grown) / sections, 2)},
    )


def _connections(stage: Stage, connections: int) -> Measured:
    """Holds in one section by so many connections."""
    seats = stage.options.scaled(100_000, 2_000)
    event = stage.events(hot_house(seats))[0]
    first = stage.wake(event, seats)
    spec = stage.spec(
        "holds",
        event,
        seats,
        connections=connections,
        first_seat=first,
        seconds=stage.options.seconds * ROUND_SHARE,
    )
    return Measured(
        scenario=f"growth-connections-{connections}",
        seats=seats,
        loads=(stage.play(spec),),
        cpu_ms=stage.take_cpu_ms(),
    )
