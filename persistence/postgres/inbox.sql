-- What each consumer has taken in. {table} is one of ours, never a caller's word.

-- name: take_in
-- Of these messages the ones that come for the first time. Two who take the same one in at once
-- meet at its key: the second waits for the first, and then takes nothing.
INSERT INTO inbox (consumer, stream, seq, part, at_ms)
SELECT $1, taken.stream, taken.seq, taken.part, $5
  FROM unnest($2::bigint[], $3::bigint[], $4::bigint[]) AS taken (stream, seq, part)
 ORDER BY taken.stream, taken.seq, taken.part
    ON CONFLICT DO NOTHING
RETURNING stream, seq, part;

-- name: keep_row
INSERT INTO {table} (id, version, due_ms, alias, data) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (id) DO NOTHING;

-- name: keep_trail
INSERT INTO audit_trail (stream, seq, part, event, kind, subject, at_ms)
SELECT * FROM unnest(
    $1::bigint[], $2::bigint[], $3::bigint[], $4::text[], $5::text[], $6::text[], $7::bigint[])
ON CONFLICT (stream, seq, part) DO NOTHING;

-- name: forget
-- A repeat that comes later than this would take effect again: far more than any queue keeps a message.
DELETE FROM inbox
 WHERE ctid = ANY (ARRAY (SELECT ctid FROM inbox WHERE at_ms < $1 LIMIT $2));

-- name: bury
INSERT INTO dead_letters (consumer, stream, seq, part, reason, body, at_ms) VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (consumer, stream, seq, part) DO UPDATE SET reason = excluded.reason, at_ms = excluded.at_ms;

-- name: dead
SELECT consumer, count(*) AS letters FROM dead_letters GROUP BY consumer;
