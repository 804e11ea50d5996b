-- The statements of the designs that keep seats in PostgreSQL. Each runs alone, in autocommit, prepared.

-- name: stock
INSERT INTO baseline_seats (stream, seat) SELECT $1, seat FROM generate_series(0, $2 - 1) AS seat
ON CONFLICT DO NOTHING;

-- name: advisory_hold
SELECT baseline_advisory_hold($1, $2, $3, $4, $5, $6, $7) AS held;

-- name: advisory_confirm
SELECT unnest(baseline_advisory_confirm($1, $2, $3, $4, $5)) AS seat;

-- name: skip_locked_hold
-- A seat that somebody else is just taking is passed over, so nobody waits for anybody's commit.
WITH wanted AS (
    SELECT stream, seat
      FROM baseline_seats
     WHERE stream = $1 AND seat = ANY ($2::integer[])
       AND (status = 0 OR (status = 1 AND expires_ms <= $5))
       FOR UPDATE SKIP LOCKED
)
UPDATE baseline_seats AS mine
   SET status = 1, hold = $3, holder = $4, expires_ms = $6
  FROM wanted
 WHERE mine.stream = wanted.stream AND mine.seat = wanted.seat
   AND (SELECT count(*) FROM wanted) = cardinality($2::integer[])
RETURNING mine.seat;

-- name: skip_locked_confirm
WITH mine AS (
    SELECT stream, seat
      FROM baseline_seats
     WHERE hold = $1 AND holder = $2 AND status = 1 AND expires_ms > $4
       FOR UPDATE SKIP LOCKED
)
UPDATE baseline_seats AS sold
   SET status = 2, order_id = $3
  FROM mine
 WHERE sold.stream = mine.stream AND sold.seat = mine.seat
RETURNING sold.seat;

-- name: version_read
SELECT seat, version, status, expires_ms FROM baseline_seats WHERE stream = $1 AND seat = ANY ($2::integer[]);

-- name: version_hold
UPDATE baseline_seats AS mine
   SET status = 1, hold = $4, holder = $5, expires_ms = $6, version = mine.version + 1
  FROM unnest($2::integer[], $3::integer[]) AS seen (seat, version)
 WHERE mine.stream = $1 AND mine.seat = seen.seat AND mine.version = seen.version
RETURNING mine.seat;

-- name: version_read_hold
SELECT seat, version FROM baseline_seats WHERE hold = $1 AND holder = $2 AND status = 1 AND expires_ms > $3;

-- name: version_confirm
UPDATE baseline_seats AS sold
   SET status = 2, order_id = $4, version = sold.version + 1
  FROM unnest($2::integer[], $3::integer[]) AS seen (seat, version)
 WHERE sold.stream = $1 AND sold.seat = seen.seat AND sold.version = seen.version
RETURNING sold.seat;

-- name: release
UPDATE baseline_seats
   SET status = 0, hold = NULL, version = version + 1
 WHERE hold = $1 AND holder = $2 AND status = 1
RETURNING seat;

-- name: counts
SELECT status, count(*) FROM baseline_seats GROUP BY status;

-- name: orders_without_seats
-- An order whose seat was sold to another afterwards has none left.
SELECT orders.id
  FROM orders
  LEFT JOIN baseline_seats AS seats ON seats.hold = orders.hold AND seats.order_id = orders.id
 WHERE seats.order_id IS NULL
 LIMIT 100;

-- name: seats_sold_twice
SELECT orders.hold FROM orders GROUP BY orders.hold HAVING count(*) > 1 LIMIT 100;
