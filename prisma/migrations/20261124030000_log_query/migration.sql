-- What the log is looked through by. Each index has the order of its page behind what it looks for, and none takes a window
-- of a viewing, which most rows are.

-- Personal values are looked for beside their rows, so they stand in the rows' order too.
ALTER TABLE audit.audit_content ADD COLUMN at timestamptz, ADD COLUMN id bigint;
UPDATE audit.audit_content c SET at = e.at, id = e.id FROM audit.events e WHERE e.event_id = c.event_id;

CREATE INDEX audit_content_case ON audit.audit_content (case_reference, at DESC, id DESC)
  WHERE case_reference IS NOT NULL;
CREATE INDEX audit_content_address ON audit.audit_content (address, at DESC, id DESC) WHERE address IS NOT NULL;

CREATE INDEX events_reason ON audit.events (reason_code, at DESC, id DESC) WHERE reason_code IS NOT NULL;
CREATE INDEX events_outcome ON audit.events (outcome, at DESC, id DESC) WHERE outcome <> 'allowed';
-- of those that events_action leaves out, the ones that a walk through all rows might not meet for long
CREATE INDEX events_seldom ON audit.events (action, at DESC, id DESC)
  WHERE action IN ('viewing.progressed', 'download.window');

-- Which roles somebody held, for all projects or for one (`reviewer@…`): 1 reviewer, 2 admin, 4 auditor, added up.
CREATE FUNCTION audit.role_set(roles text[]) RETURNS smallint
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  held CONSTANT text := array_to_string(roles, ' ');
BEGIN
  RETURN (held ~ '(^| )reviewer(@| |$)')::int + 2 * (held ~ '(^| )admin(@| |$)')::int
    + 4 * (held ~ '(^| )auditor(@| |$)')::int;
END
$$;
REVOKE ALL ON FUNCTION audit.role_set(text[]) FROM PUBLIC;
CREATE INDEX events_roles ON audit.events (audit.role_set(actor_roles), at DESC, id DESC)
  WHERE actor_roles IS NOT NULL;

-- As it was; where the row stands is written beside its personal values.
CREATE OR REPLACE FUNCTION audit.append_audit_event(event jsonb, OUT id bigint, OUT at timestamptz)
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
    INSERT INTO audit.audit_content (
      event_id, actor_name, actor_name_salt, actor_email, actor_email_salt, address, address_salt,
      user_agent, user_agent_salt, reason, reason_salt, case_reference, case_reference_salt, at, id
    ) VALUES (
      e.event_id, e.actor_name, c.actor_name_salt, e.actor_email, c.actor_email_salt, e.address, c.address_salt,
      e.user_agent, c.user_agent_salt, e.reason, c.reason_salt, e.case_reference, c.case_reference_salt,
      append_audit_event.at, append_audit_event.id
    );
  END IF;
END
$$;
