-- Worlds as they stood at a tick, so that a start need not run the whole ledger. Each is written in one transaction and
-- may be deleted: the log has it all.

CREATE TABLE orrery.snapshots (
  world text COLLATE "C" NOT NULL,
  tick bigint NOT NULL,
  rules_hash text NOT NULL,
  state_hash text NOT NULL,
  -- What was applied: the ledger through this version, the log through this position.
  ledger_version bigint NOT NULL,
  position bigint NOT NULL,
  -- Kept for ever: the last state under rules that were changed.
  pinned boolean NOT NULL,
  -- SHA-256 over the names and digests of the parts: none may be missing.
  digest bytea NOT NULL,
  PRIMARY KEY (world, tick)
);

CREATE TABLE orrery.snapshot_parts (
  world text COLLATE "C" NOT NULL,
  tick bigint NOT NULL,
  name text COLLATE "C" NOT NULL,
  -- SHA-256 of the bytes before they were deflated.
  digest bytea NOT NULL,
  deflated bytea NOT NULL,
  PRIMARY KEY (world, tick, name),
  FOREIGN KEY (world, tick) REFERENCES orrery.snapshots ON DELETE CASCADE
);
-- Deflated already.
ALTER TABLE orrery.snapshot_parts ALTER COLUMN deflated SET STORAGE EXTERNAL;
