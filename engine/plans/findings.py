"""What an import finds: problems that refuse a plan, warnings that only tell of losses."""

from __future__ import annotations

import msgspec

from engine.plan import Plan
from engine.plans.limits import PLACES_MAX, PROBLEMS_MAX


class Problem(msgspec.Struct, frozen=True):
    """One thing that is wrong, and where: a path into the document, or a line and column.

    `place` is empty when the document as a whole is meant.
    """

    place: str
    message: str


class PlanInvalid(Exception):
    """The document is not a plan that can be sold; nothing of it was taken."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        """Keep all problems; the text of the exception is the first one."""
        first = problems[0]
        super().__init__(f"{first.place}: {first.message}" if first.place else first.message)
        self.problems = problems


class ImportResult(msgspec.Struct, frozen=True):
    """A plan that passed every check, and what of the document it could not express.

    `places` has for each warning where in the plan that was: sections (`HALL`), or rows of them (`HALL-B`).
    """

    plan: Plan
    warnings: tuple[str, ...] = ()
    places: tuple[tuple[str, ...], ...] = ()


class Findings:
    """Collects problems (the first `PROBLEMS_MAX`, one a place) and warnings (one a kind)."""

    def __init__(self) -> None:
        """Nothing found yet."""
        self._problems: dict[str, Problem] = {}
        self._omitted = 0
        self._warnings: dict[str, int] = {}
        self._places: dict[str, dict[str, None]] = {}
        self.section = ""
        """The section that is being read, by the name that it has in the plan."""

    def problem(self, place: str, message: str) -> None:
        """Note a problem; a place that is known to be wrong keeps its first message."""
        if place in self._problems:
            return
        if len(self._problems) < PROBLEMS_MAX:
            self._problems[place] = Problem(place, message)
        else:
            self._omitted += 1

    def warn(self, kind: str, count: int = 1, row: str = "") -> None:
        """Count `count` more losses of this kind, in `row` if that is one; a count of nothing is none."""
        if not count:
            return
        self._warnings[kind] = self._warnings.get(kind, 0) + count
        places = self._places.setdefault(kind, {})
        if self.section and len(places) < PLACES_MAX:
            places[f"{self.section}-{row}" if row else self.section] = None

    @property
    def problems(self) -> tuple[Problem, ...]:
        """The problems in the order they were found, and last how many more there are."""
        found = tuple(self._problems.values())
        if not self._omitted:
            return found
        return (*found, Problem("", f"and {self._omitted} more problems"))

    @property
    def warnings(self) -> tuple[str, ...]:
        """One sentence for each kind, with its count."""
        return tuple(f"{kind}: {count}" for kind, count in self._warnings.items())

    @property
    def places(self) -> tuple[tuple[str, ...], ...]:
        """Where each of them was, the first `PLACES_MAX`; nowhere what is no part of the plan."""
        return tuple(tuple(places) for places in self._places.values())
