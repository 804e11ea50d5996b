"""Defects of what is counted of sales: counted twice, not taken off, told to others, or not mended."""

from __future__ import annotations

from typing import Final

from proof.mutants.mutant import ByTests, Edit, Mutant

FOLD: Final = "tests/unit/projections/test_section_fold.py::"
TABLES: Final = "tests/contract/test_projections.py::"
ANEW: Final = "tests/contract/test_rebuilding.py::"
TOLD: Final = "tests/integration/gateway/test_analytics.py::"
FILES: Final = "tests/integration/gateway/test_exports.py::"
STATE: Final = ByTests((FOLD + "test_counts_are_those_of_the_state",))

MUTANTS: Final = (
    Mutant(
        "figures: a batch that comes again is counted again",
        "A projector that was killed after its commit sells every seat twice on the board.",
        (
            Edit(
                "persistence/memory/projections.py",
                "if self.seq_of(projected.stream) != projected.after_seq:",
                "if self.seq_of(projected.stream) > projected.seq:",
            ),
        ),
        (
            ByTests((TABLES + "test_a_batch_is_added_once",)),
            ByTests((TOLD + "test_a_projector_that_comes_late_adds_nothing_twice",)),
        ),
    ),
    Mutant(
        "figures: a batch that comes again is counted again, in SQL",
        "As above, on a real database.",
        (
            Edit(
                "persistence/postgres/projections.sql",
                " WHERE stream = $1 AND seq = $11\n",
                " WHERE stream = $1 AND $11::bigint >= 0\n",
            ),
        ),
        (ByTests((TABLES + "test_a_batch_is_added_once",)),),
    ),
    Mutant(
        "figures: what went back stays sold",
        "The house is told to be full while seats are free.",
        (
            Edit(
                "workers/projections/counting.py",
                "        self._ledger.sold -= places\n",
                "        self._ledger.sold -= 0 * places\n",
            ),
        ),
        (STATE,),
    ),
    Mutant(
        "figures: some of a booking goes back for nothing",
        "Revenue is told that was paid back.",
        (
            Edit(
                "workers/projections/section_fold.py",
                "back = stands if whole else stands - event.amount",
                "back = stands if whole else 0",
            ),
        ),
        (STATE,),
    ),
    Mutant(
        "figures: a hold ends and is still held",
        "Every hold that ran out takes its seats off the board for good.",
        (
            Edit(
                "workers/projections/section_fold.py",
                "        live = self.ledger.live.pop(hold)\n"
                "        self.ledger.held -= live.claim.quantity\n",
                "        live = self.ledger.live.pop(hold)\n",
            ),
        ),
        (STATE,),
    ),
    Mutant(
        "figures: a search that goes on is a refusal",
        "Who got the seats that they wanted in the second section is told of as turned away.",
        (
            Edit(
                "workers/projections/section_fold.py",
                "case Refused(refusal=refusal, final=True):",
                "case Refused(refusal=refusal):",
            ),
        ),
        (ByTests((TOLD + "test_a_search_over_sections_is_refused_once_or_not_at_all",)),),
    ),
    Mutant(
        "figures: anybody watches the board",
        "What a house earns is everybody's to know.",
        (
            Edit(
                "gateway/access/rights.py",
                'BOARD: Final = Right("organiser", of="event")',
                'BOARD: Final = Right("anyone", of="event")',
            ),
        ),
        (ByTests((TOLD + "test_the_board_is_for_nobody_else",)),),
    ),
    Mutant(
        "figures: what was counted anew is thrown away",
        "Wrong figures stay wrong, and the command says that it went well.",
        (
            Edit(
                "persistence/postgres/rebuilding.py",
                "for table in TABLES if swap else ():",
                "for table in ():",
            ),
        ),
        (ByTests((ANEW + "test_what_is_wrong_is_found_and_mended",)),),
    ),
    Mutant(
        "figures: an export is read whole before it is told",
        "A million orders are in the memory of a gateway that sells.",
        (
            Edit(
                "gateway/exports/exporting.py",
                "        async for batch in rows:\n            yield csv_rows",
                "        for batch in [each async for each in rows]:\n            yield csv_rows",
            ),
        ),
        (ByTests((FILES + "test_nothing_is_read_ahead_of_who_takes_it",)),),
    ),
)
