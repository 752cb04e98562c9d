-- Exports of the log that are made in the background. Files lie here, sealed: whichever process is asked can give them,
-- and they are in no folder and no backup of one.

CREATE TABLE log_exports (
  id         uuid        PRIMARY KEY,
  -- who asked for it, and alone may fetch it
  person_id  uuid        NOT NULL REFERENCES people (id),
  asked_at   timestamptz NOT NULL DEFAULT now(),
  -- the parameters of GET /audit/export; emptied when the file is removed
  asked      jsonb       NOT NULL,
  format     text        NOT NULL,
  state      text        NOT NULL DEFAULT 'waiting',
  -- each begins the file anew, under a key of its own
  attempt    integer     NOT NULL DEFAULT 0,
  sealed_key text,
  -- so far; chunks are those of this attempt
  rows       bigint      NOT NULL DEFAULT 0,
  -- how many fit, where they could be counted
  total      bigint,
  bytes      bigint      NOT NULL DEFAULT 0,
  chunks     integer     NOT NULL DEFAULT 0,
  begun_at   timestamptz,
  ended_at   timestamptz,
  code       text,
  expires_at timestamptz NOT NULL,
  CONSTRAINT log_exports_state CHECK (state IN ('waiting', 'running', 'done', 'failed', 'cancelled', 'removed'))
);
CREATE INDEX log_exports_person ON log_exports (person_id, asked_at DESC);

CREATE TABLE log_export_chunks (
  export_id uuid    NOT NULL REFERENCES log_exports (id),
  attempt   integer NOT NULL,
  number    integer NOT NULL,
  sealed    bytea   NOT NULL,
  PRIMARY KEY (export_id, attempt, number)
);
-- What is sealed is not compressed any further.
ALTER TABLE log_export_chunks ALTER COLUMN sealed SET STORAGE EXTERNAL;
