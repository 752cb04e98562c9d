-- Who may give what to whom, kept by the database itself: a second net under lib/access, for every process and every
-- way in. A rule is told by the constraint it names.

ALTER TYPE audit.action ADD VALUE 'grant.approved';
ALTER TYPE audit.action ADD VALUE 'grant.refused';
ALTER TYPE audit.action ADD VALUE 'grant.reviewed';
ALTER TYPE audit.action ADD VALUE 'role.proposed';
ALTER TYPE audit.action ADD VALUE 'person.enabled';
ALTER TYPE audit.action ADD VALUE 'access.listed';
ALTER TYPE audit.action ADD VALUE 'recording.restricted';
ALTER TYPE audit.action ADD VALUE 'webhook.changed';
ALTER TYPE audit.action ADD VALUE 'webhook.failed';
ALTER TYPE audit.action ADD VALUE 'change.proposed';
ALTER TYPE audit.action ADD VALUE 'change.approved';
ALTER TYPE audit.action ADD VALUE 'change.refused';
ALTER TYPE audit.action ADD VALUE 'change.lapsed';

CREATE FUNCTION refuse_rule(rule text, told text) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  RAISE EXCEPTION '%: %', rule, told USING ERRCODE = 'check_violation', CONSTRAINT = rule;
END
$$;

-- Whether somebody is an administrator of a project; of all projects where none is named.
CREATE FUNCTION administers(person uuid, project uuid) RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
  SELECT EXISTS (
    SELECT FROM public.roles_held held JOIN public.people ON people.id = held.person_id
    WHERE held.person_id = administers.person AND held.role = 'admin' AND people.disabled_at IS NULL
      AND (held.project_id IS NULL OR held.project_id = administers.project))
$$;

-- Roles -------------------------------------------------------------------------------------------------------------

ALTER TABLE roles_held
  ADD CONSTRAINT roles_held_by_somebody_else CHECK (given_by <> person_id);

CREATE FUNCTION roles_held_rules() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  IF TG_OP = 'UPDATE' THEN
    PERFORM public.refuse_rule('roles_held_never_changed', 'a role is given and taken, and never changed');
  END IF;
  IF NEW.given_by IS NOT NULL AND NOT public.administers(NEW.given_by, NEW.project_id) THEN
    PERFORM public.refuse_rule('roles_held_by_an_admin', 'a role is given by an administrator of its projects');
  END IF;
  RETURN NEW;
END
$$;

CREATE TRIGGER roles_held_rules BEFORE INSERT OR UPDATE ON roles_held
  FOR EACH ROW EXECUTE FUNCTION roles_held_rules();

-- What was held by an administrator or an auditor is still held by somebody. Judged at the end of the transaction, one
-- transaction at a time, so that a change may be written in any order, and two at once do not each leave the other's.
CREATE FUNCTION roles_held_not_the_last() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  lost record;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended('recordroom last holder of a role', 0));
  FOR lost IN
    SELECT gone.role, gone.project_id FROM public.roles_held gone
    WHERE TG_TABLE_NAME = 'people' AND gone.person_id = OLD.id AND gone.role IN ('admin', 'auditor')
    UNION ALL
    SELECT to_jsonb(OLD) ->> 'role', (to_jsonb(OLD) ->> 'project_id')::uuid
    WHERE TG_TABLE_NAME = 'roles_held' AND to_jsonb(OLD) ->> 'role' IN ('admin', 'auditor')
  LOOP
    IF NOT EXISTS (
      SELECT FROM public.roles_held held JOIN public.people ON people.id = held.person_id
      WHERE held.role = lost.role AND people.disabled_at IS NULL
        AND (held.project_id IS NULL OR held.project_id = lost.project_id)
    ) THEN
      PERFORM public.refuse_rule('roles_held_not_the_last', format('somebody must remain who is %s there', lost.role));
    END IF;
  END LOOP;
  RETURN NULL;
END
$$;

CREATE CONSTRAINT TRIGGER roles_held_not_the_last AFTER DELETE ON roles_held
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION roles_held_not_the_last();
CREATE CONSTRAINT TRIGGER people_not_the_last AFTER UPDATE OF disabled_at ON people
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
  WHEN (OLD.disabled_at IS NULL AND NEW.disabled_at IS NOT NULL)
  EXECUTE FUNCTION roles_held_not_the_last();

-- Grants ------------------------------------------------------------------------------------------------------------

ALTER TABLE grants
  ADD CONSTRAINT grants_to_somebody CHECK ((person_id IS NULL) <> (group_name IS NULL)),
  ADD CONSTRAINT grants_scope_whole CHECK (
    CASE scope
      WHEN 'project' THEN num_nonnulls(project_id) = 1 AND num_nonnulls(region, unit, session_id, archive_id) = 0
      WHEN 'region' THEN num_nonnulls(region) = 1 AND num_nonnulls(project_id, unit, session_id, archive_id) = 0
      WHEN 'unit' THEN num_nonnulls(unit) = 1 AND num_nonnulls(project_id, region, session_id, archive_id) = 0
      WHEN 'session' THEN num_nonnulls(project_id, session_id) = 2 AND num_nonnulls(region, unit, archive_id) = 0
      WHEN 'archive' THEN num_nonnulls(project_id, archive_id) = 2 AND num_nonnulls(region, unit, session_id) = 0
      ELSE false
    END),
  ADD CONSTRAINT grants_max_age_some CHECK (max_age_days > 0),
  ADD CONSTRAINT grants_by_somebody_else CHECK (given_by <> person_id),
  ADD CONSTRAINT grants_second_is_another CHECK (approved_by <> person_id AND approved_by <> given_by),
  ADD CONSTRAINT grants_approved_whole CHECK (approved_by IS NULL OR approved_at IS NOT NULL);

ALTER TABLE grants ALTER COLUMN rights SET NOT NULL;

-- Whoever gives or approves a grant: an administrator where it reaches, and not somebody it is for or who asked for it.
CREATE FUNCTION grants_check_hand(given public.grants, hand uuid) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  IF NOT public.administers(hand, given.project_id) THEN
    PERFORM public.refuse_rule('grants_by_an_admin', 'a grant is given and approved by administrators of where it reaches');
  END IF;
  IF EXISTS (SELECT FROM public.people WHERE people.id = hand AND given.group_name = ANY (people.groups))
    OR EXISTS (SELECT FROM public.access_requests WHERE access_requests.id = given.request_id AND access_requests.asked_by = hand)
  THEN
    PERFORM public.refuse_rule('grants_by_somebody_else', 'nobody gives or approves what is for themselves');
  END IF;
END
$$;

CREATE FUNCTION grants_rules() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    NEW.needs_second := EXISTS (
      SELECT FROM public.projects
      WHERE projects.four_eyes AND CASE NEW.scope
        WHEN 'region' THEN projects.region = NEW.region
        WHEN 'unit' THEN projects.unit = NEW.unit
        ELSE projects.id = NEW.project_id END);
    IF NEW.approved_at IS NOT NULL THEN
      PERFORM public.refuse_rule('grants_approved_afterwards', 'a grant is given first and approved by another act');
    END IF;
    IF NEW.given_by IS NOT NULL THEN
      PERFORM public.grants_check_hand(NEW, NEW.given_by);
    END IF;
    RETURN NEW;
  END IF;

  IF ROW (NEW.person_id, NEW.group_name, NEW.scope, NEW.project_id, NEW.region, NEW.unit, NEW.session_id, NEW.archive_id,
      NEW.max_age_days, NEW.given_by, NEW.request_id, NEW.needs_second)
    IS DISTINCT FROM
    ROW (OLD.person_id, OLD.group_name, OLD.scope, OLD.project_id, OLD.region, OLD.unit, OLD.session_id, OLD.archive_id,
      OLD.max_age_days, OLD.given_by, OLD.request_id, OLD.needs_second)
  THEN
    PERFORM public.refuse_rule('grants_stay_what_they_are', 'whom a grant is for, where it reaches and who gave it never change');
  END IF;
  IF OLD.revoked_at IS NOT NULL AND NEW.revoked_at IS DISTINCT FROM OLD.revoked_at THEN
    PERFORM public.refuse_rule('grants_stay_taken_back', 'a grant that was taken back stays so');
  END IF;
  -- What was approved was this much: more of it is another grant.
  IF NEW.needs_second AND OLD.approved_at IS NOT NULL
    AND NOT (NEW.rights <@ OLD.rights AND NEW.valid_from >= OLD.valid_from AND NEW.valid_until <= OLD.valid_until)
  THEN
    NEW.approved_by := NULL;
    NEW.approved_at := NULL;
    NEW.given_at := clock_timestamp();
  ELSIF NEW.approved_at IS DISTINCT FROM OLD.approved_at OR NEW.approved_by IS DISTINCT FROM OLD.approved_by THEN
    IF OLD.approved_at IS NOT NULL OR NEW.approved_by IS NULL THEN
      PERFORM public.refuse_rule('grants_approved_once', 'a grant is approved once, by somebody');
    END IF;
    PERFORM public.grants_check_hand(NEW, NEW.approved_by);
  END IF;
  RETURN NEW;
END
$$;

CREATE TRIGGER grants_rules BEFORE INSERT OR UPDATE ON grants FOR EACH ROW EXECUTE FUNCTION grants_rules();

-- Requests ----------------------------------------------------------------------------------------------------------

ALTER TABLE access_requests
  ADD CONSTRAINT access_requests_scope_whole CHECK (
    CASE scope
      WHEN 'project' THEN num_nonnulls(project_id) = 1 AND num_nonnulls(region, unit, session_id, archive_id) = 0
      WHEN 'region' THEN num_nonnulls(region) = 1 AND num_nonnulls(project_id, unit, session_id, archive_id) = 0
      WHEN 'unit' THEN num_nonnulls(unit) = 1 AND num_nonnulls(project_id, region, session_id, archive_id) = 0
      WHEN 'session' THEN num_nonnulls(session_id) = 1 AND num_nonnulls(region, unit, archive_id) = 0
      WHEN 'archive' THEN num_nonnulls(archive_id) = 1 AND num_nonnulls(region, unit, session_id) = 0
      ELSE false
    END),
  ADD CONSTRAINT access_requests_rights_known CHECK (
    cardinality(rights) > 0 AND rights <@ ARRAY['recording:find', 'recording:play', 'recording:download']),
  ADD CONSTRAINT access_requests_decision_known CHECK (decision IN ('approved', 'refused', 'lapsed')),
  ADD CONSTRAINT access_requests_decided_whole CHECK (
    (decision IS NULL) = (decided_at IS NULL) AND (decided_by IS NULL) = (decision IS NULL OR decision = 'lapsed')),
  ADD CONSTRAINT access_requests_by_somebody_else CHECK (decided_by <> asked_by);

ALTER TABLE access_requests ALTER COLUMN rights SET NOT NULL;

CREATE INDEX access_requests_open ON access_requests (asked_at) WHERE decision IS NULL;

CREATE FUNCTION decided_once() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  IF OLD.decision IS NOT NULL THEN
    PERFORM public.refuse_rule(TG_TABLE_NAME || '_decided_once', 'what was decided stays decided');
  END IF;
  IF NEW.decided_by IS NOT NULL AND NOT public.administers(NEW.decided_by, NEW.project_id) THEN
    PERFORM public.refuse_rule(TG_TABLE_NAME || '_by_an_admin', 'an administrator of the project decides');
  END IF;
  RETURN NEW;
END
$$;

CREATE TRIGGER access_requests_decided_once BEFORE UPDATE ON access_requests
  FOR EACH ROW EXECUTE FUNCTION decided_once();

-- Changes that wait for a second administrator ------------------------------------------------------------------------

ALTER TABLE changes
  ADD CONSTRAINT changes_kind_known CHECK (kind IN ('storage', 'certificates', 'webhook', 'rules', 'retention')),
  ADD CONSTRAINT changes_decision_known CHECK (decision IN ('approved', 'refused', 'lapsed')),
  ADD CONSTRAINT changes_decided_whole CHECK (
    (decision IS NULL) = (decided_at IS NULL) AND (decided_by IS NULL) = (decision IS NULL OR decision = 'lapsed')),
  ADD CONSTRAINT changes_by_somebody_else CHECK (decided_by <> proposed_by);

CREATE INDEX changes_open ON changes (proposed_at) WHERE decision IS NULL;

CREATE TRIGGER changes_decided_once BEFORE UPDATE ON changes FOR EACH ROW EXECUTE FUNCTION decided_once();

-- The rest ------------------------------------------------------------------------------------------------------------

ALTER TABLE people
  ALTER COLUMN groups SET NOT NULL,
  ALTER COLUMN proposed_roles SET NOT NULL;

ALTER TABLE projects
  ADD CONSTRAINT projects_longest_grant_some CHECK (longest_grant_days BETWEEN 1 AND 3660),
  ADD CONSTRAINT projects_play_max_auth_age_some CHECK (play_max_auth_age_seconds > 0);

CREATE INDEX sign_ins_provider_session ON sign_ins (provider_session) WHERE ended_at IS NULL;
CREATE INDEX grants_ending ON grants (valid_until) WHERE revoked_at IS NULL AND end_recorded_at IS NULL;
CREATE INDEX notices_unread ON notices (person_id) WHERE read_at IS NULL;
CREATE INDEX webhook_deliveries_due ON webhook_deliveries (next_attempt_at)
  WHERE delivered_at IS NULL AND dead_at IS NULL;
