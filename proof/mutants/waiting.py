"""Defects of the waiting room: the draw, the line, the door."""

from __future__ import annotations

from typing import Final

from proof.mutants.mutant import ByTests, Edit, Mutant

DOOR: Final = "gateway/waiting/door.py"
EVOLVE: Final = "engine/queue/evolve.py"
ADMISSION: Final = "engine/queue/admission.py"
AT_THE_DOOR: Final = "tests/integration/gateway/test_queue_door.py::"
STORIES: Final = "tests/unit/queue/test_room_scenarios.py::"
DRAWS: Final = "tests/unit/queue/test_draw.py::"
HALL: Final = "tests/integration/gateway/test_queue_hall.py::"

MUTANTS: Final = (
    Mutant(
        "waiting room: the pass is not checked",
        "Who never queued takes the seats of those who did.",
        (
            Edit(
                DOOR,
                "        if isinstance(found, Problem):\n            return found\n",
                "        if isinstance(found, Problem):\n            return None\n",
            ),
        ),
        (ByTests((AT_THE_DOOR + "test_no_seat_without_a_pass",)),),
    ),
    Mutant(
        "waiting room: another's pass will do",
        "One pass lets in all who know it.",
        (Edit(DOOR, "(found.event, found.principal) != (event_id, caller.id)", "found.event != event_id"),),
        (ByTests((AT_THE_DOOR + "test_no_seat_without_a_pass",)),),
    ),
    Mutant(
        "waiting room: a pass has no end",
        "Who was let in once comes back for ever.",
        (
            Edit(
                DOOR, "return found if self._now_ms() < found.expires_s * 1000 else PASS_OVER", "return found"
            ),
        ),
        (ByTests((AT_THE_DOOR + "test_no_seat_without_a_pass",)),),
    ),
    Mutant(
        "waiting room: a revoked pass stays valid",
        "The organiser takes a pass back and it goes on buying.",
        (Edit(DOOR, "return TAKEN_BACK if room.mirror.is_void(found.ticket) else None", "return None"),),
        (ByTests((AT_THE_DOOR + "test_a_revoked_pass_is_void",)),),
    ),
    Mutant(
        "waiting room: checkout passes the door unseen",
        "Who was sent away pays for what they hold.",
        (
            Edit(
                "gateway/desk/desk.py",
                "return event_id is not None and self._office.door.stands_open(event_id, caller)",
                "return event_id is not None",
            ),
        ),
        (ByTests((AT_THE_DOOR + "test_swaps_renewals_and_payment_pass_the_door_too",)),),
    ),
    Mutant(
        "waiting room: the draw forgets the list",
        "Whoever makes the draw can choose tickets to suit the seed.",
        (Edit("engine/queue/draw.py", "bound + ticket.encode()", "ticket.encode()"),),
        (ByTests((DRAWS + "test_a_draw_by_hand",)), ByTests((DRAWS + "test_the_draw_never_changes",))),
    ),
    Mutant(
        "waiting room: who came first is drawn first",
        "The draw is none.",
        (Edit(EVOLVE, "enumerate(drawn(state.seed, draw.tickets), 1)", "enumerate(draw.tickets, 1)"),),
        (ByTests((DRAWS + "test_hashes_before_the_seed_after",)),),
    ),
    Mutant(
        "waiting room: the seed is told before the draw",
        "Everybody knows the draw while people can still join.",
        (
            Edit(
                "engine/queue/views.py",
                'state.seed.hex() if draw.drawn_ms else ""',
                "state.seed.hex()",
            ),
        ),
        (ByTests((DRAWS + "test_hashes_before_the_seed_after",)),),
    ),
    Mutant(
        "waiting room: two places for one identity",
        "Who joins twice has two chances.",
        (
            Edit(
                "engine/queue/decide_members.py",
                "    if member is not None:  # Q1: one place an identity\n",
                "    if member is not None and not member.waits:\n",
            ),
        ),
        (ByTests((STORIES + "test_first_come_first_served",)),),
    ),
    Mutant(
        "waiting room: places of the absent are kept",
        "The line stands still behind people who went home.",
        (
            Edit(
                "engine/queue/schedule.py",
                "    if _is_due(_lapse_due(state), at_ms):\n",
                "    if state.waiting < 0:\n",
            ),
        ),
        (ByTests((STORIES + "test_first_come_first_served",)),),
    ),
    Mutant(
        "waiting room: more are let in than may be active",
        "The shop behind the door is fuller than it was made for.",
        (Edit(ADMISSION, "state.terms.active_max - state.active", "state.terms.active_max"),),
        (ByTests((STORIES + "test_first_come_first_served",)),),
    ),
    Mutant(
        "waiting room: credit gathers without end",
        "After a quiet hour a thousand are let in at once.",
        (
            Edit(
                ADMISSION,
                "return min(state.credit + gained, max(2 * UNIT, rate * CREDIT_MS * FULL))",
                "return state.credit + gained",
            ),
        ),
        (ByTests(("tests/unit/queue/test_admission.py::test_a_silence_is_not_made_up_for",)),),
    ),
    Mutant(
        "waiting room: sold out is not told",
        "Those behind wait for seats that are gone.",
        (
            Edit(
                "engine/queue/decide_system.py",
                "        return RoomEnded(sold_out=True)\n",
                "        return StockSet(0, 0)\n",
            ),
        ),
        (
            ByTests((STORIES + "test_first_come_first_served",)),
            ByTests(("tests/integration/gateway/test_queue.py::test_nothing_left_is_told_to_those_behind",)),
        ),
    ),
    Mutant(
        "waiting room: nobody is looked for after the draw",
        "A gateway shows places that were in the order of joining.",
        (Edit("gateway/waiting/room.py", "self._astray = self._astray or anew", "self._astray = False"),),
        (ByTests(("tests/integration/gateway/test_queue.py::test_the_draw_can_be_checked_by_anybody",)),),
    ),
    Mutant(
        "waiting room: news that overtake a reply are lost",
        "Who was let in before the reply to their joining arrived waits for ever.",
        (Edit("gateway/waiting/room.py", "self.mirror.has_left(view.slot)", "False"),),
        (ByTests((HALL + "test_news_of_a_pass_that_overtake_the_reply_to_who_joined",)),),
    ),
)
