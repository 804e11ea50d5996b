-- What became of each sale. Tables are named without a schema, so that a rebuild may fill others by the same names.

-- name: behind
-- The stream that is furthest behind in time comes first: busy ones do not starve the others. Those that
-- have their first record alone, of which nothing is counted, come last: many new events keep no figures
-- waiting. Streams that are of no event are announcements, of what is counted already.
SELECT leases.stream, coalesce(counted.seq, 0) AS after_seq, leases.next_seq - 1 AS last_seq
  FROM leases
  JOIN streams ON streams.id = leases.stream
  LEFT JOIN projected_streams AS counted ON counted.stream = leases.stream
 WHERE leases.next_seq - 1 > coalesce(counted.seq, 0)
 ORDER BY leases.next_seq = 2, counted.at_ms NULLS FIRST, leases.stream
 LIMIT $1;

-- name: behind_of
-- The same of some streams alone, each looked up: what the others have is not asked.
SELECT leases.stream, coalesce(counted.seq, 0) AS after_seq, leases.next_seq - 1 AS last_seq
  FROM unnest($1::bigint[]) AS lately (stream)
  JOIN leases USING (stream)
  JOIN streams ON streams.id = leases.stream
  LEFT JOIN projected_streams AS counted ON counted.stream = leases.stream
 WHERE leases.next_seq - 1 > coalesce(counted.seq, 0)
 ORDER BY counted.at_ms NULLS FIRST, leases.stream;

-- name: lag
SELECT coalesce(sum(leases.next_seq - 1 - coalesce(counted.seq, 0)), 0)::bigint AS records
  FROM leases
  JOIN streams ON streams.id = leases.stream
  LEFT JOIN projected_streams AS counted ON counted.stream = leases.stream;

-- name: resume
SELECT seq, state FROM projected_streams WHERE stream = $1;

-- name: known
SELECT id, stream, event, section, hold, status, places, amount, refunded, currency,
       placed_ms, booked_ms, ended_ms
  FROM projected_orders
 WHERE id = ANY ($1::text[]);

-- name: begin
-- A stream that was never counted. Of two that begin it at once the second waits, and then changes nothing.
INSERT INTO projected_streams (stream, event, section, seq, at_ms, held, sold, orders, booked, state)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
    ON CONFLICT (stream) DO NOTHING
RETURNING 1;

-- name: move
-- A stream that was counted up to $11; whoever comes with another position changes nothing.
UPDATE projected_streams
   SET event = $2, section = $3, seq = $4, at_ms = $5,
       held = $6, sold = $7, orders = $8, booked = $9, state = $10
 WHERE stream = $1 AND seq = $11
RETURNING 1;

-- name: add_steps
INSERT INTO projected_steps AS kept (event, section, day, step, reason, count, places, amount)
SELECT $1, $2, more.* FROM unnest(
    $3::bigint[], $4::text[], $5::text[], $6::bigint[], $7::bigint[], $8::bigint[]
) AS more (day, step, reason, count, places, amount)
    ON CONFLICT (event, day, section, step, reason) DO UPDATE
   SET count = kept.count + excluded.count,
       places = kept.places + excluded.places,
       amount = kept.amount + excluded.amount;

-- name: add_minutes
INSERT INTO projected_minutes AS kept (event, minute, step, count, places, amount)
SELECT $1, more.* FROM unnest(
    $2::bigint[], $3::text[], $4::bigint[], $5::bigint[], $6::bigint[]
) AS more (minute, step, count, places, amount)
    ON CONFLICT (event, minute, step) DO UPDATE
   SET count = kept.count + excluded.count,
       places = kept.places + excluded.places,
       amount = kept.amount + excluded.amount;

-- name: add_sales
INSERT INTO projected_sales AS kept
       (event, section, day, category, channel, held, checkout, sold, returned, value, returned_value)
SELECT $1, $2, more.* FROM unnest(
    $3::bigint[], $4::text[], $5::text[],
    $6::bigint[], $7::bigint[], $8::bigint[], $9::bigint[], $10::bigint[], $11::bigint[]
) AS more (day, category, channel, held, checkout, sold, returned, value, returned_value)
    ON CONFLICT (event, day, section, category, channel) DO UPDATE
   SET held = kept.held + excluded.held,
       checkout = kept.checkout + excluded.checkout,
       sold = kept.sold + excluded.sold,
       returned = kept.returned + excluded.returned,
       value = kept.value + excluded.value,
       returned_value = kept.returned_value + excluded.returned_value;

-- name: put_orders
INSERT INTO projected_orders
       (id, stream, event, section, hold, status, places, amount, refunded, currency,
        placed_ms, booked_ms, ended_ms)
SELECT * FROM unnest(
    $1::text[], $2::bigint[], $3::text[], $4::text[], $5::text[], $6::text[], $7::bigint[], $8::bigint[],
    $9::bigint[], $10::text[], $11::bigint[], $12::bigint[], $13::bigint[])
    ON CONFLICT (id) DO UPDATE
   SET stream = excluded.stream, event = excluded.event, section = excluded.section, hold = excluded.hold,
       status = excluded.status, places = excluded.places, amount = excluded.amount,
       refunded = excluded.refunded, currency = excluded.currency,
       placed_ms = excluded.placed_ms, booked_ms = excluded.booked_ms, ended_ms = excluded.ended_ms;
