-- What the log lets go is judged by what is so at that moment. A transaction that reads an older state knows nothing of a
-- hold that was placed since, and waits in vain for the lock that holds are placed under.

CREATE FUNCTION audit.require_newest() RETURNS void
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  IF current_setting('transaction_isolation') <> 'read committed' THEN
    RAISE EXCEPTION 'what the log lets go is judged in transactions that are read committed'
      USING ERRCODE = 'invalid_transaction_state';
  END IF;
END
$$;
REVOKE ALL ON FUNCTION audit.require_newest() FROM PUBLIC;

-- As it was, of the newest state alone.
CREATE OR REPLACE FUNCTION audit.agreed_change(change uuid, kind text, hand uuid, OUT project uuid, OUT asked_by uuid, OUT about jsonb)
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
  c public.changes;
BEGIN
  PERFORM audit.require_newest();
  PERFORM pg_advisory_xact_lock(hashtextextended('audit.retention', 0));
  SELECT * INTO c FROM public.changes WHERE changes.id = change FOR UPDATE;
  IF c.id IS NULL OR c.kind <> agreed_change.kind OR c.decision IS NOT NULL
    OR c.proposed_at <= clock_timestamp() - interval '72 hours'
  THEN
    PERFORM public.refuse_rule('log_change_waits', 'what is agreed to is a change that waits');
  END IF;
  about := c.summary -> 'log';
  asked_by := c.proposed_by;
  project := CASE WHEN c.summary -> 'forAll' = 'true'::jsonb THEN NULL ELSE c.project_id END;
  IF asked_by IS NULL OR asked_by = hand THEN
    PERFORM public.refuse_rule('log_change_two_people', 'two people agree');
  END IF;
  IF NOT public.administers(hand, project)
    OR NOT (CASE kind WHEN 'log-retention' THEN public.administers(asked_by, project) ELSE audit.may_keep(asked_by, project) END)
  THEN
    PERFORM public.refuse_rule('log_change_by_who_may', 'both may: the one who agrees is an administrator of where it is');
  END IF;
END
$$;

-- As it was, of the newest state alone.
CREATE OR REPLACE FUNCTION audit.require_due(part text, project uuid, month date, ahead interval) RETURNS bigint[]
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  each uuid;
  rule audit.log_rules;
  months integer;
  due bigint[] := '{}';
BEGIN
  PERFORM audit.require_newest();
  IF month IS NULL OR month <> date_trunc('month', month::timestamp)::date
    OR month >= date_trunc('month', clock_timestamp() AT TIME ZONE 'UTC')
  THEN
    PERFORM public.refuse_rule('log_drop_whole_months', 'what is dropped is a whole month that is over');
  END IF;
  FOREACH each IN ARRAY CASE part WHEN 'content' THEN ARRAY[project] ELSE audit.projects_in_month(month) END LOOP
    rule := audit.log_rule_of(each);
    IF rule.number IS NULL THEN
      PERFORM public.refuse_rule('log_drop_by_rule', 'nobody has chosen how long this is kept');
    END IF;
    months := CASE part WHEN 'content' THEN rule.content_months ELSE rule.lines_months END;
    IF months IS NULL OR audit.month_due(month, months) > clock_timestamp() + ahead THEN
      PERFORM public.refuse_rule('log_drop_when_past', 'its date is not past');
    END IF;
    IF audit.is_on_hold(each, month) THEN
      PERFORM public.refuse_rule('log_on_hold', 'what is on hold is not dropped');
    END IF;
    due := due || rule.number;
  END LOOP;
  RETURN due;
END
$$;
