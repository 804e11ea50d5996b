"""Defects of a section's shell: when answers and changes leave, who owns the stream, time, snapshots."""

from __future__ import annotations

from typing import Final

from proof.mutants.mutant import BySales, ByTests, Edit, Mutant

SHELL: Final = "actors/shell.py"
SECTION: Final = "actors/section.py"
COMMITTER: Final = "actors/committer.py"
BOOKS: Final = "tests/known_failures/test_kills_and_counts.py::"
FAULTS: Final = "tests/integration/actors/test_shell_faults.py::"
PROMISES: Final = "tests/integration/actors/test_shell.py::"
_CUT: Final = "        block = self.keeper.cut()\n"

MUTANTS: Final = (
    Mutant(
        "acknowledged before the commit",
        "Whoever was told of a hold loses it when the actor dies.",
        (
            Edit(
                SHELL,
                _CUT,
                _CUT + "        block.answer()\n        block.writes.clear()\n        block.reads.clear()\n",
            ),
        ),
        (ByTests((PROMISES + "test_nothing_is_acknowledged_while_storage_is_down",)), BySales(40)),
    ),
    Mutant(
        "a refusal leaves before the commit it rests on",
        "A seat is said to be taken by a hold that a crash then takes back.",
        (
            Edit(
                SHELL,
                "if not self._in_flight and filling.empty and self._committer.confirmed_lately:",
                "if self._committer.confirmed_lately:",
            ),
        ),
        (ByTests((PROMISES + "test_a_reader_of_what_is_not_durable_waits_for_it",)),),
    ),
    Mutant(
        "an owner reads without looking at its lease",
        "An owner that was frozen answers from a past that others have moved on from.",
        (
            Edit(
                SHELL,
                "if not self._in_flight and filling.empty and self._committer.confirmed_lately:",
                "if not self._in_flight and filling.empty:",
            ),
        ),
        (ByTests((PROMISES + "test_a_stale_owner_does_not_even_read",)),),
    ),
    Mutant(
        "a replaced owner answers on",
        "Its block was refused by the fence, and its callers are told that it stands.",
        (Edit(SHELL, "if fate is Fate.FENCED:", "if fate is None:"),),
        (BySales(40),),
    ),
    Mutant(
        "a lost commit counts as done",
        "The reply to a commit was lost; nobody asks whether it happened.",
        (
            Edit(
                COMMITTER,
                "if position.next_seq == block.first_seq + len(block.records):",
                "if position.next_seq >= block.first_seq:",
            ),
        ),
        (ByTests((PROMISES + "test_nothing_is_acknowledged_while_storage_is_down",)), BySales(40)),
    ),
    Mutant(
        "a lost commit is sent again unasked",
        "The fence refuses the second copy, and a healthy owner believes it was replaced.",
        (Edit(COMMITTER, "if block.records and self.available:", "if block.records:"),),
        (ByTests((PROMISES + "test_a_lost_commit_reply_is_settled_and_not_written_twice",)),),
    ),
    Mutant(
        "changes are shown before the commit",
        "The map shows holds that a crash then takes back.",
        (
            Edit(SHELL, _CUT, _CUT + "        self.keeper.publish(block)\n"),
            Edit(SHELL, "        if block.changes:\n            self.keeper.publish(block)\n", ""),
        ),
        (
            ByTests((PROMISES + "test_the_map_goes_on_and_shows_nothing_undurable_while_storage_is_down",)),
            BySales(40),
        ),
    ),
    Mutant(
        "snapshots of what is not durable",
        "A successor starts from records that the journal never got.",
        (
            Edit(
                SHELL,
                "if self.keeper.filling.empty and self.activation is not Activation.FENCED:",
                "if self.activation is not Activation.FENCED:",
            ),
        ),
        (ByTests((FAULTS + "test_no_snapshot_is_ahead_of_the_journal",)),),
    ),
    Mutant(
        "a snapshot one record off",
        "The record after it is applied twice, or never.",
        (
            Edit(SECTION, "import structlog\n", "import structlog\nfrom msgspec.structs import replace\n"),
            Edit(
                SECTION,
                "captured = capture(self.state)",
                "captured = replace(capture(self.state), seq=self.state.seq - 1)",
            ),
            Edit("actors/snapshots.py", "StoredSnapshot(seq=seq,", "StoredSnapshot(seq=seq - 1,"),
        ),
        (BySales(20),),
    ),
    Mutant(
        "a damaged snapshot is believed",
        "The snapshot saves time; only the journal is the truth.",
        (
            Edit(
                "actors/recovery.py",
                "if found != snapshot.digest or keeper.seq != snapshot.seq:",
                "if keeper.seq != snapshot.seq:",
            ),
            Edit(
                "actors/recovery.py",
                "if digest_of(snapshot.data) != snapshot.digest:",
                "if not snapshot.data:",
            ),
        ),
        (ByTests((BOOKS + "test_what_was_kept_aside_can_be_lost_stale_or_damaged",)),),
    ),
    Mutant(
        "expiry is not journaled",
        "Live state and journal part ways, and a successor holds what has ended.",
        (
            Edit(
                SECTION,
                "        if isinstance(decision, Accepted):\n"
                "            self._append(decision.record, entry.fresh_id)",
                "        if isinstance(decision, Accepted):\n"
                "            evolve(self.state, decision.record)\n"
                "            self.state.seq -= 1",
            ),
        ),
        (ByTests((PROMISES + "test_expiry_is_written_before_the_seat_is_given_to_another",)), BySales(20)),
    ),
    Mutant(
        "keys are kept in memory alone",
        "After a crash a retry is a new request, and takes a second time.",
        (
            Edit(
                SECTION,
                "block.records.append(encode_record(record))",
                "keyless = Record(record.at_ms, record.principal, record.event)\n"
                "        block.records.append(encode_record(keyless))",
            ),
        ),
        (
            ByTests((PROMISES + "test_a_retry_gets_the_first_outcome_also_from_another_incarnation",)),
            BySales(20),
        ),
    ),
    Mutant(
        "the clock may go back",
        "A wall clock that is set back writes records out of order and stretches or cuts holds.",
        (
            Edit(
                SECTION,
                "return max(self._clock.now_ms(), self.state.at_ms)",
                "return self._clock.now_ms()",
            ),
        ),
        (ByTests((PROMISES + "test_time_that_steps_back_does_not_step_back_in_the_journal",)), BySales(40)),
    ),
    Mutant(
        "a block begins one number late",
        "A gap in the journal, if the fence did not refuse it.",
        (
            Edit(
                SECTION,
                "self.filling = Block(self.state.seq + 1)\n        return block",
                "self.filling = Block(self.state.seq + 2)\n        return block",
            ),
        ),
        (ByTests((PROMISES + "test_a_refusal_is_remembered_under_its_key",)),),
    ),
    Mutant(
        "a mailbox without an end",
        "A rush fills the memory instead of being told that it is one.",
        (
            Edit(
                SHELL,
                "full = self.keeper.filling.waiting >= self._limits.mailbox_max",
                "full = self.keeper.filling.waiting < 0",
            ),
        ),
        (ByTests((PROMISES + "test_a_full_mailbox_refuses_instead_of_growing",)),),
    ),
    Mutant(
        "conflation drops the last change",
        "Whoever was away sees the map as it was one change ago.",
        (
            Edit(
                "actors/feed.py",
                "range(len(self._kept) - (self.seq - after_seq), len(self._kept))",
                "range(len(self._kept) - (self.seq - after_seq), len(self._kept) - 1)",
            ),
        ),
        (
            ByTests(
                ("tests/unit/actors/test_feed.py::test_deltas_from_any_position_lead_to_the_same_status",)
            ),
            BySales(20),
        ),
    ),
)
