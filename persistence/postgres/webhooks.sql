-- Endpoints of outgoing webhooks.

-- name: create
INSERT INTO webhook_endpoints (id, owner, version, data) VALUES ($1, $2, $3, $4);

-- name: get
SELECT data FROM webhook_endpoints WHERE id = $1;

-- name: advance
UPDATE webhook_endpoints SET version = $2, data = $3 WHERE id = $1 AND version = $2 - 1;

-- name: remove
DELETE FROM webhook_endpoints WHERE id = $1;

-- name: of_owner
SELECT data FROM webhook_endpoints WHERE owner = $1 AND id > $2 ORDER BY id LIMIT $3;

-- name: count
SELECT count(*) AS endpoints FROM webhook_endpoints WHERE owner = $1;

-- name: enabled
SELECT data FROM webhook_endpoints WHERE coalesce(data->>'disabled', '') = '' ORDER BY id;

-- name: mark
-- Another number whenever a row came, went or changed.
SELECT coalesce(sum(hashtextextended(id || ':' || version, 0)), 0)::text AS mark FROM webhook_endpoints;

-- name: owner_of
SELECT organiser FROM events WHERE id = $1;

-- name: deliveries
-- The newest first.
SELECT data FROM deliveries
 WHERE data->>'endpoint' = $1 AND ($2 = '' OR id < $2)
 ORDER BY id DESC
 LIMIT $3;

-- name: stream_end
-- Announcements, stream 0, are of no section; they come last.
SELECT leases.stream, leases.next_seq - 1 AS last_seq
  FROM leases
  LEFT JOIN streams ON streams.id = leases.stream
 WHERE streams.event = $1 AND ($2 = '' OR streams.section = $2)
    OR leases.stream = 0 AND $2 = ''
 ORDER BY streams.ordinal NULLS LAST;
