-- The log, its head, and the answers that commands got.

-- One row: the position of the newest event. Every append moves it in its own transaction, so positions are dense
-- and become visible in order; whoever holds this row's lock is the only writer.
CREATE TABLE orrery.head (
  single boolean PRIMARY KEY DEFAULT true CHECK (single),
  position bigint NOT NULL
);
INSERT INTO orrery.head (position) VALUES (0);

-- Data and metadata are JSON as text: they are read as a whole, and text is cheaper to write than jsonb.
CREATE TABLE orrery.events (
  position bigint PRIMARY KEY,
  stream text COLLATE "C" NOT NULL,
  stream_version bigint NOT NULL,
  type text NOT NULL,
  version integer NOT NULL,
  data text NOT NULL,
  metadata text NOT NULL,
  UNIQUE (stream, stream_version)
);

-- answered_at: milliseconds since 1970, by the clock of the server that wrote it.
CREATE TABLE orrery.answers (
  account text COLLATE "C" NOT NULL,
  command_id text COLLATE "C" NOT NULL,
  payload_hash text NOT NULL,
  answer text NOT NULL,
  answered_at bigint NOT NULL,
  PRIMARY KEY (account, command_id)
);
CREATE INDEX answers_by_age ON orrery.answers (answered_at);
