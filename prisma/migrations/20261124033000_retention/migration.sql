-- How long the log is kept. Whoever runs the portal must say so, project by project, and two people must agree; where
-- nobody did, nothing is ever dropped. What is dropped is dropped by the functions below alone: they believe nothing
-- that they can check, and put on record what they drop before they do.

ALTER TYPE audit.action ADD VALUE 'drop.announced';
ALTER TYPE audit.action ADD VALUE 'log.erased';

ALTER TABLE public.changes DROP CONSTRAINT changes_kind_known;
ALTER TABLE public.changes ADD CONSTRAINT changes_kind_known CHECK (
  kind IN ('storage', 'certificates', 'webhook', 'rules', 'retention', 'log-retention', 'log-hold', 'log-erasure'));

-- Rules, the newest of a project in force. Months are counted from the end of the month that a row is of; empty: for good.
CREATE TABLE audit.log_rules (
  number         bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  -- empty: the portal itself, whatever belongs to no project
  project_id     uuid,
  content_months integer,
  lines_months   integer,
  change_id      uuid        NOT NULL UNIQUE,
  proposed_by    uuid        NOT NULL,
  agreed_by      uuid        NOT NULL,
  at             timestamptz NOT NULL,
  CONSTRAINT log_rules_months_some CHECK (content_months BETWEEN 1 AND 1200 AND lines_months BETWEEN 1 AND 1200),
  CONSTRAINT log_rules_lines_as_long CHECK (
    lines_months IS NULL OR (content_months IS NOT NULL AND lines_months >= content_months)),
  CONSTRAINT log_rules_two_people CHECK (proposed_by <> agreed_by)
);
CREATE INDEX log_rules_project ON audit.log_rules (project_id, number);

-- What is on hold is dropped by nobody: a project, a case, or a case within a project.
CREATE TABLE audit.log_holds (
  id             uuid        PRIMARY KEY,
  project_id     uuid,
  case_reference text,
  reason         text        NOT NULL,
  placed_by      uuid        NOT NULL,
  at             timestamptz NOT NULL,
  CONSTRAINT log_holds_something CHECK (num_nonnulls(project_id, case_reference) > 0)
);

CREATE TABLE audit.log_hold_releases (
  hold_id   uuid        PRIMARY KEY,
  change_id uuid        NOT NULL UNIQUE,
  asked_by  uuid        NOT NULL,
  agreed_by uuid        NOT NULL,
  at        timestamptz NOT NULL,
  CONSTRAINT log_hold_releases_two_people CHECK (asked_by <> agreed_by)
);

CREATE TABLE audit.log_erasures (
  event_id  uuid        PRIMARY KEY,
  change_id uuid        NOT NULL UNIQUE,
  reason    text        NOT NULL,
  asked_by  uuid        NOT NULL,
  agreed_by uuid        NOT NULL,
  at        timestamptz NOT NULL,
  tx        xid8        NOT NULL,
  CONSTRAINT log_erasures_two_people CHECK (asked_by <> agreed_by)
);

-- What was said to be dropped, at least a week before it is.
CREATE TABLE audit.drop_announcements (
  number     bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  -- content: personal values of a project's rows; lines: a whole month
  part       text        NOT NULL CHECK (part IN ('content', 'lines')),
  project_id uuid,
  month      date        NOT NULL,
  -- the rules that it is due by
  rules      bigint[]    NOT NULL,
  rows       bigint      NOT NULL,
  at         timestamptz NOT NULL
);
CREATE INDEX drop_announcements_month ON audit.drop_announcements (month, part);

CREATE TABLE audit.dropped_content (
  number     bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  project_id uuid,
  month      date        NOT NULL,
  rows       bigint      NOT NULL,
  rule       bigint      NOT NULL,
  event_id   uuid        NOT NULL,
  at         timestamptz NOT NULL,
  tx         xid8        NOT NULL
);
CREATE INDEX dropped_content_tx ON audit.dropped_content (tx);

-- The gaps of the log that are lawful. Leaves and blocks of these rows stand.
CREATE TABLE audit.dropped_months (
  month    date           PRIMARY KEY,
  rows     bigint         NOT NULL,
  -- exactly the rows that went
  ids      int8multirange NOT NULL,
  -- whose they were; the portal's own apart
  projects uuid[]         NOT NULL,
  rules    bigint[]       NOT NULL,
  event_id uuid           NOT NULL,
  at       timestamptz    NOT NULL,
  tx       xid8           NOT NULL
);

DO $$
DECLARE
  guarded text;
BEGIN
  FOREACH guarded IN ARRAY ARRAY['log_rules', 'log_holds', 'log_hold_releases', 'log_erasures', 'drop_announcements',
    'dropped_content', 'dropped_months']
  LOOP
    EXECUTE format(
      'CREATE TRIGGER refuse_row BEFORE UPDATE OR DELETE ON audit.%I '
      'FOR EACH ROW EXECUTE FUNCTION audit.refuse_change()', guarded);
    PERFORM audit.guard_table(format('audit.%I', guarded)::regclass);
  END LOOP;
END
$$;

-- Small words ---------------------------------------------------------------------------------------------------------

-- The project a row is of: its own, or that of the viewing's opening. Empty: the portal's own.
CREATE FUNCTION audit.project_of(e audit.events) RETURNS uuid
LANGUAGE sql STABLE
AS $$
  SELECT coalesce(e.project_id, (
    SELECT opening.project_id FROM audit.events opening
    WHERE opening.viewing_id = e.viewing_id AND opening.action IN ('viewing.opened', 'download.opened')
    LIMIT 1))
$$;

-- When a month of the log begins.
CREATE FUNCTION audit.month_begins(month date) RETURNS timestamptz
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
AS $$ SELECT date_trunc('month', month::timestamp) AT TIME ZONE 'UTC' $$;

-- From when on a month may go that is kept for so many: counted from its end, so that its last row is kept as long.
CREATE FUNCTION audit.month_due(month date, months integer) RETURNS timestamptz
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
AS $$ SELECT (date_trunc('month', month::timestamp) + make_interval(months => months + 1)) AT TIME ZONE 'UTC' $$;

-- The rule in force; a row of nothing where none was chosen.
CREATE FUNCTION audit.log_rule_of(project uuid) RETURNS audit.log_rules
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
  SELECT r FROM audit.log_rules r WHERE r.project_id IS NOT DISTINCT FROM project ORDER BY r.number DESC LIMIT 1
$$;

-- Whether somebody may say what of a project's log is kept: an administrator or an auditor of it, where none is named of all.
CREATE FUNCTION audit.may_keep(person uuid, project uuid) RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
  SELECT EXISTS (
    SELECT FROM public.roles_held held JOIN public.people ON people.id = held.person_id
    WHERE held.person_id = person AND held.role IN ('admin', 'auditor') AND people.disabled_at IS NULL
      AND (held.project_id IS NULL OR held.project_id = project))
$$;

-- A UUIDv7 of now.
CREATE FUNCTION audit.new_event_id() RETURNS uuid
LANGUAGE sql VOLATILE SET search_path = pg_catalog, pg_temp
AS $$
  SELECT encode(set_byte(overlay(uuid_send(gen_random_uuid()) PLACING
    substr(int8send((extract(epoch FROM clock_timestamp()) * 1000)::bigint), 3) FROM 1 FOR 6), 6,
    112 | (get_byte(uuid_send(gen_random_uuid()), 6) & 15)), 'hex')::uuid
$$;

-- Holds ---------------------------------------------------------------------------------------------------------------

-- Whether rows of a project in a month are on hold: by the project, or by a case that one of them was for.
CREATE FUNCTION audit.is_on_hold(project uuid, month date) RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
  SELECT EXISTS (
    SELECT FROM audit.log_holds h
    WHERE NOT EXISTS (SELECT FROM audit.log_hold_releases r WHERE r.hold_id = h.id)
      AND (h.project_id = project OR h.project_id IS NULL)
      AND CASE WHEN h.case_reference IS NULL THEN true ELSE EXISTS (
        SELECT FROM audit.events e JOIN audit.audit_content c ON c.event_id = e.event_id
        WHERE e.at >= audit.month_begins(month) AND e.at < audit.month_due(month, 0)
          AND e.case_reference_hash IS NOT NULL AND lower(btrim(c.case_reference)) = lower(btrim(h.case_reference))
          AND audit.project_of(e) IS NOT DISTINCT FROM project) END)
$$;

-- Whether one row is: by its project, or by the case that it, or its viewing, was for.
CREATE FUNCTION audit.is_row_on_hold(e audit.events) RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
  SELECT EXISTS (
    SELECT FROM audit.log_holds h
    WHERE NOT EXISTS (SELECT FROM audit.log_hold_releases r WHERE r.hold_id = h.id)
      AND (h.project_id = audit.project_of(e) OR h.project_id IS NULL)
      AND (h.case_reference IS NULL OR EXISTS (
        SELECT FROM audit.audit_content c
        WHERE lower(btrim(c.case_reference)) = lower(btrim(h.case_reference))
          AND (c.event_id = e.event_id OR c.event_id = (
            SELECT opening.event_id FROM audit.events opening
            WHERE opening.viewing_id = e.viewing_id AND opening.action IN ('viewing.opened', 'download.opened')
            LIMIT 1)))))
$$;

-- When a hold that may have been on a project's rows was released last: what was announced before is announced anew.
CREATE FUNCTION audit.last_release(project uuid) RETURNS timestamptz
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
  SELECT coalesce(max(r.at), '-infinity') FROM audit.log_hold_releases r JOIN audit.log_holds h ON h.id = r.hold_id
  WHERE h.project_id = project OR h.project_id IS NULL
$$;

CREATE FUNCTION audit.place_log_hold(hold uuid, project uuid, case_reference text, reason text, hand uuid) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended('audit.retention', 0));
  IF NOT audit.may_keep(hand, project) THEN
    PERFORM public.refuse_rule('log_holds_by_who_may', 'a hold is placed by an administrator or an auditor of where it is');
  END IF;
  INSERT INTO audit.log_holds VALUES (hold, project, nullif(btrim(case_reference), ''), reason, hand, clock_timestamp());
END
$$;

-- What two people agree to ---------------------------------------------------------------------------------------------

-- The change that a second administrator agrees to at this moment. Refused unless it waits, is of this kind, was proposed
-- by somebody else who still may, and the second administers where it is about.
CREATE FUNCTION audit.agreed_change(change uuid, kind text, hand uuid, OUT project uuid, OUT asked_by uuid, OUT about jsonb)
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
  c public.changes;
BEGIN
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

-- Puts a rule in force that was proposed; answers its number.
CREATE FUNCTION audit.agree_log_rule(change uuid, hand uuid) RETURNS bigint
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  agreed record;
  opened bigint;
BEGIN
  SELECT * INTO agreed FROM audit.agreed_change(change, 'log-retention', hand);
  IF NOT coalesce(agreed.about ? 'contentMonths' AND agreed.about ? 'linesMonths', false) THEN
    PERFORM public.refuse_rule('log_rules_said', 'a rule says how long personal values and lines are kept');
  END IF;
  INSERT INTO audit.log_rules (project_id, content_months, lines_months, change_id, proposed_by, agreed_by, at)
  VALUES (agreed.project, (agreed.about ->> 'contentMonths')::integer, (agreed.about ->> 'linesMonths')::integer,
    change, agreed.asked_by, hand, clock_timestamp())
  RETURNING number INTO opened;
  RETURN opened;
END
$$;

-- Releases a hold; answers which.
CREATE FUNCTION audit.release_log_hold(change uuid, hand uuid) RETURNS uuid
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  agreed record;
  hold audit.log_holds;
BEGIN
  SELECT * INTO agreed FROM audit.agreed_change(change, 'log-hold', hand);
  SELECT * INTO hold FROM audit.log_holds h WHERE h.id = (agreed.about ->> 'holdId')::uuid;
  IF hold.id IS NULL OR hold.project_id IS DISTINCT FROM agreed.project THEN
    PERFORM public.refuse_rule('log_holds_of_there', 'the hold is of another project');
  END IF;
  IF EXISTS (SELECT FROM audit.log_hold_releases r WHERE r.hold_id = hold.id) THEN
    PERFORM public.refuse_rule('log_holds_released_once', 'the hold was released already');
  END IF;
  INSERT INTO audit.log_hold_releases VALUES (hold.id, change, agreed.asked_by, hand, clock_timestamp());
  RETURN hold.id;
END
$$;

-- Puts on record what is dropped or announced, as done by the portal itself.
CREATE FUNCTION audit.record_drop(event jsonb) RETURNS uuid
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  made CONSTANT uuid := audit.new_event_id();
BEGIN
  PERFORM audit.append_audit_event((
    SELECT jsonb_object_agg(field, value) FROM jsonb_each(event) AS said(field, value) WHERE value <> 'null'::jsonb
  ) || jsonb_build_object(
    'event_id', made, 'outcome', 'allowed', 'schema_version', 1,
    'actor_kind', 'service', 'actor_subject', 'recordroom'));
  RETURN made;
END
$$;

CREATE FUNCTION audit.project_facts(project uuid) RETURNS jsonb
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
  SELECT jsonb_build_object('project_id', project,
    'project_name', (SELECT p.name FROM public.projects p WHERE p.id = project),
    'region', (SELECT p.region FROM public.projects p WHERE p.id = project))
$$;

-- Erases the personal values of one row; answers the row's event.
CREATE FUNCTION audit.erase_content(change uuid, hand uuid) RETURNS uuid
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  agreed record;
  erased CONSTANT timestamptz := clock_timestamp();
  e audit.events;
BEGIN
  SELECT * INTO agreed FROM audit.agreed_change(change, 'log-erasure', hand);
  SELECT * INTO e FROM audit.events WHERE events.event_id = (agreed.about ->> 'eventId')::uuid;
  IF e.event_id IS NULL OR audit.project_of(e) IS DISTINCT FROM agreed.project THEN
    PERFORM public.refuse_rule('log_erasures_of_there', 'the row is of another project');
  END IF;
  IF NOT EXISTS (SELECT FROM audit.audit_content c WHERE c.event_id = e.event_id) THEN
    PERFORM public.refuse_rule('log_erasures_something', 'the row holds no personal values, or no more');
  END IF;
  IF audit.is_row_on_hold(e) THEN
    PERFORM public.refuse_rule('log_on_hold', 'what is on hold is not erased');
  END IF;
  IF length(btrim(coalesce(agreed.about ->> 'reason', ''))) NOT BETWEEN 10 AND 2000 THEN
    PERFORM public.refuse_rule('log_erasures_why', 'an erasure says why, in 10 to 2,000 characters');
  END IF;
  INSERT INTO audit.log_erasures VALUES (
    e.event_id, change, agreed.about ->> 'reason', agreed.asked_by, hand, erased, pg_current_xact_id());
  PERFORM audit.record_drop(audit.project_facts(agreed.project) || jsonb_build_object(
    'action', 'log.erased', 'target_kind', 'event', 'target_id', e.event_id,
    'after', jsonb_build_object('changeId', change, 'askedBy', agreed.asked_by, 'agreedBy', hand, 'row', e.id)));
  DELETE FROM audit.audit_content c WHERE c.event_id = e.event_id;
  RETURN e.event_id;
END
$$;

-- What is due -----------------------------------------------------------------------------------------------------------

-- Rows of a project that have personal values, by month, from a moment to another.
CREATE FUNCTION audit.content_by_month(project uuid, since timestamptz, until timestamptz) RETURNS TABLE (month date, rows bigint)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  RETURN QUERY
  SELECT date_trunc('month', e.at AT TIME ZONE 'UTC')::date, count(*)
  FROM audit.events e JOIN audit.audit_content c ON c.event_id = e.event_id
  WHERE e.at >= since AND e.at < until
    AND (e.project_id = project
      OR (e.project_id IS NULL AND audit.project_of(e) IS NOT DISTINCT FROM project))
  GROUP BY 1 ORDER BY 1;
END
$$;

-- The months that have lines, the oldest first; the one that is written now and the default partition are not among them.
CREATE FUNCTION audit.months_of_lines() RETURNS TABLE (month date, partition regclass)
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
  SELECT m.month, m.partition FROM (
    SELECT to_date(substr(c.relname, 8), 'YYYY_MM') AS month, c.oid::regclass AS partition
    FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
    WHERE i.inhparent = 'audit.events'::regclass AND NOT i.inhdetachpending AND c.relname ~ '^events_\d{4}_\d{2}$'
  ) m
  WHERE m.month < date_trunc('month', clock_timestamp() AT TIME ZONE 'UTC')
  ORDER BY m.month
$$;

-- Whose the rows of a month are, null among them where some belong to no project. Rows of a viewing whose opening went with the
-- month before may be of any project that had rows there.
CREATE FUNCTION audit.projects_in_month(of date) RETURNS uuid[]
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  begins CONSTANT timestamptz := audit.month_begins(of);
  ends CONSTANT timestamptz := audit.month_due(of, 0);
  whose uuid[];
BEGIN
  SELECT array_agg(DISTINCT e.project_id) INTO whose FROM audit.events e
  WHERE e.at >= begins AND e.at < ends AND (e.project_id IS NOT NULL OR e.viewing_id IS NULL);
  -- of a viewing's windows one is asked, there are many
  RETURN ARRAY(
    WITH viewings AS (
      SELECT v.viewing_id, o.event_id IS NULL AS orphaned, o.project_id
      FROM (
        SELECT DISTINCT e.viewing_id FROM audit.events e
        WHERE e.at >= begins AND e.at < ends AND e.project_id IS NULL AND e.viewing_id IS NOT NULL
      ) v
      LEFT JOIN LATERAL (
        SELECT opening.event_id, opening.project_id FROM audit.events opening
        WHERE opening.viewing_id = v.viewing_id AND opening.action IN ('viewing.opened', 'download.opened')
        LIMIT 1
      ) o ON true
    )
    SELECT p FROM unnest(whose) AS p
    UNION SELECT v.project_id FROM viewings v
    UNION SELECT unnest(d.projects) FROM audit.dropped_months d
    WHERE d.month = (of - interval '1 month')::date AND EXISTS (SELECT FROM viewings v WHERE v.orphaned)
    ORDER BY 1);
END
$$;

-- The rules by which a month of a project's personal values, or a whole month of lines, goes within so long a time.
-- Refused unless each is past then, and nothing is on hold.
CREATE FUNCTION audit.require_due(part text, project uuid, month date, ahead interval) RETURNS bigint[]
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  each uuid;
  rule audit.log_rules;
  months integer;
  due bigint[] := '{}';
BEGIN
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

-- Whether a drop was announced by the very rules that hold now, and after the last hold on it was released; when.
CREATE FUNCTION audit.announced_at(part text, project uuid, month date, rules bigint[]) RETURNS timestamptz
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
  SELECT min(a.at) FROM audit.drop_announcements a
  WHERE a.part = announced_at.part AND a.project_id IS NOT DISTINCT FROM project AND a.month = announced_at.month
    AND a.rules = announced_at.rules
    AND a.at > (
      SELECT coalesce(max(audit.last_release(r.project_id)), '-infinity') FROM audit.log_rules r
      WHERE r.number = ANY (announced_at.rules))
$$;

-- Announces what is due within eight days; answers how many rows, or null where it is announced already.
CREATE FUNCTION audit.announce_drop(part text, project uuid, month date) RETURNS bigint
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_variable
DECLARE
  rules bigint[];
  count bigint;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended('audit.retention', 0));
  IF part = 'lines' AND NOT EXISTS (SELECT FROM audit.months_of_lines() m WHERE m.month = month) THEN
    PERFORM public.refuse_rule('log_drop_whole_months', 'there is no such month');
  END IF;
  IF part = 'lines' AND project IS NOT NULL OR part NOT IN ('content', 'lines') THEN
    PERFORM public.refuse_rule('log_drop_whole_months', 'lines are dropped by the month');
  END IF;
  rules := audit.require_due(part, project, month, interval '8 days');
  IF audit.announced_at(part, project, month, rules) IS NOT NULL THEN
    RETURN NULL;
  END IF;
  IF part = 'content' THEN
    SELECT coalesce(sum(c.rows), 0) INTO count FROM audit.content_by_month(project, audit.month_begins(month), audit.month_due(month, 0)) c;
  ELSE
    SELECT count(*) INTO count FROM audit.events e
    WHERE e.at >= audit.month_begins(month) AND e.at < audit.month_due(month, 0);
  END IF;
  IF count = 0 AND part = 'content' THEN
    RETURN NULL;
  END IF;
  INSERT INTO audit.drop_announcements (part, project_id, month, rules, rows, at)
  VALUES (part, project, month, rules, count, clock_timestamp());
  PERFORM audit.record_drop(audit.project_facts(project) || jsonb_build_object(
    'action', 'drop.announced', 'target_kind', 'log-' || part, 'target_id', to_char(month, 'YYYY-MM'),
    'after', jsonb_build_object('rows', count, 'rules', rules,
      'notBefore', to_char(clock_timestamp() AT TIME ZONE 'UTC' + interval '7 days', 'YYYY-MM-DD'))));
  RETURN count;
END
$$;

CREATE FUNCTION audit.require_announced(part text, project uuid, month date, rules bigint[]) RETURNS void
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  IF NOT coalesce(audit.announced_at(part, project, month, rules) <= clock_timestamp() - interval '7 days', false) THEN
    PERFORM public.refuse_rule('log_drop_announced', 'it was not announced a week ago, by the rule that holds now');
  END IF;
END
$$;

-- By what rules, and who agreed to them: as a row of the log says it.
CREATE FUNCTION audit.say_rules(rules bigint[]) RETURNS jsonb
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
  SELECT jsonb_agg(jsonb_build_object('rule', r.number, 'project', r.project_id, 'contentMonths', r.content_months,
    'linesMonths', r.lines_months, 'proposedBy', r.proposed_by, 'agreedBy', r.agreed_by) ORDER BY r.number)
  FROM audit.log_rules r WHERE r.number = ANY (rules)
$$;

-- Drops the personal values of a project's rows in a month; answers of how many. Again: of none.
CREATE FUNCTION audit.drop_content(project uuid, month date) RETURNS bigint
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_variable
DECLARE
  rules bigint[];
  count bigint;
  gone bigint;
  made uuid;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended('audit.retention', 0));
  rules := audit.require_due('content', project, month, interval '0');
  SELECT coalesce(sum(c.rows), 0) INTO count FROM audit.content_by_month(project, audit.month_begins(month), audit.month_due(month, 0)) c;
  IF count = 0 THEN
    RETURN 0;
  END IF;
  PERFORM audit.require_announced('content', project, month, rules);
  made := audit.record_drop(audit.project_facts(project) || jsonb_build_object(
    'action', 'log.dropped', 'target_kind', 'log-content', 'target_id', to_char(month, 'YYYY-MM'),
    'after', jsonb_build_object('rows', count, 'rules', audit.say_rules(rules))));
  INSERT INTO audit.dropped_content (project_id, month, rows, rule, event_id, at, tx)
  VALUES (project, month, count, rules[1], made, clock_timestamp(), pg_current_xact_id());
  DELETE FROM audit.audit_content c USING audit.events e
  WHERE e.at >= audit.month_begins(month) AND e.at < audit.month_due(month, 0) AND c.event_id = e.event_id
    AND (e.project_id = project OR (e.project_id IS NULL AND audit.project_of(e) IS NOT DISTINCT FROM project));
  GET DIAGNOSTICS gone = ROW_COUNT;
  IF gone <> count THEN
    RAISE EXCEPTION 'other rows would go than were counted' USING ERRCODE = 'serialization_failure';
  END IF;
  RETURN count;
END
$$;

-- Drops a whole month of lines; answers how many. Again: none. The oldest month goes first, so that what a viewing's opening
-- says goes before what borrows it. Whoever reads the log holds it up for a second, and no longer.
CREATE FUNCTION audit.drop_month(month date) RETURNS bigint
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
  EXECUTE format('DROP TABLE %s', oldest.partition);
  RETURN went.rows;
END
$$;

-- Personal values are changed by nobody, and go by the functions above alone: what goes must be on record, as dropped or
-- erased by this very transaction.
CREATE FUNCTION audit.guard_content() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  dropped audit.dropped_content;
BEGIN
  IF TG_LEVEL = 'ROW' AND TG_OP = 'DELETE' AND pg_current_xact_id_if_assigned() IS NOT NULL THEN
    SELECT * INTO dropped FROM audit.dropped_content d WHERE d.tx = pg_current_xact_id();
    IF FOUND AND EXISTS (
      SELECT FROM audit.events e
      WHERE e.event_id = OLD.event_id AND e.at >= audit.month_begins(dropped.month) AND e.at < audit.month_due(dropped.month, 0)
        AND audit.project_of(e) IS NOT DISTINCT FROM dropped.project_id)
    THEN
      RETURN OLD;
    END IF;
    IF EXISTS (SELECT FROM audit.log_erasures x WHERE x.event_id = OLD.event_id AND x.tx = pg_current_xact_id()) THEN
      RETURN OLD;
    END IF;
  END IF;
  RAISE EXCEPTION 'the log is added to and never changed' USING ERRCODE = 'insufficient_privilege';
END
$$;

CREATE TRIGGER refuse_row BEFORE UPDATE OR DELETE ON audit.audit_content
  FOR EACH ROW EXECUTE FUNCTION audit.guard_content();
CREATE TRIGGER refuse_statement BEFORE UPDATE OR TRUNCATE ON audit.audit_content
  FOR EACH STATEMENT EXECUTE FUNCTION audit.guard_content();
ALTER TABLE audit.audit_content ENABLE ALWAYS TRIGGER refuse_row;
ALTER TABLE audit.audit_content ENABLE ALWAYS TRIGGER refuse_statement;

REVOKE ALL ON ALL TABLES IN SCHEMA audit FROM PUBLIC;
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA audit FROM PUBLIC;
