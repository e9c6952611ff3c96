-- What stands for events that are in an archive, and views of the log for whoever asks by SQL.

-- A stream as far as it was folded when events of it went into an archive: who decides goes on from there. `state` is
-- JSON (src/platform/foldText.ts).
CREATE TABLE orrery.folds (
  stream text COLLATE "C" PRIMARY KEY,
  version bigint NOT NULL,
  state text NOT NULL
);

-- Positions first to last are in a file. Of each stream, its first event and its newest stay in the log: so that a stream
-- that exists is never begun again, and its version is known.
CREATE TABLE orrery.archives (
  first bigint PRIMARY KEY,
  last bigint NOT NULL,
  events bigint NOT NULL,
  -- SHA-256 of the lines before they were compressed.
  digest bytea NOT NULL,
  file text NOT NULL,
  archived_at timestamptz NOT NULL DEFAULT now()
);

CREATE VIEW orrery.streams AS
  SELECT stream, max(stream_version) AS version, max(position) AS position
  FROM orrery.events GROUP BY stream;

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
