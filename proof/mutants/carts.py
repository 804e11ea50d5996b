"""Defects of holds over several sections: half of one, parts without a hold, wishes that are lost."""

from __future__ import annotations

from typing import Final

from proof.mutants.mutant import ByTests, Edit, Mutant

GATHERING: Final = "gateway/carts/gathering.py"
LIVES: Final = "tests/integration/gateway/test_carts.py::"
CRASHES: Final = "tests/integration/gateway/test_cart_crashes.py::"

MUTANTS: Final = (
    Mutant(
        "carts: a refusal of one section is overlooked",
        "A buyer gets half of what they asked for, as if it were all.",
        (
            Edit(
                GATHERING,
                "                return answer, gathering.key, ask.stream\n",
                "                continue\n",
            ),
        ),
        (ByTests((LIVES + "test_a_refusal_of_one_section_is_one_of_all",)),),
    ),
    Mutant(
        "carts: what was lent in vain is not given back",
        "After a refusal the other sections' seats belong to nobody and are held for ever.",
        (
            Edit(
                "gateway/carts/settling.py",
                "told = await self._tell(gathering, None, by)",
                "told = bool(by)",
            ),
        ),
        (ByTests((LIVES + "test_a_refusal_of_one_section_is_one_of_all",)),),
    ),
    Mutant(
        "carts: parts outlive their hold",
        "The hold ends by its time, and nobody tells the sections that lent to it.",
        (
            Edit(
                GATHERING,
                "due_ms = ends_ms(answer) if fresh else",
                "due_ms = ends_ms(answer) + 10**12 if fresh else",
            ),
        ),
        (ByTests((LIVES + "test_expiry_ends_all_parts",)),),
    ),
    Mutant(
        "carts: the wish is not kept before it is asked for",
        "A gateway dies in the midst of it, and no other one knows that anything was begun.",
        (
            Edit(
                "gateway/carts/carts.py",
                "kept = await self.gatherer.ledger.begin(fresh)",
                "kept = fresh",
            ),
        ),
        (ByTests((CRASHES + "test_every_hold_comes_to_one_end",)),),
    ),
    Mutant(
        "carts: a section lets go of a hold with parts by itself",
        "The hold is gone, or sold, and the other sections never hear of it.",
        (
            Edit(
                "engine/guards.py",
                "return step in _SETTLED_AFTER and",
                "return not _SETTLED_AFTER and",
            ),
        ),
        (ByTests((LIVES + "test_one_hold_of_two_sections",)),),
    ),
    Mutant(
        "carts: a hold may have more over several sections",
        "The limit of a hold counts in each section anew.",
        (Edit("engine/decide_gather.py", "if size > limits.seats_per_hold and", "if size < 0 and"),),
        (ByTests((LIVES + "test_more_of_other_sections_is_added_to_a_hold",)),),
    ),
)
