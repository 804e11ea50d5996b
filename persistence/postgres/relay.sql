-- How far each stream was relayed, and which relay may say so.

-- name: take_lease
-- The server's clock judges all relays alike. A relay that comes back to its own lease keeps its epoch.
INSERT INTO relays (name, epoch, owner, until_ms)
VALUES ($1, 1, $2, (extract(epoch FROM clock_timestamp()) * 1000)::bigint + $3)
ON CONFLICT (name) DO UPDATE
   SET epoch = relays.epoch + CASE WHEN relays.owner = excluded.owner THEN 0 ELSE 1 END,
       owner = excluded.owner,
       until_ms = excluded.until_ms
 WHERE relays.owner = excluded.owner
    OR relays.until_ms <= (extract(epoch FROM clock_timestamp()) * 1000)::bigint
RETURNING epoch;

-- name: give_up
UPDATE relays SET until_ms = 0 WHERE name = $1 AND owner = $2;

-- name: behind
-- The stream that was passed over longest comes first: busy ones do not starve the others. Those that have
-- their first record alone, which is nobody's news, come last: many new events keep no letter waiting.
SELECT leases.stream, coalesce(relayed.seq, 0) AS after_seq, leases.next_seq - 1 AS last_seq
  FROM leases
  LEFT JOIN relay_positions AS relayed USING (stream)
 WHERE leases.next_seq - 1 > coalesce(relayed.seq, 0)
 ORDER BY leases.next_seq = 2, relayed.moved_at NULLS FIRST, leases.stream
 LIMIT $1;

-- name: behind_of
-- The same of some streams alone, each looked up: what the others have is not asked.
SELECT leases.stream, coalesce(relayed.seq, 0) AS after_seq, leases.next_seq - 1 AS last_seq
  FROM unnest($1::bigint[]) AS lately (stream)
  JOIN leases USING (stream)
  LEFT JOIN relay_positions AS relayed USING (stream)
 WHERE leases.next_seq - 1 > coalesce(relayed.seq, 0)
 ORDER BY relayed.moved_at NULLS FIRST, leases.stream;

-- name: lag
SELECT coalesce(sum(leases.next_seq - 1 - coalesce(relayed.seq, 0)), 0)::bigint AS records,
       count(*) FILTER (WHERE leases.next_seq - 1 > coalesce(relayed.seq, 0)) AS streams
  FROM leases
  LEFT JOIN relay_positions AS relayed USING (stream);

-- name: advance
-- The share lock on the lease's row makes a take-over wait, so a position that counts is the owner's.
WITH fence AS (
    SELECT 1 FROM relays WHERE name = $1 AND epoch = $2 FOR SHARE
), moved AS (
    INSERT INTO relay_positions (stream, seq, moved_at)
    SELECT to_move.stream, to_move.seq, clock_timestamp()
      FROM unnest($3::bigint[], $4::bigint[]) AS to_move (stream, seq), fence
        ON CONFLICT (stream) DO UPDATE
       SET seq = excluded.seq, moved_at = excluded.moved_at
     WHERE relay_positions.seq < excluded.seq
)
SELECT EXISTS (SELECT 1 FROM fence) AS fenced;
