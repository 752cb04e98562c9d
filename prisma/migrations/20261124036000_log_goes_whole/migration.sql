-- What was left over when the log lets go: lines of a case that its viewing carries over into the next month, and months
-- that had no partition when they were written.

-- As it was; a viewing that was opened for a case keeps what it left in the month after, too, where no line names the case.
CREATE OR REPLACE FUNCTION audit.is_on_hold(project uuid, month date) RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
  SELECT EXISTS (
    SELECT FROM audit.log_holds h
    WHERE NOT EXISTS (SELECT FROM audit.log_hold_releases r WHERE r.hold_id = h.id)
      AND (h.project_id = project OR h.project_id IS NULL)
      AND CASE WHEN h.case_reference IS NULL THEN true ELSE EXISTS (
        SELECT FROM audit.events e JOIN audit.audit_content c ON c.event_id = e.event_id
        -- an end is on record within days, however late it is
        WHERE e.at >= audit.month_begins(month) - interval '31 days' AND e.at < audit.month_due(month, 0)
          AND e.case_reference_hash IS NOT NULL AND lower(btrim(c.case_reference)) = lower(btrim(h.case_reference))
          AND audit.project_of(e) IS NOT DISTINCT FROM project
          AND (e.at >= audit.month_begins(month) OR EXISTS (
            SELECT FROM audit.events later
            WHERE later.viewing_id = e.viewing_id
              AND later.at >= audit.month_begins(month) AND later.at < audit.month_due(month, 0)))) END)
$$;

-- Whether rows stand in the default partition, without looking through the others.
CREATE FUNCTION audit.has_strays() RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$ SELECT EXISTS (SELECT FROM audit.events_default) $$;

-- The months that have lines, the oldest first, those that had no partition among them: their lines stand in the default
-- one. The one that is written now is not among them.
CREATE OR REPLACE FUNCTION audit.months_of_lines() RETURNS TABLE (month date, partition regclass)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
  SELECT m.month, m.partition FROM (
    SELECT to_date(substr(c.relname, 8), 'YYYY_MM') AS month, c.oid::regclass AS partition
    FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
    WHERE i.inhparent = 'audit.events'::regclass AND NOT i.inhdetachpending AND c.relname ~ '^events_\d{4}_\d{2}$'
    UNION ALL
    SELECT DISTINCT date_trunc('month', e.at AT TIME ZONE 'UTC')::date, 'audit.events_default'::regclass
    FROM audit.events_default e
  ) m
  WHERE m.month < date_trunc('month', clock_timestamp() AT TIME ZONE 'UTC')
  ORDER BY m.month
$$;

-- As it was, but for one thing: of the default partition, which is never dropped, the rows of a month go that this very
-- transaction says on record to drop.
CREATE OR REPLACE FUNCTION audit.refuse_change() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  IF TG_OP = 'DELETE' AND TG_RELID = 'audit.events_default'::regclass AND pg_current_xact_id_if_assigned() IS NOT NULL THEN
    IF TG_LEVEL = 'STATEMENT' THEN
      IF EXISTS (SELECT FROM audit.dropped_months d WHERE d.tx = pg_current_xact_id()) THEN
        RETURN NULL;
      END IF;
    ELSIF EXISTS (
      SELECT FROM audit.dropped_months d
      WHERE d.tx = pg_current_xact_id() AND OLD.id <@ d.ids
        AND OLD.at >= audit.month_begins(d.month) AND OLD.at < audit.month_due(d.month, 0))
    THEN
      RETURN OLD;
    END IF;
  END IF;
  RAISE EXCEPTION 'the log is added to and never changed' USING ERRCODE = 'insufficient_privilege';
END
$$;

-- As it was; a month without a partition goes from the default one.
-- Drops a whole month of lines; answers how many. Again: none. The oldest month goes first, so that what a viewing's opening
-- says goes before what borrows it. Whoever reads the log holds it up for a second, and no longer.
CREATE OR REPLACE FUNCTION audit.drop_month(month date) RETURNS bigint
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET lock_timeout = '1s'
AS $$
#variable_conflict use_variable
DECLARE
  begins CONSTANT timestamptz := audit.month_begins(month);
  ends CONSTANT timestamptz := audit.month_due(month, 0);
  oldest record;
  position record;
  rules bigint[];
  projects uuid[];
  went record;
  made uuid;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended('audit.retention', 0));
  IF EXISTS (SELECT FROM audit.dropped_months d WHERE d.month = month) THEN
    RETURN 0;
  END IF;
  SELECT * INTO oldest FROM audit.months_of_lines() m ORDER BY m.month LIMIT 1;
  IF oldest.month IS DISTINCT FROM month THEN
    PERFORM public.refuse_rule('log_drop_whole_months', 'the oldest month of the log goes first');
  END IF;
  rules := audit.require_due('lines', NULL, month, interval '0');
  PERFORM audit.require_announced('lines', NULL, month, rules);
  IF EXISTS (
    SELECT FROM audit.events e JOIN audit.audit_content c ON c.event_id = e.event_id WHERE e.at >= begins AND e.at < ends
  ) THEN
    PERFORM public.refuse_rule('log_drop_content_first', 'personal values of the month still stand');
  END IF;

  SELECT * INTO position FROM audit.seal_position();
  IF position.series IS NULL OR EXISTS (
    SELECT FROM audit.events e
    WHERE e.at >= begins AND e.at < ends AND e.id >= position.first_id
      AND (position.is_left_over OR (e.tx, e.id) > (position.after_tx, position.after_id))
    UNION ALL
    SELECT FROM audit.left_over l
    WHERE position.is_left_over AND l.series = position.series AND l.at >= begins AND l.at < ends
      AND (l.tx, l.id) > (position.after_tx, position.after_id)
  ) THEN
    PERFORM public.refuse_rule('log_drop_sealed', 'not every row of the month is sealed');
  END IF;

  SELECT count(*) AS rows, coalesce(range_agg(int8range(e.id, e.id, '[]')), '{}'::int8multirange) AS ids,
    count(*) FILTER (WHERE e.tableoid <> oldest.partition) AS strays
  INTO went FROM audit.events e WHERE e.at >= begins AND e.at < ends;
  IF went.strays > 0 THEN
    PERFORM public.refuse_rule('log_drop_whole_months', 'rows of the month stand elsewhere');
  END IF;
  projects := array_remove(audit.projects_in_month(month), NULL);
  made := audit.record_drop(jsonb_build_object(
    'action', 'log.dropped', 'target_kind', 'log-lines', 'target_id', to_char(month, 'YYYY-MM'),
    'after', jsonb_build_object('rows', went.rows, 'rules', coalesce(audit.say_rules(rules), '[]'))));
  INSERT INTO audit.dropped_months VALUES (
    month, went.rows, went.ids, projects, rules, made, clock_timestamp(), pg_current_xact_id());
  IF oldest.partition = 'audit.events_default'::regclass THEN
    DELETE FROM audit.events_default e WHERE e.at >= begins AND e.at < ends;
  ELSE
    EXECUTE format('DROP TABLE %s', oldest.partition);
  END IF;
  RETURN went.rows;
END
$$;

REVOKE ALL ON FUNCTION audit.has_strays() FROM PUBLIC;
