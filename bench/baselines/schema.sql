-- The tables of the designs that keep seats in PostgreSQL. Each statement runs once, at the start.

-- name: seats
-- A row a seat, found by number. The room left on each page keeps updates that touch no index
-- on their page (heap-only tuples). status: 0 free, 1 held, 2 sold.
CREATE TABLE IF NOT EXISTS baseline_seats (
    stream     bigint   NOT NULL,
    seat       integer  NOT NULL,
    status     smallint NOT NULL DEFAULT 0,
    version    integer  NOT NULL DEFAULT 0,
    expires_ms bigint   NOT NULL DEFAULT 0,
    hold       text,
    holder     text,
    order_id   text,
    PRIMARY KEY (stream, seat)
) WITH (fillfactor = 50);

-- name: seats_by_hold
CREATE INDEX IF NOT EXISTS baseline_seats_by_hold ON baseline_seats (hold) WHERE hold IS NOT NULL;

-- name: advisory_hold
-- Lock, look, take: one round trip. Inside a function each statement has a snapshot of its own,
-- so what is read after the lock is what the former owner of the lock committed.
CREATE OR REPLACE FUNCTION baseline_advisory_hold(
    event_key bigint, of_stream bigint, wanted integer[], by_hold text, by_holder text, now_ms bigint, until_ms bigint
) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
    free integer;
BEGIN
    PERFORM pg_advisory_xact_lock(event_key);
    SELECT count(*) INTO free
      FROM baseline_seats
     WHERE stream = of_stream AND seat = ANY (wanted)
       AND (status = 0 OR (status = 1 AND expires_ms <= now_ms));
    IF free < cardinality(wanted) THEN
        RETURN false;
    END IF;
    UPDATE baseline_seats
       SET status = 1, hold = by_hold, holder = by_holder, expires_ms = until_ms
     WHERE stream = of_stream AND seat = ANY (wanted);
    RETURN true;
END $$;

-- name: advisory_confirm
CREATE OR REPLACE FUNCTION baseline_advisory_confirm(
    event_key bigint, of_hold text, of_holder text, as_order text, now_ms bigint
) RETURNS integer[] LANGUAGE plpgsql AS $$
DECLARE
    taken integer[];
BEGIN
    PERFORM pg_advisory_xact_lock(event_key);
    WITH sold AS (
        UPDATE baseline_seats
           SET status = 2, order_id = as_order
         WHERE hold = of_hold AND holder = of_holder AND status = 1 AND expires_ms > now_ms
        RETURNING seat
    )
    SELECT coalesce(array_agg(seat), '{}') INTO taken FROM sold;
    RETURN taken;
END $$;
