-- What a mailbox tells that is not in the log, and how much of it had to make room: so that nothing is missed unsaid.

-- The newest orders of each account that were refused; `told` is JSON as the mailbox tells it.
CREATE TABLE orrery.refusals (
  account text COLLATE "C" NOT NULL,
  number bigint NOT NULL,
  command_id text COLLATE "C" NOT NULL,
  refused text COLLATE "C" NOT NULL,
  told text NOT NULL,
  PRIMARY KEY (account, number),
  UNIQUE (account, command_id, refused)
);

-- Number of each account's newest.
CREATE TABLE orrery.refusal_heads (
  account text COLLATE "C" PRIMARY KEY,
  number bigint NOT NULL
);

-- The newest line of each world's chat that is gone.
CREATE TABLE orrery.chat_cuts (
  world text COLLATE "C" PRIMARY KEY,
  id bigint NOT NULL
);
