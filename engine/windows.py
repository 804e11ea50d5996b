"""Every window of adjacent seats of a section, best first: computed once, then only looked up.

Windows live in slot space: a slot is an ordinal shifted so that one empty slot lies before,
between and after the runs. No window over free slots can then cross a run's end, and the
neighbours of any window can be looked at without asking where the run ends.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import accumulate

import msgspec

from engine.layout import SectionLayout

_ORDERS_MAX = 64
_LENGTHS_MAX = 16


class WindowOrder:
    """Windows of `qty` slots, best first; `place` gives a start slot's position or -1."""

    __slots__ = ("place", "qty", "starts")

    def __init__(self, qty: int, starts: list[int], slots: int) -> None:
        self.qty = qty
        self.starts = starts
        self.place = [-1] * slots
        for position, start in enumerate(starts):
            self.place[start] = position


class Filter(msgspec.Struct, frozen=True):
    """Which windows count: all seats of `categories` (indices), wheelchair places or not.

    `whole_tables` False leaves out tables that sell only as one piece. `accessible` None
    puts windows with wheelchair places behind all others.
    """

    qty: int
    categories: frozenset[int]
    accessible: bool | None = None
    whole_tables: bool = True


class _Lengths(msgspec.Struct, frozen=True):
    """All windows of one length by distance, with what filters ask about, by start slot."""

    starts: list[int]
    categories: dict[int, frozenset[int]]
    accessible: dict[int, int]
    whole: frozenset[int]


class Windows:
    """The windows of one layout. Orders are built when first asked for and kept (bounded)."""

    def __init__(self, layout: SectionLayout) -> None:
        self.layout = layout
        self.slot_of = tuple(seat + run + 1 for seat, run in enumerate(layout.run_of))
        self.slots = layout.seat_count + len(layout.runs) + 1
        seat_of = [-1] * self.slots
        for seat, slot in enumerate(self.slot_of):
            seat_of[slot] = seat
        self.seat_of = tuple(seat_of)
        self.category_index = {key: index for index, key in enumerate(layout.categories)}
        self.order = lru_cache(_ORDERS_MAX)(self._order)
        self._all = lru_cache(_LENGTHS_MAX)(self._measure)

    def _order(self, wanted: Filter) -> WindowOrder:
        every = self._all(wanted.qty)
        starts = [start for start in every.starts if every.categories[start] <= wanted.categories]
        if not wanted.whole_tables:
            starts = [start for start in starts if start not in every.whole]
        count = every.accessible
        if wanted.accessible is None:
            starts.sort(key=count.__getitem__)
        else:
            exactly = wanted.qty if wanted.accessible else 0
            starts = [start for start in starts if count[start] == exactly]
        return WindowOrder(wanted.qty, starts, self.slots)

    def _measure(self, qty: int) -> _Lengths:
        layout = self.layout
        index = [self.category_index[key] for key in layout.category_of]
        far = [0, *accumulate(layout.distance)]
        wheelchair = [0, *accumulate(layout.accessible)]
        distance: dict[int, int] = {}
        categories: dict[int, frozenset[int]] = {}
        accessible: dict[int, int] = {}
        whole: set[int] = set()
        # One set per combination, however many windows share it.
        shared: dict[frozenset[int], frozenset[int]] = {}
        for number, run in enumerate(layout.runs):
            shift = number + 1
            if run.whole is not None:
                if run.stop - run.first != qty:
                    continue
                whole.add(run.first + shift)
            uniform = len(set(index[run.first : run.stop])) == 1
            kinds = frozenset(index[run.first : run.first + 1])
            kinds = shared.setdefault(kinds, kinds)
            for seat in range(run.first, run.stop - qty + 1):
                slot = seat + shift
                distance[slot] = far[seat + qty] - far[seat]
                accessible[slot] = wheelchair[seat + qty] - wheelchair[seat]
                if not uniform:
                    kinds = frozenset(index[seat : seat + qty])
                    kinds = shared.setdefault(kinds, kinds)
                categories[slot] = kinds
        # The sort is stable and the slots ascend: equal distances go to the lower ordinal.
        return _Lengths(sorted(distance, key=distance.__getitem__), categories, accessible, frozenset(whole))
