"""Defects on the way between clients and sections: retries, searches, the live map."""

from __future__ import annotations

from typing import Final

from proof.mutants.mutant import BySales, ByTests, Edit, Mutant

LANE: Final = "actors/lane.py"
SEARCH: Final = "gateway/sections/search.py"
FEED: Final = "gateway/live/feed.py"
SEARCHES: Final = "tests/unit/gateway/test_search.py::"
MAPS: Final = "tests/unit/gateway/test_feed.py::"

MUTANTS: Final = (
    Mutant(
        "a lost call is forgotten over a later refusal",
        "A caller is told that nothing was changed though an earlier attempt may have taken seats.",
        (Edit(LANE, "if not waiting.outcome_unknown:", "if told is not None:"),),
        (
            ByTests(
                (
                    "tests/integration/actors/test_lane.py::test_a_lost_call_is_not_forgotten_over_a_later_refusal",
                )
            ),
        ),
    ),
    Mutant(
        "a call that hangs has no deadline",
        "Who asks a section that hangs waits for ever.",
        (Edit(LANE, "        for waiting in hanging:\n", "        for waiting in hanging[:0]:\n"),),
        (
            ByTests(
                ("tests/integration/actors/test_lane.py::test_a_deadline_holds_also_while_the_call_hangs",)
            ),
        ),
    ),
    Mutant(
        "a search starts anew while another walks",
        "One key gets seats in two sections.",
        (
            Edit(
                SEARCH,
                "        elif answer.replayed:\n",
                "        elif answer.replayed and not self._streams:\n",
            ),
        ),
        (ByTests((SEARCHES + "test_a_key_gets_seats_at_most_once_however_its_retries_interleave",)),),
    ),
    Mutant(
        "resuming skips a record",
        "A seat that was sold while the buyer was away stays free on their map.",
        (Edit(FEED, "if from_seq < delta.seq <= to_seq:", "if from_seq + 1 < delta.seq <= to_seq:"),),
        (ByTests((MAPS + "test_what_a_client_applies_is_what_is",)), BySales(20)),
    ),
    Mutant(
        "deltas of another history are built on",
        "After history was replaced the map is a mixture of both.",
        (
            Edit(
                FEED,
                "elif changes.history != self.history or changes.from_seq > self.seq:",
                "elif not changes.history:",
            ),
        ),
        (ByTests((MAPS + "test_deltas_of_another_history_are_not_built_on",)),),
    ),
    Mutant(
        "a map ends with the first failure",
        "One lost poll, and a section's changes are never heard of again.",
        (
            Edit(
                "gateway/live/hub.py",
                "            if pause_s > 0:\n",
                "            if failures:\n                return\n            if pause_s > 0:\n",
            ),
        ),
        (
            ByTests(
                (
                    "tests/integration/gateway/test_hub.py::test_a_section_that_cannot_be_reached_is_asked_again",
                )
            ),
        ),
    ),
    Mutant(
        "steps out of a session's keys",
        "A command that takes is let pass without a key, so that a retry takes twice.",
        (
            Edit(
                "gateway/websocket/session.py",
                "if type(request) in KEYED and request.idem is None:",
                'if type(request) in KEYED and request.idem == "":',
            ),
        ),
        (ByTests(("tests/unit/gateway/test_session.py::test_what_takes_needs_a_key",)),),
    ),
)
