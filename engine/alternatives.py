"""What could be had instead of seats that are gone: as many, together, near to what was asked.

This runs for each loser of a race for one seat, so the search is bounded: the runs nearest to
the wanted one are looked at with a byte search each, never the whole section seat by seat.

Were all losers offered the same three choices, they would race for those next. So each is offered
three of the nearest nine, which ones by a hash of who asks under which key: one of the nearest
three, one of the three behind them, and one of the last three.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from zlib import crc32

from engine.commands import Request
from engine.layout import SectionLayout
from engine.state import SectionState
from engine.windows import Filter

ALTERNATIVES_MAX = 3
NEAREST_MAX = 9
"""Of so many choices each loser is offered some."""

Choice = tuple[int, int]


def alternatives_to(
    state: SectionState, request: Request, seats: Sequence[int]
) -> tuple[tuple[str, ...], ...]:
    """Up to three choices of `len(seats)` free neighbours, same categories before others.

    They are what anybody could take at this moment; nothing is reserved. Each is a tuple of
    labels as `HoldSeats` takes them: a whole table is one label.
    """
    wanted = seats[0]
    qty = len(seats)
    if qty > state.terms.limits.seats_per_hold:
        return ()
    layout = state.layout
    categories = {layout.category_of[seat] for seat in seats}
    found = list(dict.fromkeys(_near(state, wanted, qty)))
    same = [choice for choice in found if _all_of(layout, choice, categories)]
    if len(same) < ALTERNATIVES_MAX:
        same += [choice for choice in found if choice not in same]
    if len(same) < ALTERNATIVES_MAX:
        same += [each for each in _best(state, qty, categories) if each not in same]
    return tuple(_labels(layout, each) for each in _some(same[:NEAREST_MAX], request))


def _some(choices: list[Choice], request: Request) -> list[Choice]:
    """One of each third of the choices, by who asks; the same for the same request at any time."""
    if len(choices) <= ALTERNATIVES_MAX:
        return choices
    number = crc32(f"{request.principal} {request.idem}".encode())
    bounds = [len(choices) * third // ALTERNATIVES_MAX for third in range(ALTERNATIVES_MAX + 1)]
    chosen = []
    for first, stop in pairwise(bounds):
        number, at = divmod(number, stop - first)
        chosen.append(choices[first + at])
    return chosen


def _near(state: SectionState, wanted: int, qty: int) -> Iterator[Choice]:
    """Choices in the wanted seat's run and the runs nearest to it, nearest first in each."""
    layout = state.layout
    slots, slot_of = state.availability.slots, state.availability.windows.slot_of
    free = b"\x01" * qty
    for index in layout.runs_near(layout.run_of[wanted]):
        run = layout.runs[index]
        if run.stop - run.first < qty or (run.whole is not None and run.stop - run.first != qty):
            continue
        # A slot is an ordinal shifted by its run: see `engine.windows`.
        shift = slot_of[run.first] - run.first
        target = min(max(layout.abreast(wanted, index), run.first), run.stop - qty) + shift
        behind = slots.rfind(free, run.first + shift, target + qty - 1)
        ahead = slots.find(free, target, run.stop + shift)
        nearest = sorted((abs(start - target), start) for start in (behind, ahead) if start >= 0)
        for _, start in nearest:
            yield start - shift, qty


def _best(state: SectionState, qty: int, categories: set[str]) -> list[Choice]:
    """The best available choice of the same categories, for when nothing near is left."""
    availability = state.availability
    index = availability.windows.category_index
    wanted = Filter(qty, frozenset(index[category] for category in categories))
    start = availability.best(wanted, frozenset(), calm=False)
    return [] if start is None else [(availability.windows.seat_of[start], qty)]


def _all_of(layout: SectionLayout, choice: Choice, categories: set[str]) -> bool:
    first, qty = choice
    return all(category in categories for category in layout.category_of[first : first + qty])


def _labels(layout: SectionLayout, choice: Choice) -> tuple[str, ...]:
    first, qty = choice
    whole = layout.whole_of[first]
    return layout.labels[first : first + qty] if whole is None else (whole,)
