-- The log is written and sealed with less work.

-- As it was; whether an id was made well within this month is asked of one border and its next.
CREATE OR REPLACE FUNCTION audit.append_audit_event(event jsonb, OUT id bigint, OUT at timestamptz)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
  e audit.event_input;
  c audit.audit_content;
  stamped CONSTANT timestamptz := clock_timestamp();
  month CONSTANT timestamp := date_trunc('month', stamped AT TIME ZONE 'UTC');
  made timestamp;
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
  made := to_timestamp(('x' || substr(encode(uuid_send(e.event_id), 'hex'), 1, 12))::bit(48)::bigint / 1000.0) AT TIME ZONE 'UTC';
  IF substr(e.event_id::text, 15, 1) <> '7'
    OR made NOT BETWEEN month + interval '1 day' AND month + interval '1 month -1 day'
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

-- The next rows in the order in which they are sealed, whether they are settled or not; all of each, so that nobody has to
-- look for them one by one. Never by sorting: after the sealer was away for a day that would be all there is, for every
-- block. Nor planned anew for each, over all months. What is left over and is not there any more is a row of nothing, which
-- no block takes.
DROP FUNCTION audit.next_rows(integer);
CREATE FUNCTION audit.next_rows(most integer) RETURNS SETOF audit.events
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET enable_sort = off SET plan_cache_mode = force_generic_plan
AS $$
DECLARE
  position record;
BEGIN
  SELECT * INTO position FROM audit.seal_position();
  IF position.is_left_over THEN
    RETURN QUERY
    SELECT e.* FROM audit.left_over l
    LEFT JOIN LATERAL (SELECT * FROM audit.events e WHERE e.at = l.at AND e.id = l.id LIMIT 1) e ON true
    WHERE l.series = position.series AND (l.tx, l.id) > (position.after_tx, position.after_id)
    ORDER BY l.tx, l.id LIMIT most;
  ELSE
    RETURN QUERY
    SELECT e.* FROM audit.events e
    WHERE e.id >= position.first_id AND (e.tx, e.id) > (position.after_tx, position.after_id)
    ORDER BY e.tx, e.id LIMIT most;
  END IF;
END
$$;
REVOKE ALL ON FUNCTION audit.next_rows(integer) FROM PUBLIC;
