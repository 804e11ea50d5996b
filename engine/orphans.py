"""Single seats left alone: whether naming these very seats would leave one, and what would not."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from engine.commands import Request
from engine.refusals import Code, Refusal
from engine.state import SectionState
from engine.windows import Filter


def singles_left(state: SectionState, taken: Collection[int], freed: Collection[int] = ()) -> list[int]:
    """The free seats that would have no free neighbour left once `taken` is gone.

    Seats given back in the same step (`freed`) count as free. A seat that was alone before
    does not count: it borders on nothing that is being taken.
    """
    slots, windows = state.availability.slots, state.availability.windows
    gone = {windows.slot_of[seat] for seat in taken}
    back = {windows.slot_of[seat] for seat in freed}

    def free(slot: int) -> bool:
        return slot not in gone and (slots[slot] > 0 or slot in back)

    beside = sorted({slot + step for slot in gone for step in (-1, 1)})
    alone = [slot for slot in beside if free(slot) and not free(slot - 1) and not free(slot + 1)]
    return [windows.seat_of[slot] for slot in alone]


def check_orphans(
    state: SectionState, request: Request, taken: Sequence[int], freed: Collection[int] = ()
) -> Refusal | None:
    """Refuse named seats that leave one alone, if the rule is strict and there is another choice.

    The refusal names who would be left alone, and offers another choice: as many adjacent seats
    of the same categories that leave none alone.
    """
    if state.terms.orphan_rule != "strict" or not (alone := singles_left(state, taken, freed)):
        return None
    availability, layout = state.availability, state.layout
    index = availability.windows.category_index
    wanted = Filter(len(taken), frozenset(index[layout.category_of[seat]] for seat in taken))
    start = availability.best(wanted, state.channels_used & frozenset(request.channels), calm=True)
    if start is None:
        return None
    first = availability.windows.seat_of[start]
    whole = layout.whole_of[first]
    instead = layout.labels[first : first + len(taken)] if whole is None else (whole,)
    return Refusal(
        Code.ORPHAN_RULE, objects=tuple([layout.labels[seat] for seat in alone]), alternatives=(instead,)
    )
