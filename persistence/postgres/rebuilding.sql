-- A second set of the projections beside the first, under the same names in another schema. {table} is one of ours.

-- name: begin
DROP SCHEMA IF EXISTS projections_rebuilt CASCADE;
CREATE SCHEMA projections_rebuilt;

-- name: table
CREATE TABLE projections_rebuilt.{table} (LIKE public.{table} INCLUDING ALL) WITH (fillfactor = {fillfactor});

-- name: freeze
-- Whoever counts waits until this transaction ends; whoever reads does not.
LOCK TABLE public.projected_streams, projections_rebuilt.projected_streams IN EXCLUSIVE MODE;

-- name: apart
-- Streams that were counted up to different records: tables cannot be compared then.
SELECT count(*) FROM public.projected_streams AS one
  FULL JOIN projections_rebuilt.projected_streams AS other USING (stream)
 WHERE one.seq IS DISTINCT FROM other.seq;

-- name: differ
SELECT (SELECT count(*) FROM (TABLE public.{table} EXCEPT ALL TABLE projections_rebuilt.{table}) AS gone)
     + (SELECT count(*) FROM (TABLE projections_rebuilt.{table} EXCEPT ALL TABLE public.{table}) AS come) AS rows;

-- name: swap
DROP TABLE public.{table};
ALTER TABLE projections_rebuilt.{table} SET SCHEMA public;

-- name: end
DROP SCHEMA projections_rebuilt CASCADE;

-- name: totals
SELECT count(*) AS streams, coalesce(sum(seq), 0)::bigint AS records,
       coalesce(sum(held), 0)::bigint AS held, coalesce(sum(sold), 0)::bigint AS sold,
       coalesce(sum(orders), 0)::bigint AS orders, coalesce(sum(booked), 0)::bigint AS booked
  FROM projections_rebuilt.projected_streams;
