-- What can be erased: names, sessions, chat. The log carries ids only.

CREATE TABLE orrery.names (
  kept bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  account text COLLATE "C" NOT NULL,
  name_id text COLLATE "C" NOT NULL UNIQUE,
  name text NOT NULL
);
CREATE INDEX names_by_account ON orrery.names (account, kept);

CREATE TABLE orrery.sessions (
  token_hash text COLLATE "C" PRIMARY KEY,
  mailbox text COLLATE "C" NOT NULL UNIQUE,
  account text COLLATE "C" NOT NULL
);
CREATE INDEX sessions_by_account ON orrery.sessions (account);

-- One row: the newest chat id. Its lock makes ids visible in order, so a reader's cursor never passes a line
-- that is still to be committed.
CREATE TABLE orrery.chat_head (
  single boolean PRIMARY KEY DEFAULT true CHECK (single),
  id bigint NOT NULL
);
INSERT INTO orrery.chat_head (id) VALUES (0);

CREATE TABLE orrery.chat (
  id bigint PRIMARY KEY,
  world text COLLATE "C" NOT NULL,
  account text COLLATE "C" NOT NULL,
  command_id text COLLATE "C" NOT NULL,
  text text NOT NULL,
  at text NOT NULL,
  UNIQUE (account, command_id)
);
CREATE INDEX chat_by_world ON orrery.chat (world, id);

-- A mailbox's acknowledged feed cursor (tick.index).
CREATE TABLE orrery.acknowledgements (
  mailbox text COLLATE "C" PRIMARY KEY,
  tick bigint NOT NULL,
  index bigint NOT NULL
);
