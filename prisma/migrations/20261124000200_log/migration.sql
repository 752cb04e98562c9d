-- The log. Its rows are written by one function and changed by nobody; they outlive what they speak of, so nothing
-- here refers to a table of the portal.

CREATE SCHEMA audit;

-- lib/audit/event.ts holds the same list, with meanings; a test keeps the two equal. Add values, never rename one.
CREATE TYPE audit.action AS ENUM (
  'sign-in.succeeded',
  'sign-in.failed',
  'sign-in.ended',
  'session.searched',
  'recording.viewed',
  'viewing.opened',
  'viewing.refused',
  'viewing.window',
  'viewing.progressed',
  'viewing.closed',
  'download.opened',
  'download.refused',
  'download.window',
  'download.closed',
  'grant.given',
  'grant.changed',
  'grant.revoked',
  'grant.expired',
  'request.made',
  'request.approved',
  'request.refused',
  'request.lapsed',
  'role.changed',
  'person.disabled',
  'project.changed',
  'storage.changed',
  'certificate.changed',
  'retention.changed',
  'hold.changed',
  'key.used',
  'key.failed',
  'archive.ingested',
  'archive.rescued',
  'archive.deleted',
  'archive.altered',
  'archive.undecryptable',
  'log.searched',
  'log.exported',
  'log.verified',
  'log.dropped',
  'sealer.started',
  'sealer.stopped',
  'sealer.failed',
  'server.started',
  'server.stopped',
  'address.refused'
);

CREATE TYPE audit.outcome AS ENUM ('allowed', 'refused', 'failed');

CREATE SEQUENCE audit.events_id_seq;

-- One act, one row. Everything a canonical line needs is here exactly: no floats, times with microseconds. Personal
-- fields stand as SHA-256(16-byte salt ‖ UTF-8 value), value and salt beside the row in audit_content. Wide columns
-- come first, so that rows carry no padding; a window of a viewing fills the first dozen columns and no other.
CREATE TABLE audit.events (
  id                      bigint      NOT NULL,
  -- the database's clock; the application's is in the event id, a UUIDv7
  at                      timestamptz NOT NULL,
  -- the writing transaction: tells which rows are settled (pg_snapshot_xmin)
  tx                      xid8        NOT NULL,
  -- plaintext bytes of the recording, end exclusive; what is sent for them
  window_start            bigint,
  window_end              bigint,
  bytes                   bigint,
  event_id                uuid        NOT NULL,
  viewing_id              uuid,
  action                  audit.action  NOT NULL,
  outcome                 audit.outcome NOT NULL,
  -- what the window covers of the recording
  media_from_ms           integer,
  media_to_ms             integer,
  schema_version          smallint    NOT NULL,
  -- the database role that wrote it
  writer                  text        NOT NULL,
  -- what the player claims was played: from, to, from, to …
  claimed_ms              integer[],
  code                    text,
  -- person or service; empty in slim rows of a viewing, whose opening says who
  actor_kind              text,
  actor_issuer            text,
  actor_subject           text,
  actor_roles             text[],
  actor_name_hash         bytea,
  actor_email_hash        bytea,
  sign_in_id              uuid,
  signed_in_at            timestamptz,
  acr                     text,
  amr                     text[],
  address_hash            bytea,
  user_agent_hash         bytea,
  request_id              text,
  target_kind             text,
  target_id               text,
  session_id              text,
  archive_id              uuid,
  project_id              uuid,
  project_name            text,
  region                  text,
  grant_id                uuid,
  reason_code             text,
  reason_hash             bytea,
  case_reference_hash     bytea,
  certificate_fingerprint text,
  before                  jsonb,
  after                   jsonb,
  application_version     text,
  application_instance    text,

  PRIMARY KEY (at, id),
  CONSTRAINT events_window_forward CHECK (window_end >= window_start),
  CONSTRAINT events_media_forward CHECK (media_to_ms >= media_from_ms)
) PARTITION BY RANGE (at);

-- Each partition has a unique index on event_id of its own besides (make_months): a partitioned one would have to
-- hold the time too and would not make the event id unique.
CREATE INDEX events_viewing ON audit.events (viewing_id) WHERE viewing_id IS NOT NULL;
CREATE INDEX events_opening ON audit.events (viewing_id)
  WHERE action IN ('viewing.opened', 'download.opened');
CREATE INDEX events_session ON audit.events (session_id, at DESC, id DESC) WHERE session_id IS NOT NULL;
CREATE INDEX events_archive ON audit.events (archive_id, at DESC, id DESC) WHERE archive_id IS NOT NULL;
CREATE INDEX events_person ON audit.events (actor_subject, at DESC, id DESC) WHERE actor_subject IS NOT NULL;
CREATE INDEX events_project ON audit.events (project_id, at DESC, id DESC) WHERE project_id IS NOT NULL;
-- what the log's page lists: everything but what is folded under its viewing
CREATE INDEX events_listed ON audit.events (at DESC, id DESC)
  WHERE action NOT IN ('viewing.window', 'viewing.progressed', 'download.window');
CREATE INDEX events_action ON audit.events (action, at DESC, id DESC)
  WHERE action NOT IN ('viewing.window', 'viewing.progressed', 'download.window');

-- Personal values and their salts. Dropping one leaves every row and every proof standing.
CREATE TABLE audit.audit_content (
  event_id            uuid PRIMARY KEY,
  actor_name          text,
  actor_name_salt     bytea,
  actor_email         text,
  actor_email_salt    bytea,
  address             text,
  address_salt        bytea,
  user_agent          text,
  user_agent_salt     bytea,
  reason              text,
  reason_salt         bytea,
  case_reference      text,
  case_reference_salt bytea
);

-- Nobody changes the log, its owner included. The row triggers come to partitions by themselves, those of a
-- statement do not: TRUNCATE of a partition fires its own trigger and not its parent's.
CREATE FUNCTION audit.refuse_change() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  RAISE EXCEPTION 'the log is added to and never changed' USING ERRCODE = 'insufficient_privilege';
END
$$;

CREATE FUNCTION audit.guard_table(guarded regclass) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  EXECUTE format(
    'CREATE TRIGGER refuse_statement BEFORE UPDATE OR DELETE OR TRUNCATE ON %s '
    'FOR EACH STATEMENT EXECUTE FUNCTION audit.refuse_change()', guarded);
  -- also for a session that plays the replica
  EXECUTE format('ALTER TABLE %s ENABLE ALWAYS TRIGGER refuse_statement', guarded);
  EXECUTE format('ALTER TABLE %s ENABLE ALWAYS TRIGGER refuse_row', guarded);
END
$$;

CREATE TRIGGER refuse_row BEFORE UPDATE OR DELETE ON audit.events
  FOR EACH ROW EXECUTE FUNCTION audit.refuse_change();
SELECT audit.guard_table('audit.events');

-- Keeps the portal alive when months have run out; rows in it are an alarm.
CREATE TABLE audit.events_default PARTITION OF audit.events DEFAULT;
CREATE UNIQUE INDEX events_default_event ON audit.events_default (event_id);
SELECT audit.guard_table('audit.events_default');

-- Makes the months from this one to 24 ahead that are missing; answers how many it made. A month that already has
-- rows in the default partition cannot be made and is passed over.
CREATE FUNCTION audit.make_months() RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  this_month CONSTANT timestamp := date_trunc('month', clock_timestamp() AT TIME ZONE 'UTC');
  month timestamp;
  partition text;
  made integer := 0;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended('audit.make_months', 0));
  FOR ahead IN 0..24 LOOP
    month := this_month + make_interval(months => ahead);
    partition := 'events_' || to_char(month, 'YYYY_MM');
    CONTINUE WHEN to_regclass('audit.' || partition) IS NOT NULL;
    BEGIN
      EXECUTE format(
        'CREATE TABLE audit.%I PARTITION OF audit.events FOR VALUES FROM (%L) TO (%L)',
        partition, month AT TIME ZONE 'UTC', (month + interval '1 month') AT TIME ZONE 'UTC');
      EXECUTE format(
        'CREATE UNIQUE INDEX %I ON audit.%I (event_id)', partition || '_event', partition);
      PERFORM audit.guard_table(('audit.' || partition)::regclass);
      made := made + 1;
    EXCEPTION WHEN check_violation THEN
      RAISE WARNING 'rows of % stand in the default partition', to_char(month, 'YYYY-MM');
    END;
  END LOOP;
  RETURN made;
END
$$;

SELECT audit.make_months();

-- What an event may hold; a key that is not here is refused. Time, transaction and writer are not among them.
CREATE TYPE audit.event_input AS (
  event_id uuid, action audit.action, outcome audit.outcome, schema_version smallint, code text,
  actor_kind text, actor_issuer text, actor_subject text, actor_name text, actor_email text, actor_roles text[],
  sign_in_id uuid, signed_in_at timestamptz, acr text, amr text[],
  address text, user_agent text, request_id text, target_kind text, target_id text,
  session_id text, archive_id uuid, project_id uuid, project_name text, region text,
  viewing_id uuid, grant_id uuid, reason_code text, reason text, case_reference text,
  window_start bigint, window_end bigint, bytes bigint,
  media_from_ms integer, media_to_ms integer, claimed_ms integer[],
  certificate_fingerprint text, before jsonb, after jsonb, application_version text, application_instance text
);

-- The one way into the log. A repeated event id is answered with the row already there.
CREATE FUNCTION audit.append_audit_event(event jsonb, OUT id bigint, OUT at timestamptz)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
  e audit.event_input;
  c audit.audit_content;
  stamped CONSTANT timestamptz := clock_timestamp();
  made timestamptz;
BEGIN
  IF event - ARRAY[
    'event_id', 'action', 'outcome', 'schema_version', 'code',
    'actor_kind', 'actor_issuer', 'actor_subject', 'actor_name', 'actor_email', 'actor_roles',
    'sign_in_id', 'signed_in_at', 'acr', 'amr',
    'address', 'user_agent', 'request_id', 'target_kind', 'target_id',
    'session_id', 'archive_id', 'project_id', 'project_name', 'region',
    'viewing_id', 'grant_id', 'reason_code', 'reason', 'case_reference',
    'window_start', 'window_end', 'bytes', 'media_from_ms', 'media_to_ms', 'claimed_ms',
    'certificate_fingerprint', 'before', 'after', 'application_version', 'application_instance'
  ] <> '{}'::jsonb THEN
    RAISE EXCEPTION 'the event holds something the log has no place for' USING ERRCODE = 'invalid_parameter_value';
  END IF;
  e := jsonb_populate_record(NULL::audit.event_input, event);

  -- Within a month the partition's unique index finds a repeated id. A repetition across a border between months
  -- would meet another index: around one, and for an id that tells no credible time, all months are asked under a lock.
  made := CASE WHEN substr(e.event_id::text, 15, 1) = '7' THEN
    to_timestamp(('x' || encode(substr(uuid_send(e.event_id), 1, 6), 'hex'))::bit(48)::bigint / 1000.0) END;
  IF made IS NULL
    OR date_trunc('month', made - interval '1 day', 'UTC') <> date_trunc('month', made + interval '1 day', 'UTC')
    OR date_trunc('month', made, 'UTC') <> date_trunc('month', stamped, 'UTC')
  THEN
    PERFORM pg_advisory_xact_lock(hashtextextended(e.event_id::text, 0));
    SELECT old.id, old.at INTO id, at FROM audit.events old WHERE old.event_id = e.event_id;
    IF FOUND THEN
      RETURN;
    END IF;
  END IF;

  IF e.actor_name IS NOT NULL THEN c.actor_name_salt := uuid_send(gen_random_uuid()); END IF;
  IF e.actor_email IS NOT NULL THEN c.actor_email_salt := uuid_send(gen_random_uuid()); END IF;
  IF e.address IS NOT NULL THEN c.address_salt := uuid_send(gen_random_uuid()); END IF;
  IF e.user_agent IS NOT NULL THEN c.user_agent_salt := uuid_send(gen_random_uuid()); END IF;
  IF e.reason IS NOT NULL THEN c.reason_salt := uuid_send(gen_random_uuid()); END IF;
  IF e.case_reference IS NOT NULL THEN c.case_reference_salt := uuid_send(gen_random_uuid()); END IF;

  INSERT INTO audit.events AS new (
    id, at, tx, window_start, window_end, bytes, event_id, viewing_id, action, outcome, media_from_ms, media_to_ms,
    schema_version, writer, claimed_ms, code, actor_kind, actor_issuer, actor_subject, actor_roles,
    actor_name_hash, actor_email_hash, sign_in_id, signed_in_at, acr, amr, address_hash, user_agent_hash,
    request_id, target_kind, target_id, session_id, archive_id, project_id, project_name, region, grant_id,
    reason_code, reason_hash, case_reference_hash, certificate_fingerprint, before, after,
    application_version, application_instance
  ) VALUES (
    nextval('audit.events_id_seq'), stamped, pg_current_xact_id(), e.window_start, e.window_end, e.bytes,
    e.event_id, e.viewing_id, e.action, e.outcome, e.media_from_ms, e.media_to_ms,
    coalesce(e.schema_version, 1), session_user, e.claimed_ms, e.code, e.actor_kind, e.actor_issuer, e.actor_subject,
    e.actor_roles,
    sha256(c.actor_name_salt || convert_to(e.actor_name, 'UTF8')),
    sha256(c.actor_email_salt || convert_to(e.actor_email, 'UTF8')),
    e.sign_in_id, e.signed_in_at, e.acr, e.amr,
    sha256(c.address_salt || convert_to(e.address, 'UTF8')),
    sha256(c.user_agent_salt || convert_to(e.user_agent, 'UTF8')),
    e.request_id, e.target_kind, e.target_id, e.session_id, e.archive_id, e.project_id, e.project_name, e.region,
    e.grant_id, e.reason_code,
    sha256(c.reason_salt || convert_to(e.reason, 'UTF8')),
    sha256(c.case_reference_salt || convert_to(e.case_reference, 'UTF8')),
    e.certificate_fingerprint, e.before, e.after, e.application_version, e.application_instance
  )
  ON CONFLICT DO NOTHING
  RETURNING new.id, new.at INTO id, at;

  IF NOT FOUND THEN
    SELECT old.id, old.at INTO STRICT id, at FROM audit.events old WHERE old.event_id = e.event_id;
    RETURN;
  END IF;

  IF num_nonnulls(e.actor_name, e.actor_email, e.address, e.user_agent, e.reason, e.case_reference) > 0 THEN
    INSERT INTO audit.audit_content VALUES (
      e.event_id, e.actor_name, c.actor_name_salt, e.actor_email, c.actor_email_salt, e.address, c.address_salt,
      e.user_agent, c.user_agent_salt, e.reason, c.reason_salt, e.case_reference, c.case_reference_salt
    );
  END IF;
END
$$;

-- The log for other programs. What a row of a viewing does not say itself, its opening says: which recording, and,
-- where the row names nobody, who and from where. A refusal of somebody else's viewing does not borrow its reason.
CREATE VIEW audit.log AS
SELECT
  e.id,
  e.at,
  e.action::text AS action,
  e.outcome::text AS outcome,
  e.code,
  CASE WHEN e.actor_kind IS NULL AND o.actor_email_hash IS NOT NULL THEN coalesce(oc.actor_email, 'erased')
    WHEN e.actor_email_hash IS NOT NULL THEN coalesce(c.actor_email, 'erased') END AS actor_email,
  CASE WHEN e.actor_kind IS NULL THEN o.actor_subject ELSE e.actor_subject END AS actor_subject,
  coalesce(e.project_name, o.project_name) AS project,
  coalesce(e.session_id, o.session_id) AS session_id,
  coalesce(e.archive_id, o.archive_id) AS archive_id,
  e.viewing_id,
  e.window_start,
  e.window_end,
  e.bytes,
  coalesce(e.reason_code, o.reason_code) AS reason_code,
  CASE WHEN e.reason_hash IS NOT NULL THEN coalesce(c.reason, 'erased')
    WHEN o.reason_hash IS NOT NULL THEN coalesce(oc.reason, 'erased') END AS reason,
  CASE WHEN e.case_reference_hash IS NOT NULL THEN coalesce(c.case_reference, 'erased')
    WHEN o.case_reference_hash IS NOT NULL THEN coalesce(oc.case_reference, 'erased') END AS case_reference,
  CASE WHEN e.address_hash IS NOT NULL THEN coalesce(c.address, 'erased')
    WHEN e.actor_kind IS NULL AND o.address_hash IS NOT NULL THEN coalesce(oc.address, 'erased') END AS address,
  e.request_id
FROM audit.events e
LEFT JOIN audit.audit_content c ON c.event_id = e.event_id
LEFT JOIN LATERAL (
  SELECT
    opening.event_id, opening.actor_subject, opening.actor_email_hash, opening.address_hash,
    opening.project_name, opening.session_id, opening.archive_id,
    CASE WHEN NOT stranger THEN opening.reason_code END AS reason_code,
    CASE WHEN NOT stranger THEN opening.reason_hash END AS reason_hash,
    CASE WHEN NOT stranger THEN opening.case_reference_hash END AS case_reference_hash
  FROM audit.events opening
  CROSS JOIN (SELECT e.actor_kind IS NOT NULL AND e.outcome = 'refused' AS stranger) AS this
  WHERE opening.viewing_id = e.viewing_id
    AND opening.action IN ('viewing.opened', 'download.opened')
    AND e.action NOT IN ('viewing.opened', 'download.opened')
  LIMIT 1
) o ON true
LEFT JOIN audit.audit_content oc ON oc.event_id = o.event_id;

REVOKE ALL ON SCHEMA audit FROM PUBLIC;
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA audit FROM PUBLIC;
REVOKE ALL ON ALL TABLES IN SCHEMA audit FROM PUBLIC;
