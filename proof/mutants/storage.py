"""Defects of the stores: the fence, the numbers, what is read back."""

from __future__ import annotations

from typing import Final

from proof.mutants.mutant import BySales, ByTests, Edit, Mutant

SQL: Final = "persistence/postgres/section_store.sql"
POSTGRES: Final = "persistence/postgres/store.py"
MEMORY: Final = "persistence/memory/store.py"
CONTRACT: Final = "tests/contract/test_section_store.py::"
CONNECTIONS: Final = "tests/contract/test_postgres_connections.py::"
SHARED: Final = "tests/contract/test_shared_commits.py::"
_FENCE: Final = """\
    UPDATE leases
       SET next_seq = $3 + cardinality($5::bytea[])
     WHERE stream = $1 AND epoch = $2 AND next_seq = $3
    RETURNING 1
)
"""
_KEY_SHARE: Final = """\
    SELECT 1 FROM leases WHERE stream = $1 AND epoch = $2 AND next_seq = $3 FOR KEY SHARE
), moved AS (
    UPDATE leases SET next_seq = $3 + cardinality($5::bytea[]) WHERE stream = $1 AND next_seq = $3
    RETURNING 1
)
"""

MUTANTS: Final = (
    Mutant(
        "fence without the epoch, in SQL",
        "An owner that was replaced still writes.",
        (
            Edit(
                SQL,
                "WHERE stream = $1 AND epoch = $2 AND next_seq = $3\n    RETURNING",
                "WHERE stream = $1 AND next_seq = $3\n    RETURNING",
            ),
        ),
        (ByTests((CONTRACT + "test_a_stale_owner_cannot_write",)),),
    ),
    Mutant(
        "fence without the epoch, where streams share a commit",
        "An owner that was replaced still writes, in the company of others.",
        (Edit(SQL, " AND leases.epoch = block.epoch", ""),),
        (ByTests((SHARED + "test_a_fenced_block_takes_nothing_from_its_neighbours",)),),
    ),
    Mutant(
        "blocks that share a commit are not told apart",
        "A block whose fence refused it is written under the fence of another.",
        (Edit(SQL, "JOIN fence ON fence.place = record.place", "JOIN fence ON fence.place > 0"),),
        (ByTests((SHARED + "test_what_gathers_is_one_commit",)),),
    ),
    Mutant(
        "FOR KEY SHARE instead of compare-and-set",
        "A lock that does not conflict with a take-over fences nobody.",
        (Edit(SQL, _FENCE, _KEY_SHARE),),
        (ByTests((CONNECTIONS + "test_an_append_waits_for_a_take_over_in_flight_and_is_fenced",)),),
    ),
    Mutant(
        "the old owner's connections stay",
        "A stuck transaction holds the lease against every successor.",
        (Edit(SQL, "count(pg_terminate_backend(pid, 1000))", "count(pid)"),),
        (ByTests((CONNECTIONS + "test_a_take_over_ends_the_old_owners_backends",)),),
    ),
    Mutant(
        "records numbered one too high",
        "The lease promises numbers that the journal has not.",
        (Edit(SQL, "SELECT $1, $3 + record.place - 1,", "SELECT $1, $3 + record.place,"),),
        (ByTests((CONTRACT + "test_records_come_back_in_order",)),),
    ),
    Mutant(
        "fence without the epoch, in memory",
        "The twin that tests rest on would let through what PostgreSQL refuses.",
        (
            Edit(
                MEMORY,
                "if found.lease != Lease(stream, epoch, first_seq):",
                "if found.lease.next_seq != first_seq:",
            ),
        ),
        (ByTests((CONTRACT + "test_a_stale_owner_cannot_write",)),),
    ),
    Mutant(
        "no fence, in simulated storage",
        "The simulation must notice two owners that both write.",
        (
            Edit(
                "proof/simulation/stores.py",
                "if found.lease != Lease(stream, epoch, first_seq):",
                "if found.lease.stream != stream:",
            ),
        ),
        (BySales(40),),
    ),
    Mutant(
        "checksums are not compared",
        "A record whose bytes were damaged is sold from.",
        (
            Edit(
                POSTGRES,
                '    if not _is_whole(stream, row):\n        raise JournalCorrupt(f"stream {stream}: record',
                '    if row is None:\n        raise JournalCorrupt(f"stream {stream}: record',
            ),
        ),
        (ByTests((CONTRACT + "test_a_damaged_record_is_found",)),),
    ),
    Mutant(
        "a missing record is passed over",
        "A journal with a hole gives a house with seats sold twice.",
        (
            Edit(
                POSTGRES,
                "if [record.seq for record in records] != list(expected):",
                "if len(records) > len(expected):",
            ),
        ),
        (ByTests((CONTRACT + "test_a_missing_record_is_found",)),),
    ),
)
