"""The linear check: whether calls can have happened one after the other, in the journal's order.

A section is one object. A call that made record `seq` has level `2 * seq`, one that read or was
refused at `seq` has level `2 * seq + 1`: a total order, but for reads of one state among each
other. The history is linearizable if the journal is legal, each call fits it at its level, and no
call was invoked after one of a higher level had ended. For then every edge of real time leads to
no lower level, every edge of the journal's order to a higher one, and a circle could have edges of
real time alone, which have none. Sorting dominates: O(n log n).
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec


class Step(msgspec.Struct, frozen=True, gc=False):
    """A call's place. `invoked_ns` None: nobody knows; `ended_ns` None: perhaps never."""

    level: int
    invoked_ns: int | None
    ended_ns: int | None


def out_of_order(steps: Sequence[Step]) -> list[tuple[int, int]]:
    """Pairs of indices `(later, earlier)`: `later` has a higher level and ended before `earlier` began.

    At most one pair for each `earlier`; empty exactly if the order of levels agrees with time.
    Steps are of one section and one clock.
    """
    begins = [index for index, step in enumerate(steps) if step.invoked_ns is not None]
    ends = [index for index, step in enumerate(steps) if step.ended_ns is not None]
    begin_ns = [step.invoked_ns or 0 for step in steps]
    end_ns = [step.ended_ns or 0 for step in steps]
    begins.sort(key=begin_ns.__getitem__)
    ends.sort(key=end_ns.__getitem__)
    found: list[tuple[int, int]] = []
    highest, highest_at, done = -1, -1, 0
    for index in begins:
        now_ns = begin_ns[index]
        # What ends at the very instant at which another begins may have come after it.
        while done < len(ends) and end_ns[ends[done]] < now_ns:
            if steps[ends[done]].level > highest:
                highest_at = ends[done]
                highest = steps[highest_at].level
            done += 1
        if highest > steps[index].level:
            found.append((highest_at, index))
    return found
