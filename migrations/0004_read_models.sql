-- Read models for whoever asks by SQL: behind the running worlds by a moment, made again from them after a loss. No
-- start reads them; recovery has snapshots and the log.

CREATE TABLE orrery.chunks (
  world text COLLATE "C" NOT NULL,
  id integer NOT NULL,
  -- {"diamond", "i", "j"}: its first cell on the lattice.
  position jsonb NOT NULL,
  -- Packed as clients get them (src/domain/chunkCodec.ts), deflated.
  cell_states bytea NOT NULL,
  tick bigint NOT NULL,
  PRIMARY KEY (world, id)
);
ALTER TABLE orrery.chunks ALTER COLUMN cell_states SET STORAGE EXTERNAL;

CREATE TABLE orrery.players (
  world text COLLATE "C" NOT NULL,
  id text COLLATE "C" NOT NULL,
  -- The cell where the player stands.
  position integer NOT NULL,
  inventory jsonb NOT NULL,
  tick bigint NOT NULL,
  PRIMARY KEY (world, id)
);

CREATE TABLE orrery.prototypes (
  type text COLLATE "C" PRIMARY KEY,
  properties jsonb NOT NULL
);

-- How far a reader of the log has come: everything through this position is done, and `state` (JSON) is what came of it.
CREATE TABLE orrery.checkpoints (
  name text COLLATE "C" PRIMARY KEY,
  position bigint NOT NULL,
  state text NOT NULL
);
