-- The statements of PostgresCatalogue that SQLAlchemy would say no better.

-- name: begin_leases
-- A lease whose first number is taken: by the genesis record that is written with it.
INSERT INTO leases (stream, next_seq)
SELECT stream, 2 FROM unnest(CAST(:streams AS bigint[])) AS stream;

-- name: write_genesis
INSERT INTO journal (stream, seq, epoch, at_ms, checksum, data)
SELECT record.stream, 1, 0, :at_ms, record.checksum, record.data
  FROM unnest(CAST(:streams AS bigint[]), CAST(:checksums AS bigint[]), CAST(:records AS bytea[]))
       AS record (stream, checksum, data);

-- name: next_announcement
-- The row stays locked until the transaction ends: numbers have no gaps, and come in the order of the commits.
UPDATE leases SET next_seq = next_seq + 1 WHERE stream = :stream RETURNING next_seq - 1;

-- name: write_announcement
INSERT INTO journal (stream, seq, epoch, at_ms, checksum, data)
VALUES (:stream, :seq, 0, :at_ms, :checksum, :data);

-- name: save_orders
-- For asyncpg itself: all rows are one JSON array, which the driver need not take apart value by value.
-- Writers may repeat a batch whose outcome they did not learn.
INSERT INTO orders (id, event, stream, hold, principal, buyer_name, buyer_email, provider, created_ms)
SELECT id, event, stream, hold, principal, buyer_name, buyer_email, provider, created_ms
  FROM json_populate_recordset(NULL::orders, $1::json)
ON CONFLICT (id) DO NOTHING;

-- name: claim_openings
-- Whoever comes at the same time passes over the events that another one is just taking.
WITH due AS (
    SELECT id FROM events WHERE opening_ms <= :now_ms ORDER BY opening_ms LIMIT :rows_max FOR UPDATE SKIP LOCKED
)
UPDATE events SET opening_ms = :due_ms FROM due WHERE events.id = due.id RETURNING events.id;

-- name: end_opening
UPDATE events SET opening_ms = NULL WHERE id = :event AND opening_ms = :due_ms;
