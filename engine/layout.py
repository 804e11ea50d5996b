"""One section of a plan, taken apart once into arrays by seat ordinal.

A run is a stretch of neighbours (`engine.neighbours`, which numbers the seats too); a table that
sells only whole is a run that is taken whole or not at all.
"""

from __future__ import annotations

from heapq import nsmallest
from math import hypot

import msgspec

from engine.neighbours import neighbours, section_of
from engine.plan import ACCESSIBLE, Plan, Point, Section
from engine.seating import Seating

_DISTANCE_SCALE = 1000
_RUNS_NEAR_MAX = 12


class Run(msgspec.Struct, frozen=True):
    """Neighbouring seats `first` up to, not including, `stop`; `whole` names a table sold as one piece."""

    first: int
    stop: int
    whole: str | None = None


class SectionLayout(Seating):
    """What never changes about a section while it sells. Raises `LookupError` for an unknown section.

    Beside what `Seating` has, by seat ordinal: `attributes`, `x`, `y`, `accessible`,
    `run_of` (index into `runs`), `whole_of` (label of the whole table, or None),
    `distance` (thousandths of plan units to the focal point); by area index: `capacities`.
    """

    def __init__(self, plan: Plan, section: str) -> None:
        """Take a section apart, and measure it."""
        super().__init__(plan, section)
        part = section_of(plan, section)
        self.name = section
        self.categories = tuple(category.key for category in plan.categories)
        self.seat_count = len(self.labels)
        self.ordinal_of = {label: ordinal for ordinal, label in enumerate(self.labels)}
        self.area_of = {name: index for index, name in enumerate(self.area_names)}
        self.capacities = tuple(area.capacity for area in part.areas)
        self._place_runs(part)
        self._describe(plan)
        self._measure(part, plan)

    def _place_runs(self, section: Section) -> None:
        parts = tuple(neighbours(section))
        self._seats = tuple([seat for part in parts for seat in part.seats])
        self.runs = tuple(
            [Run(part.first, part.stop, f"{self.name}-{part.line}" if part.whole else None) for part in parts]
        )
        self.tables = {
            run.whole: tuple(range(run.first, run.stop)) for run in self.runs if run.whole is not None
        }
        self.run_of = tuple(
            [index for index, run in enumerate(self.runs) for _ in range(run.first, run.stop)]
        )
        self.whole_of = tuple([self.runs[index].whole for index in self.run_of])

    def _describe(self, plan: Plan) -> None:
        wheelchair_categories = {each.key for each in plan.categories if each.accessible}
        self.attributes = tuple(seat.attributes for seat in self._seats)
        self.x = tuple(seat.x for seat in self._seats)
        self.y = tuple(seat.y for seat in self._seats)
        self.accessible = tuple(
            ACCESSIBLE in seat.attributes or seat.category in wheelchair_categories for seat in self._seats
        )

    def _measure(self, section: Section, plan: Plan) -> None:
        focal = section.focal or plan.focal or self._front()
        # Whole thousandths keep sums exact, so that equal choices tie instead of differing by rounding.
        self.distance = tuple(
            round(hypot(seat.x - focal.x, seat.y - focal.y) * _DISTANCE_SCALE) for seat in self._seats
        )
        self._middles = tuple(
            (
                (self.x[run.first] + self.x[run.stop - 1]) / 2,
                (self.y[run.first] + self.y[run.stop - 1]) / 2,
            )
            for run in self.runs
        )
        self._runs_near: dict[int, tuple[int, ...]] = {}

    def _front(self) -> Point:
        """The middle of the first row (or table): the front, when nothing says where the stage is."""
        if not self.runs:
            return Point(0.0, 0.0)
        front = self._seats[self.runs[0].first : self.runs[0].stop]
        return Point(sum(seat.x for seat in front) / len(front), sum(seat.y for seat in front) / len(front))

    def runs_near(self, run: int) -> tuple[int, ...]:
        """The runs whose middles are nearest to a run's middle (a dozen at most), itself first."""
        near = self._runs_near.get(run)
        if near is None:
            x, y = self._middles[run]
            near = tuple(
                nsmallest(
                    _RUNS_NEAR_MAX,
                    range(len(self.runs)),
                    key=lambda other: (
                        other != run,
                        hypot(self._middles[other][0] - x, self._middles[other][1] - y),
                        other,
                    ),
                )
            )
            self._runs_near[run] = near
        return near

    def abreast(self, seat: int, run: int) -> int:
        """The ordinal that `seat` would have in another run, were both centred on each other."""
        home, other = self.runs[self.run_of[seat]], self.runs[run]
        return seat - (home.first + home.stop) // 2 + (other.first + other.stop) // 2
