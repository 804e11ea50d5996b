-- The statements of PostgresDiscovery that SQLAlchemy would say no better.

-- name: claim_surveys
-- Sections whose journal went on since they were looked at, the one that waits longest first; whoever
-- claims them has until `:stale_ms` comes round again. What another gateway claims is passed over.
-- Which of them went on is found first, in one pass over both tables: put as one question the server goes
-- through all surveys in the order of waiting and looks up each one's lease, in vain where few went on.
WITH gone_on AS MATERIALIZED (
    SELECT surveys.stream, surveys.as_of_ms
      FROM surveys
      JOIN leases USING (stream)
     WHERE leases.next_seq - 1 > surveys.seq
       AND surveys.claimed_ms <= :stale_ms
), longest AS (
    SELECT stream FROM gone_on ORDER BY as_of_ms, stream LIMIT 4 * :streams_max
)
UPDATE surveys
   SET claimed_ms = :now_ms
 WHERE stream IN (
       SELECT surveys.stream
         FROM surveys
        WHERE surveys.stream = ANY (ARRAY(SELECT stream FROM longest))
          AND surveys.claimed_ms <= :stale_ms
        ORDER BY surveys.as_of_ms, surveys.stream
        LIMIT :streams_max
          FOR UPDATE SKIP LOCKED)
RETURNING stream;

-- name: save_survey
-- A survey that is older than what is stored changes nothing.
INSERT INTO surveys (stream, event, seq, as_of_ms, claimed_ms)
VALUES (:stream, :event, :seq, :as_of_ms, 0)
ON CONFLICT (stream) DO UPDATE
   SET seq = excluded.seq, as_of_ms = excluded.as_of_ms, claimed_ms = 0
 WHERE surveys.seq <= excluded.seq
RETURNING stream;

-- name: sum_up
-- What is left of an event, over all its sections, and as of when at least.
UPDATE listings
   SET free = left_over.free, price = left_over.price, as_of_ms = left_over.as_of_ms
  FROM (SELECT coalesce(sum(offers.free), 0) AS free,
               coalesce(min(offers.price) FILTER (WHERE offers.free > 0), 'Infinity') AS price,
               (SELECT coalesce(min(surveys.as_of_ms), 0) FROM surveys
                 WHERE surveys.stream = ANY (SELECT id FROM streams WHERE streams.event = :event)) AS as_of_ms
          FROM offers WHERE offers.event = :event) AS left_over
 WHERE listings.event = :event;
