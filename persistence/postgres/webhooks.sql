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

-- name: owner_of
SELECT organiser FROM events WHERE id = $1;

-- name: deliveries
-- The newest first.
SELECT data FROM deliveries
 WHERE data->>'endpoint' = $1 AND ($2 = '' OR id < $2)
 ORDER BY id DESC
 LIMIT $3;

-- name: stream_end
SELECT leases.stream, leases.next_seq - 1 AS last_seq
  FROM streams
  JOIN leases ON leases.stream = streams.id
 WHERE streams.event = $1 AND ($2 = '' OR streams.section = $2)
 ORDER BY streams.ordinal;
