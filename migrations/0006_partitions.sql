-- The log in ranges of positions, each a table of its own: what is archived leaves with its table, and indexes stay small.

DROP VIEW orrery.streams;
DROP VIEW orrery.accounts;
DROP VIEW orrery.ledger;

ALTER TABLE orrery.events RENAME TO events_0;
ALTER INDEX orrery.events_pkey RENAME TO events_0_pkey;
ALTER INDEX orrery.events_stream_stream_version_key RENAME TO events_0_stream_stream_version_key;

-- A unique index of a partitioned table has to hold what it is partitioned by, so (stream, stream_version) is unique in each
-- partition by an index of its own. That no stream is begun twice is for `streams` to say; that none skips or repeats a
-- version, for the lock on the head.
CREATE TABLE orrery.events (
  position bigint PRIMARY KEY,
  stream text COLLATE "C" NOT NULL,
  stream_version bigint NOT NULL,
  type text NOT NULL,
  version integer NOT NULL,
  data text NOT NULL,
  metadata text NOT NULL
) PARTITION BY RANGE (position);

-- Positions from `first` up to before `ends` are in the table events_{first}.
CREATE TABLE orrery.partitions (
  first bigint PRIMARY KEY,
  ends bigint NOT NULL UNIQUE
);

-- Every stream that was begun, and the position of its first event.
CREATE TABLE orrery.streams (
  stream text COLLATE "C" PRIMARY KEY,
  first bigint NOT NULL
);
INSERT INTO orrery.streams (stream, first)
  SELECT stream, position FROM orrery.events_0 WHERE stream_version = 1;

DO $$
DECLARE
  ends bigint := (SELECT (position / 1048576 + 1) * 1048576 FROM orrery.head);
BEGIN
  EXECUTE format(
    'ALTER TABLE orrery.events ATTACH PARTITION orrery.events_0 FOR VALUES FROM (0) TO (%s)', ends);
  INSERT INTO orrery.partitions VALUES (0, ends);
END $$;

-- Makes the partitions that a log through this position needs, each of `size` positions; gives where the last one ends.
-- ATTACH keeps neither readers nor writers waiting, as CREATE TABLE … PARTITION OF would.
CREATE FUNCTION orrery.make_room(through bigint, size bigint) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
  top bigint;
BEGIN
  LOCK TABLE orrery.partitions IN SHARE ROW EXCLUSIVE MODE;
  SELECT coalesce(max(ends), 0) INTO top FROM orrery.partitions;
  WHILE top <= through LOOP
    EXECUTE format(
      'CREATE TABLE orrery.events_%s (LIKE orrery.events, UNIQUE (stream, stream_version))', top);
    EXECUTE format(
      'ALTER TABLE orrery.events ATTACH PARTITION orrery.events_%1$s FOR VALUES FROM (%1$s) TO (%2$s)',
      top, top + size);
    INSERT INTO orrery.partitions VALUES (top, top + size);
    top := top + size;
  END LOOP;
  RETURN top;
END $$;

CREATE VIEW orrery.accounts AS
  SELECT substr(stream, length('account-') + 1) AS account,
    min(metadata::json ->> 'at') AS joined_at,
    bool_or(type = 'AccountErased') AS erased
  FROM orrery.events WHERE stream LIKE 'account-%' GROUP BY stream;

CREATE VIEW orrery.ledger AS
  SELECT substr(stream, length('ledger-') + 1) AS world, stream_version AS version, position, type,
    coalesce(data::json ->> 'tick', data::json ->> 'emptyThrough')::bigint AS tick,
    (data::json ->> 'count')::bigint AS count,
    coalesce(data::json ->> 'digest', data::json ->> 'rulesHash') AS digest
  FROM orrery.events WHERE stream LIKE 'ledger-%';
