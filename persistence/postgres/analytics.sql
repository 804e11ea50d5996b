-- What is told of the counts. {group} is a column of ours, {ranking} one of the sums; neither is a caller's word.

-- name: progress
SELECT coalesce(sum(leases.next_seq - 1 - coalesce(counted.seq, 0)), 0)::bigint AS behind,
       max(counted.at_ms) AS at_ms
  FROM streams
  JOIN leases ON leases.stream = streams.id
  LEFT JOIN projected_streams AS counted ON counted.stream = streams.id
 WHERE streams.event = $1;

-- name: steps
SELECT day, step, reason, sum(count)::bigint AS count, sum(places)::bigint AS places,
       sum(amount)::bigint AS amount
  FROM projected_steps
 WHERE event = $1 AND day BETWEEN $2 AND $3
 GROUP BY day, step, reason
 ORDER BY day, step, reason;

-- name: turn_away
INSERT INTO turned_away (event, day, code, count)
SELECT * FROM unnest($1::text[], $2::bigint[], $3::text[], $4::bigint[])
ON CONFLICT (event, day, code) DO UPDATE SET count = turned_away.count + excluded.count;

-- name: turned_away
SELECT code, sum(count)::bigint AS count
  FROM turned_away
 WHERE event = $1 AND day BETWEEN $2 AND $3
 GROUP BY code
 ORDER BY count DESC, code COLLATE "C";

-- name: sales
SELECT {group} AS key, sum(held)::bigint AS held, sum(checkout)::bigint AS checkout,
       sum(sold)::bigint AS sold, sum(returned)::bigint AS returned,
       sum(value)::bigint AS value, sum(returned_value)::bigint AS returned_value
  FROM projected_sales
 WHERE event = $1 AND day BETWEEN $2 AND $3
 GROUP BY {group}
 ORDER BY {group} COLLATE "C";

-- name: minutes
SELECT minute, step, count, places, amount
  FROM projected_minutes
 WHERE event = $1 AND minute BETWEEN $2 AND $3
 ORDER BY minute, step;

-- name: top
WITH sums AS (
    SELECT steps.event,
           coalesce(sum(steps.count) FILTER (WHERE step = 'held'), 0)::bigint AS held,
           coalesce(sum(steps.count) FILTER (WHERE step = 'refused'), 0)::bigint AS refused,
           coalesce(sum(steps.count) FILTER (WHERE step = 'booked'), 0)::bigint AS orders,
           coalesce(sum(steps.places) FILTER (WHERE step = 'booked'), 0)::bigint AS sold,
           coalesce(sum(steps.places) FILTER (WHERE step = 'returned'), 0)::bigint AS returned,
           coalesce(sum(steps.amount) FILTER (WHERE step = 'booked'), 0)::bigint AS revenue,
           coalesce(sum(steps.amount) FILTER (WHERE step = 'returned'), 0)::bigint AS refunds
      FROM projected_steps AS steps
      JOIN events ON events.id = steps.event
     WHERE events.organiser = $1 AND events.mode = $2 AND steps.day BETWEEN $3 AND $4
     GROUP BY steps.event
)
SELECT * FROM sums ORDER BY {ranking} DESC, event LIMIT $5;

-- name: orders
SELECT counted.id, counted.stream, counted.event, counted.section, counted.hold, counted.status,
       counted.places, counted.amount, counted.refunded, counted.currency,
       counted.placed_ms, counted.booked_ms, counted.ended_ms,
       orders.buyer_name, orders.buyer_email, orders.provider
  FROM projected_orders AS counted
  LEFT JOIN orders ON orders.id = counted.id
 WHERE counted.event = $1 AND counted.id > $2
 ORDER BY counted.id
 LIMIT $3;

-- name: events_by_status
SELECT status, count(*) AS events FROM events GROUP BY status;

-- name: stock
SELECT count(*) AS streams, coalesce(sum(leases.next_seq - 1), 0)::bigint AS records,
       coalesce(sum(leases.next_seq - 1 - coalesce(counted.seq, 0)), 0)::bigint AS behind,
       coalesce(sum(counted.held), 0)::bigint AS held, coalesce(sum(counted.sold), 0)::bigint AS sold
  FROM leases
  JOIN streams ON streams.id = leases.stream
  LEFT JOIN projected_streams AS counted ON counted.stream = leases.stream;

-- name: all_of_day
SELECT step, sum(count)::bigint AS count FROM projected_steps WHERE day = $1 GROUP BY step;

-- name: all_of_minute
SELECT step, sum(count)::bigint AS count FROM projected_minutes WHERE minute = $1 GROUP BY step;
