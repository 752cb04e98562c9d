-- What the data model cannot say.

ALTER TABLE people
  ADD CONSTRAINT people_identity_whole CHECK ((issuer IS NULL) = (subject IS NULL)),
  ADD CONSTRAINT people_known_by_something CHECK (subject IS NOT NULL OR email IS NOT NULL),
  ADD CONSTRAINT people_bound_email_bound CHECK (bound_email IS NULL OR subject IS NOT NULL),
  ADD CONSTRAINT people_bound_email_lower CHECK (bound_email = lower(bound_email));

-- A person prepared by mail is prepared once, however the mail is written.
CREATE UNIQUE INDEX people_prepared_once ON people (lower(email)) WHERE subject IS NULL;
CREATE INDEX people_by_mail ON people (lower(email));

ALTER TABLE sign_ins
  ADD CONSTRAINT sign_ins_eight_hours
    CHECK (expires_at > started_at AND expires_at <= started_at + interval '8 hours 1 minute'),
  ADD CONSTRAINT sign_ins_token_hashed CHECK (length(token_hash) >= 43);

-- Sign-ins that go on: what is ended when it lapses.
CREATE INDEX sign_ins_open ON sign_ins (started_at) WHERE ended_at IS NULL;

ALTER TABLE roles_held
  ADD CONSTRAINT roles_held_known CHECK (role IN ('reviewer', 'admin', 'auditor'));

-- Who reads the log neither plays recordings nor gives access to them. The person's row is locked first, so that
-- two transactions cannot each give one half of a forbidden pair.
CREATE FUNCTION roles_held_auditor_apart() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  PERFORM 1 FROM public.people WHERE people.id = NEW.person_id FOR NO KEY UPDATE;
  IF EXISTS (
    SELECT FROM public.roles_held held
    WHERE held.person_id = NEW.person_id AND (held.role = 'auditor') <> (NEW.role = 'auditor')
  ) THEN
    RAISE EXCEPTION 'an auditor holds no other role' USING
      ERRCODE = 'check_violation', TABLE = 'roles_held', CONSTRAINT = 'roles_held_auditor_apart';
  END IF;
  RETURN NULL;
END
$$;

-- Deferrable, so that a change of roles may be written in any order within its transaction.
CREATE CONSTRAINT TRIGGER roles_held_auditor_apart AFTER INSERT OR UPDATE ON roles_held
  DEFERRABLE INITIALLY IMMEDIATE FOR EACH ROW EXECUTE FUNCTION roles_held_auditor_apart();

ALTER TABLE grants
  ADD CONSTRAINT grants_rights_known CHECK (
    cardinality(rights) > 0
    AND rights <@ ARRAY['recording:find', 'recording:play', 'recording:download']
  ),
  ADD CONSTRAINT grants_until_after_from CHECK (valid_until > valid_from);

ALTER TABLE projects
  ADD CONSTRAINT projects_kind_known CHECK (kind IN ('opentok', 'vonage')),
  ADD CONSTRAINT projects_some_viewings CHECK (concurrent_viewings >= 1);

ALTER TABLE storage_targets
  ADD CONSTRAINT storage_targets_kind_known CHECK (kind IN ('s3', 'azure'));

ALTER TABLE certificates
  ADD CONSTRAINT certificates_fingerprint_hex CHECK (fingerprint ~ '^[0-9a-f]{64}$'),
  ADD CONSTRAINT certificates_time_forward CHECK (not_after > not_before);

ALTER TABLE archives
  ADD CONSTRAINT archives_container_known CHECK (container IN ('ts', 'mp4')),
  ADD CONSTRAINT archives_sizes_sane CHECK (
    size_bytes >= 0 AND duration_seconds >= 0 AND object_size_bytes >= 0
  );

ALTER TABLE viewings
  ADD CONSTRAINT viewings_purpose_known CHECK (purpose IN ('viewing', 'download')),
  ADD CONSTRAINT viewings_expire_later CHECK (expires_at > opened_at);

-- Viewings still open: what the concurrent limit counts and what is closed when it lapses.
CREATE INDEX viewings_open ON viewings (person_id, opened_at) WHERE closed_at IS NULL;
