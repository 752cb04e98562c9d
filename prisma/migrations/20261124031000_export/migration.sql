-- Exports of the log.

-- Which block a row is in: its series' blocks are in the order of their last rows.
CREATE INDEX blocks_through ON audit.blocks (series, through_tx, through_id);

-- Of how many blocks each bundle spoke that was made: later bundles prove that they extend it. A convenience, and no
-- part of the log: what is missing here makes a bundle prove less, and nothing false.
CREATE TABLE log_bundles (
  size bigint      PRIMARY KEY,
  at   timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT log_bundles_size_positive CHECK (size > 0)
);
CREATE INDEX log_bundles_at ON log_bundles (at);
