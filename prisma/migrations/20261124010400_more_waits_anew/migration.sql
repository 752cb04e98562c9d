-- A grant may be older than the four eyes of where it reaches. What makes more of it is judged by what holds then.

CREATE FUNCTION grants_need_second(given public.grants) RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
  SELECT EXISTS (
    SELECT FROM public.projects
    WHERE projects.four_eyes AND CASE given.scope
      WHEN 'region' THEN projects.region = given.region
      WHEN 'unit' THEN projects.unit = given.unit
      ELSE projects.id = given.project_id END)
$$;

CREATE OR REPLACE FUNCTION grants_rules() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  is_more boolean;
BEGIN
  IF TG_OP = 'INSERT' THEN
    NEW.needs_second := public.grants_need_second(NEW);
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
  is_more := NOT (NEW.rights <@ OLD.rights AND NEW.valid_from >= OLD.valid_from AND NEW.valid_until <= OLD.valid_until);
  IF is_more AND NOT OLD.needs_second AND public.grants_need_second(NEW) THEN
    NEW.needs_second := true;
    NEW.approved_by := NULL;
    NEW.approved_at := NULL;
    NEW.given_at := clock_timestamp();
  -- What was approved was this much: more of it is another grant.
  ELSIF is_more AND NEW.needs_second AND OLD.approved_at IS NOT NULL THEN
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

-- Who asked or proposed is who must not decide, so that it does not change either.
CREATE OR REPLACE FUNCTION decided_once() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  hand text := CASE TG_TABLE_NAME WHEN 'changes' THEN 'proposed_by' ELSE 'asked_by' END;
BEGIN
  IF OLD.decision IS NOT NULL THEN
    PERFORM public.refuse_rule(TG_TABLE_NAME || '_decided_once', 'what was decided stays decided');
  END IF;
  IF to_jsonb(NEW) ->> hand IS DISTINCT FROM to_jsonb(OLD) ->> hand THEN
    PERFORM public.refuse_rule(TG_TABLE_NAME || '_stay_whose_they_are', 'who asked for something never changes');
  END IF;
  IF NEW.decided_by IS NOT NULL AND NOT public.administers(NEW.decided_by, NEW.project_id) THEN
    PERFORM public.refuse_rule(TG_TABLE_NAME || '_by_an_admin', 'an administrator of the project decides');
  END IF;
  RETURN NEW;
END
$$;
