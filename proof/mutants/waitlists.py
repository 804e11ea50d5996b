"""Defects of the waitlist: offers, their order, their end, and several sections."""

from __future__ import annotations

from typing import Final

from proof.mutants.mutant import BySales, ByTests, Edit, Mutant

MATCH: Final = "engine/waitlist/match.py"
DECIDE: Final = "engine/waitlist/decide.py"
STEWARD: Final = "gateway/waitlist/steward.py"
STORIES: Final = ByTests(("tests/unit/test_scenarios_waitlist.py",))
REGISTER: Final = ByTests(("tests/unit/test_scenarios_register.py",))
SOCKETS: Final = "tests/integration/gateway/test_waitlist.py::"

MUTANTS: Final = (
    Mutant(
        "waitlist: an offer without a hold",
        "Who is offered seats finds them gone.",
        (
            Edit(
                "engine/waitlist/evolve.py",
                "    state.holds[hold.id] = hold\n    state.set_deadline(hold)\n    state.count_owner",
                "    state.set_deadline(hold)\n    state.count_owner",
            ),
        ),
        (STORIES,),
    ),
    Mutant(
        "waitlist: what comes free is shown before it is offered",
        "For a moment anybody may take what somebody waits for.",
        (Edit(MATCH, "    HoldsExpired,\n    HoldChanged,\n    Order", "    HoldsExpired,\n    Order"),),
        (STORIES, ByTests((SOCKETS + "test_three_together_get_neighbours_and_no_map_ever_shows_them_free",))),
    ),
    Mutant(
        "waitlist: the order is not kept",
        "Who came last is served first.",
        (Edit(MATCH, "heads = [(line[0], wish)", "heads = [(line[-1], wish)"),),
        (STORIES,),
    ),
    Mutant(
        "waitlist: an offer that lapsed is kept",
        "Who let it run out is offered the same seats for ever, and nobody else gets them.",
        (
            Edit(
                "engine/evolve_holds.py",
                "        state.waitlist.hold_ended(hold.id, how, state.at_ms)",
                "        pass",
            ),
        ),
        (STORIES,),
    ),
    Mutant(
        "waitlist: moved without a reason",
        "Somebody is put before others, and nobody can say why.",
        (Edit(DECIDE, "if not command.why.strip():", "if command.why is None:"),),
        (STORIES,),
    ),
    Mutant(
        "waitlist: anybody moves anybody",
        "Who waits puts themselves first.",
        (
            Edit(
                DECIDE,
                "    if not is_staff(entry.request):\n        return Refusal(Code.SCOPE_MISSING)\n    party",
                "    party",
            ),
        ),
        (STORIES,),
    ),
    Mutant(
        "waitlist: two entries for one person",
        "Who asks twice waits twice, and takes the place of somebody else.",
        (Edit(DECIDE, "if known is not None:  # W2", "if known == owner:  # W2"),),
        (STORIES,),
    ),
    Mutant(
        "waitlist: joined while seats are free",
        "Somebody waits for what they could buy.",
        (
            Edit(
                "engine/waitlist/finding.py",
                'if here and state.terms.sale == "open"',
                'if not here and state.terms.sale == "open"',
            ),
        ),
        (STORIES,),
    ),
    Mutant(
        "waitlist: a proposal can be paid for",
        "Two sections offer at the same time, and one entry gets two offers.",
        (
            Edit(
                "engine/guards.py",
                "if state.waitlist.parties[entry].standing is Standing.OFFERED and step in OFFER_STEPS:",
                "if step in OFFER_STEPS:",
            ),
        ),
        (REGISTER,),
    ),
    Mutant(
        "waitlist: a second claim wins too",
        "The register gives an entry two offers.",
        (
            Edit(
                "engine/waitlist/decide_system.py",
                "    if not may(party.standing, Move.CLAIM):",
                "    if party.standing is Standing.OFFERED:",
            ),
        ),
        (REGISTER,),
    ),
    Mutant(
        "waitlist: a proposal is confirmed without a claim",
        "Two sections propose seats to one person, and both are theirs.",
        (
            Edit(
                STEWARD,
                "self._order(register, ClaimOffer(copy.entry, stream, copy.hold))",
                "self._order(stream, ConfirmOffer(copy.entry, copy.hold))",
            ),
        ),
        (BySales(120),),
    ),
    Mutant(
        "waitlist: who was moved stays where they were elsewhere",
        "The organiser puts somebody first, and other sections serve them last.",
        (
            Edit(
                STEWARD,
                "        if copy.rank == known.rank:\n            return False\n",
                "        if copy.entry == known.entry:\n            return False\n",
            ),
        ),
        (BySales(120),),
    ),
    Mutant(
        "waitlist: who has ended waits on elsewhere",
        "Seats are kept for people who have gone, and nobody who waits gets them.",
        (
            Edit(
                STEWARD,
                "return await self._order(stream, EndEntry(copy.entry, Standing.WITHDRAWN, copy.hold))",
                "return False",
            ),
        ),
        (BySales(120),),
    ),
    Mutant(
        "waitlist: what was lent comes back past those who wait",
        "A hold over sections ends, and its seats elsewhere are anybody's at once.",
        (Edit(MATCH, "    OrderReduced,\n    PartSettled,\n    Seats", "    OrderReduced,\n    Seats"),),
        (BySales(200),),
    ),
)
