-- Rows that are due. {table} is one of ours, never a caller's word.

-- name: begin
-- Two statements' worth in one: a row that is there already is read by `get` after this.
INSERT INTO {table} (id, version, due_ms, alias, data) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (id) DO NOTHING;

-- name: get
SELECT data FROM {table} WHERE id = $1;

-- name: find
SELECT data FROM {table} WHERE alias = $1;

-- name: advance
UPDATE {table} SET version = $2, due_ms = $3, alias = $4, data = $5 WHERE id = $1 AND version = $2 - 1;

-- name: claim
-- Whoever comes at the same time passes over the rows that another one is just taking.
WITH due AS (
    SELECT id FROM {table} WHERE due_ms <= $1 ORDER BY due_ms LIMIT $3 FOR UPDATE SKIP LOCKED
)
UPDATE {table} SET due_ms = $2 FROM due WHERE {table}.id = due.id RETURNING {table}.data;

-- name: page
SELECT data FROM {table} WHERE id > $1 ORDER BY id LIMIT $2;

-- name: among
SELECT data FROM {table} WHERE id = ANY($1::text[]);
