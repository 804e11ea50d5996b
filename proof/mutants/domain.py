"""Defects of the domain: who owns what, keys, limits, counters, money."""

from __future__ import annotations

from typing import Final

from proof.mutants.mutant import BySales, ByTests, Edit, Mutant

GUARDS: Final = "engine/guards.py"
HOLDS: Final = "engine/decide_holds.py"
DECIDE: Final = "engine/decide.py"
STORIES: Final = ByTests(tuple(f"tests/unit/test_scenarios{part}.py" for part in ("", "_checkout", "_house")))
EACH_SALE: Final = BySales(20, enough=1)
"""For what each sale notices, and goes on long after."""

MUTANTS: Final = (
    Mutant(
        "a hold's owner is not checked",
        "Anybody who knows a hold's id can release it, or buy it.",
        (
            Edit(
                GUARDS,
                "if found is None or not (found.owner == entry.request.principal or",
                "if found is None or not (found.owner or",
            ),
        ),
        (STORIES, BySales(20)),
    ),
    Mutant(
        "an order's owner is not checked",
        "Anybody who knows an order's id can read or cancel it.",
        (
            Edit(
                GUARDS,
                "if order is None or not (order.owner == request.principal or is_staff(request)):",
                "if order is None:",
            ),
        ),
        (STORIES,),
    ),
    Mutant(
        "a held seat can be taken",
        "The one promise there is.",
        (
            Edit(
                "engine/objects.py",
                "if status[seat] not in (FREE, BLOCKED) and seat not in own",
                "if status[seat] not in (FREE, BLOCKED, 1) and seat not in own",
            ),
        ),
        (STORIES, EACH_SALE),
    ),
    Mutant(
        "a key is not stored",
        "A retry whose first reply was lost takes other seats.",
        (
            Edit(
                "engine/evolve.py",
                "    if record.idem is not None:",
                "    if record.idem is not None and record.at_ms < 0:",
            ),
        ),
        (STORIES, BySales(20)),
    ),
    Mutant(
        "a key fits every body",
        "A second request under a used key is answered with what the first one got.",
        (
            Edit(
                DECIDE,
                "if outcome.fingerprint != request.fingerprint:",
                "if outcome.fingerprint is None:",
            ),
        ),
        (STORIES,),
    ),
    Mutant(
        "refusals are not remembered",
        "The same key is refused first and gets the seat later.",
        (
            Edit(
                DECIDE,
                "if request.idem is None or _passing(request.command, verdict):",
                "if not isinstance(verdict, AnyEvent):",
            ),
        ),
        (STORIES, BySales(20)),
    ),
    Mutant(
        "a hold that ran out can be used",
        "Until the sweep comes by, seats can be bought that have ended.",
        (
            Edit(
                GUARDS,
                "return hold if entry.at_ms < hold.deadline_ms else Refusal(",
                "return hold if entry.at_ms < 2 * hold.deadline_ms else Refusal(",
            ),
        ),
        (STORIES,),
    ),
    Mutant(
        "one seat too many for a buyer",
        "Off by one in the limit for each buyer.",
        (Edit(GUARDS, "+ added > limits.seats_per_buyer:", "+ added > limits.seats_per_buyer + 1:"),),
        (STORIES, BySales(120)),
    ),
    Mutant(
        "what ends still counts for its owner",
        "Whoever let a few holds run out can never buy again.",
        (
            Edit(
                "engine/evolve_holds.py",
                "state.count_owner(hold.owner, -1, -hold.quantity)",
                "state.count_owner(hold.owner, -1, 0)",
            ),
        ),
        (STORIES, EACH_SALE),
    ),
    Mutant(
        "one place too many in an area",
        "Off by one in the counter of general admission.",
        (Edit("engine/decide_takes.py", "if qty <= free:", "if qty <= free + 1:"),),
        (STORIES, BySales(20)),
    ),
    Mutant(
        "an area's places come back twice",
        "Expiry credits the counter a second time, and the area oversells.",
        (
            Edit(
                "engine/evolve_holds.py",
                "hold_ended(hold.id, how, state.at_ms)\n    for place in hold.places:\n"
                "        state.area_held[place.area] -= place.qty",
                "hold_ended(hold.id, how, state.at_ms)\n    for place in hold.places:\n"
                "        state.area_held[place.area] -= 2 * place.qty",
            ),
        ),
        (STORIES, BySales(20)),
    ),
    Mutant(
        "a swap gives back before it has taken",
        "Who swaps and is refused has lost the old seats too.",
        (
            Edit(
                "engine/decide_swap.py",
                "    refusal = refusal or _sense(state, hold, release, take)\n",
                "    if refusal is not None and len(hold.seats) > len(release):\n"
                "        left = tuple(item for item in hold.seats if item.seat not in release)\n"
                "        return HoldChanged(hold.id, left, hold.places, hold.expires_ms, 0)\n"
                "    refusal = refusal or _sense(state, hold, release, take)\n",
            ),
        ),
        (STORIES,),
    ),
    Mutant(
        "the orphan rule is ignored",
        "Single seats that nobody buys are left between others.",
        (
            Edit(
                "engine/orphans.py",
                'if state.terms.orphan_rule != "strict" or not',
                'if state.terms.orphan_rule == "strict" or not',
            ),
        ),
        (ByTests(("tests/unit/test_alternatives.py::test_strict_rule_refuses_to_leave_a_single_seat",)),),
    ),
    Mutant(
        "renewals without number",
        "One buyer keeps the best seats for the whole sale.",
        (
            Edit(
                HOLDS,
                "if hold.renewals_left < 1 or hold.expires_ms >= last_ms:",
                "if hold.expires_ms >= last_ms:",
            ),
        ),
        (STORIES, BySales(60)),
    ),
    Mutant(
        "renewals beyond the longest life",
        "The same, a little longer each time.",
        (
            Edit(
                HOLDS,
                "expires_ms = max(hold.expires_ms, min(entry.at_ms + limits.hold_ttl_ms, last_ms))",
                "expires_ms = max(hold.expires_ms, entry.at_ms + limits.hold_ttl_ms)",
            ),
        ),
        (STORIES, BySales(120)),
    ),
    Mutant(
        "money is summed without the number of places",
        "Three places are sold for the price of one.",
        (
            Edit(
                "engine/fees.py",
                "sum([place.price * place.qty for place in places])",
                "sum([place.price for place in places])",
            ),
        ),
        (STORIES, BySales(20)),
    ),
)
