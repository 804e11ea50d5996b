-- The statements of PostgresSectionStore. Each runs alone, in autocommit.

-- name: append_records
-- Fence and insert in one statement: the lease row is compared and set (epoch and next number),
-- and only its winner inserts. "INSERT 0 0" says that another owner has the lease, or that the
-- numbers are not the next ones. The row lock of the UPDATE makes a take-over wait for an append
-- in flight and see its rows; FOR KEY SHARE would let both through.
WITH fence AS (
    UPDATE leases
       SET next_seq = $3 + cardinality($5::bytea[])
     WHERE stream = $1 AND epoch = $2 AND next_seq = $3
    RETURNING 1
)
INSERT INTO journal (stream, seq, epoch, at_ms, checksum, data)
SELECT $1, $3 + record.place - 1, $2, $4, record.checksum, record.data
  FROM unnest($5::bytea[], $6::bigint[]) WITH ORDINALITY AS record (data, checksum, place), fence;

-- name: append_blocks
-- The same for blocks of several streams in one commit: $1 to $5 are columns of blocks, $6 to $9 of records,
-- which name their block by its place. Each block has a fence of its own, and the places of those that
-- stand come back. Of two blocks for one lease at most one passes.
WITH fence AS (
    UPDATE leases
       SET next_seq = block.first_seq + block.size
      FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[])
           WITH ORDINALITY AS block (stream, epoch, first_seq, size, at_ms, place)
     WHERE leases.stream = block.stream AND leases.epoch = block.epoch AND leases.next_seq = block.first_seq
    RETURNING block.place, block.stream, block.epoch, block.at_ms
), written AS (
    INSERT INTO journal (stream, seq, epoch, at_ms, checksum, data)
    SELECT fence.stream, record.seq, fence.epoch, fence.at_ms, record.checksum, record.data
      FROM unnest($6::bigint[], $7::bigint[], $8::bigint[], $9::bytea[])
           AS record (place, seq, checksum, data)
      JOIN fence ON fence.place = record.place
)
SELECT place FROM fence;

-- name: previous_owner
SELECT owner FROM leases WHERE stream = $1;

-- name: end_connections
-- Ends the backends of a previous owner but not the caller's own, and waits for each up to a
-- second: what they were committing is then either in the journal or will never be.
SELECT count(pg_terminate_backend(pid, 1000))
  FROM pg_stat_activity
 WHERE application_name = $1
   AND datname = current_database()
   AND usename = current_user
   AND pid <> ALL ($2::integer[]);

-- name: take_lease
UPDATE leases SET epoch = epoch + 1, owner = $2 WHERE stream = $1 RETURNING epoch, next_seq;

-- name: position
SELECT epoch, next_seq FROM leases WHERE stream = $1;

-- name: source
SELECT streams.event, streams.section, streams.history, plans.id AS plan_id, plans.canonical
  FROM streams
  JOIN events ON events.id = streams.event
  JOIN plans ON plans.id = events.plan
 WHERE streams.id = $1;

-- name: read_records
-- One snapshot of lease and records: a record that the lease promises and that is not there
-- is a gap. A stream without a matching record still gives one row, with its lease.
SELECT leases.next_seq, record.seq, record.epoch, record.checksum, record.data
  FROM leases
  LEFT JOIN LATERAL (
        SELECT seq, epoch, checksum, data
          FROM journal
         WHERE journal.stream = leases.stream AND journal.seq > $2
         ORDER BY seq
         LIMIT $3
       ) AS record ON true
 WHERE leases.stream = $1
 ORDER BY record.seq;

-- name: snapshots
SELECT seq, epoch, digest, checksum, packed, data FROM snapshots WHERE stream = $1 ORDER BY seq DESC;

-- name: save_snapshot
-- An owner that lost its lease keeps nothing. Saving one position twice keeps the first.
INSERT INTO snapshots (stream, seq, epoch, digest, checksum, packed, data)
SELECT $1, $2, $3, $4, $5, true, $6
 WHERE EXISTS (SELECT 1 FROM leases WHERE stream = $1 AND epoch = $3)
ON CONFLICT (stream, seq) DO NOTHING;

-- name: drop_old_snapshots
-- The newest two stay: should the newest be damaged, the older one saves a replay from the start.
DELETE FROM snapshots
 WHERE stream = $1
   AND seq NOT IN (SELECT seq FROM snapshots WHERE stream = $1 ORDER BY seq DESC LIMIT 2);
