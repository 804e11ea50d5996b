"""Defects of holds over several sections: half of one, parts without a hold, wishes that are lost."""

from __future__ import annotations

from typing import Final

from proof.mutants.mutant import BySales, ByTests, Edit, Mutant

GATHERING: Final = "gateway/carts/gathering.py"
SETTLING: Final = "gateway/carts/settling.py"
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
                SETTLING,
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
    Mutant(
        "carts: the hold has half of what was lent to it",
        "All sections have lent, and the buyer has the seats of one of them.",
        (Edit(GATHERING, "decide(gathering, tuple(parts))", "decide(gathering, tuple(parts[:1]))"),),
        (BySales(60),),
    ),
    Mutant(
        "carts: a section that does not answer has let go",
        "The owner of a hold is away for a moment, and its seats in other sections go to others.",
        (
            Edit(
                SETTLING,
                "        if unanswered(answer):\n            await self._ledger.advance(stuck(gathering, "
                "self._now_ms()))\n            return\n",
                "",
            ),
        ),
        (BySales(200),),
    ),
    Mutant(
        "carts: what was lent stays lent when it is sold",
        "The seats of an order can be taken back by whoever tidies up.",
        (
            Edit(
                SETTLING,
                "SettlePart(gathering.id, kept, view is not None and view.sold, *by)",
                "SettlePart(gathering.id, kept, False, *by)",
            ),
        ),
        (BySales(120),),
    ),
    Mutant(
        "carts: what a gateway began dies with it",
        "Seats are lent for a wish that nobody carries on with, and are held for ever.",
        (
            Edit(
                GATHERING,
                "            await self.gather(gathering)\n",
                "            await self.ledger.advance(due(gathering, None))\n",
            ),
        ),
        (
            ByTests((CRASHES + "test_what_nobody_asks_for_again_comes_to_its_end_too",)),
            BySales(200),
        ),
    ),
    Mutant(
        "carts: what a key lent answers its swap",
        "A buyer who asks again is told of a part in the place of the hold.",
        (
            Edit(
                "engine/decide.py",
                "if type(event) is PartTaken and type(command) is SwapHold:",
                "if type(event) is PartTaken and type(command) is None:",
            ),
        ),
        (
            ByTests(
                (LIVES + "test_a_swap_within_one_section_of_a_hold_with_parts_is_answered_the_same_again",)
            ),
        ),
    ),
    Mutant(
        "carts: news are told before what they rest on",
        "Who watches two sections sees one seat of a hold taken and the other one free.",
        (
            Edit(
                "gateway/live/feed.py",
                "                return delta.from_seq\n",
                "                continue\n",
            ),
        ),
        (ByTests(("tests/unit/gateway/test_crowd_order.py::test_half_a_hold_is_never_seen",)),),
    ),
)
