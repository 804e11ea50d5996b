-- name: sold_as
-- Of late money alone: every other payment's seats are sold as the order itself.
SELECT data FROM payments WHERE data->>'booking' = $1 AND data->>'booking' <> id;
