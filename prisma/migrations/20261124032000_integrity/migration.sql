-- What keeps the log's head elsewhere too, and checks the whole of it. These tables are notes of how far that has come:
-- what proves something is the log itself and what lies at the anchor.
ALTER TYPE audit.action ADD VALUE 'anchor.failed';
ALTER TYPE audit.action ADD VALUE 'anchor.restored';
ALTER TYPE audit.action ADD VALUE 'check.asked';

-- One row a place that checkpoints go to: an anchor, or an authority that stamps them with its time.
CREATE TABLE anchors (
  place         text        PRIMARY KEY,
  -- every checkpoint up to this size is there
  through_size  bigint      NOT NULL DEFAULT 0,
  -- the newest that is there, when it was signed and when it was put there
  latest_size   bigint      NOT NULL DEFAULT 0,
  latest_at     timestamptz(6),
  anchored_at   timestamptz(6),
  -- the first size of which something else is there than was to be written
  other_size    bigint,
  failing_since timestamptz(6),
  cause         text
);

-- Time stamps (RFC 3161) of checkpoints.
CREATE TABLE time_stamps (
  size       bigint         PRIMARY KEY,
  authority  text           NOT NULL,
  stamped_at timestamptz(6) NOT NULL,
  -- the TimeStampResp, as it came
  answer     bytea          NOT NULL,
  -- the anchor that has it too
  place      text
);

-- Checks of the whole log: asked for by somebody, or by the night.
CREATE TABLE log_checks (
  id       uuid           PRIMARY KEY,
  -- as the log keeps who did it; null for the night's
  asked_by jsonb,
  asked_at timestamptz(6) NOT NULL DEFAULT now(),
  begun_at timestamptz(6),
  ended_at timestamptz(6),
  -- how many blocks are looked at, and how many have been
  size     bigint,
  done     bigint         NOT NULL DEFAULT 0,
  outcome  text,
  code     text,
  sentence text
);
CREATE UNIQUE INDEX log_checks_one_open ON log_checks ((ended_at IS NULL)) WHERE ended_at IS NULL;
CREATE INDEX log_checks_ended ON log_checks (ended_at DESC);
