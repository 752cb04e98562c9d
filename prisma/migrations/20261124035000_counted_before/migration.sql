-- A grant that waits may have counted before: its holders have known of it, and are to be told what becomes of it.

ALTER TABLE "grants" ADD COLUMN "counted_before" BOOLEAN NOT NULL DEFAULT false;

-- What has begun to wait and was told to nobody yet; of what waits for longer nobody knows any more.
UPDATE grants SET counted_before = true WHERE wait_untold;

CREATE OR REPLACE FUNCTION grants_rules() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  is_more boolean;
BEGIN
  IF TG_OP = 'INSERT' THEN
    PERFORM public.lock_four_eyes(false);
    NEW.needs_second := public.grants_need_second(NEW);
    NEW.counted_before := false;
    IF NEW.approved_at IS NOT NULL THEN
      PERFORM public.refuse_rule('grants_approved_afterwards', 'a grant is given first and approved by another act');
    END IF;
    IF NEW.given_by IS NOT NULL THEN
      PERFORM public.grants_check_hand(NEW, NEW.given_by);
    END IF;
    RETURN NEW;
  END IF;

  IF ROW (NEW.person_id, NEW.group_name, NEW.scope, NEW.project_id, NEW.region, NEW.unit, NEW.session_id, NEW.archive_id,
      NEW.max_age_days, NEW.given_by, NEW.request_id)
    IS DISTINCT FROM
    ROW (OLD.person_id, OLD.group_name, OLD.scope, OLD.project_id, OLD.region, OLD.unit, OLD.session_id, OLD.archive_id,
      OLD.max_age_days, OLD.given_by, OLD.request_id)
    OR (OLD.needs_second AND NOT NEW.needs_second)
  THEN
    PERFORM public.refuse_rule('grants_stay_what_they_are', 'whom a grant is for, where it reaches and who gave it never change');
  END IF;
  IF OLD.revoked_at IS NOT NULL AND NEW.revoked_at IS DISTINCT FROM OLD.revoked_at THEN
    PERFORM public.refuse_rule('grants_stay_taken_back', 'a grant that was taken back stays so');
  END IF;
  IF ROW (NEW.rights, NEW.valid_from, NEW.valid_until) IS DISTINCT FROM ROW (OLD.rights, OLD.valid_from, OLD.valid_until) THEN
    PERFORM public.lock_four_eyes(false);
  END IF;
  is_more := NOT (NEW.rights <@ OLD.rights AND NEW.valid_from >= OLD.valid_from AND NEW.valid_until <= OLD.valid_until);
  NEW.needs_second := NEW.needs_second OR (is_more AND public.grants_need_second(NEW));
  NEW.counted_before := OLD.counted_before;
  IF (NEW.needs_second AND NOT OLD.needs_second)
    -- What was approved was this much: more of it is another grant.
    OR (is_more AND NEW.needs_second)
  THEN
    NEW.counted_before := OLD.counted_before OR NOT OLD.needs_second OR OLD.approved_at IS NOT NULL;
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
