-- A case is on hold by what people see of its reference. One that was copied out of a mail or a table brings marks with it
-- that nobody sees, other blanks or other forms of the same letters, on either side: such a hold would hold nothing.

-- Without a search path of its own, so that it is made part of the question: it is asked of each line with a case.
CREATE FUNCTION audit.case_key(reference text) RETURNS text
LANGUAGE sql IMMUTABLE
AS $$
  SELECT btrim(regexp_replace(regexp_replace(lower(normalize(reference, NFKC)),
    '[\u00AD\u034F\u061C\u115F\u1160\u17B4\u17B5\u180B-\u180F\u200B-\u200F\u202A-\u202E\u2060-\u206F\uFE00-\uFE0F\uFEFF]', '', 'g'),
    '\s+', ' ', 'g'))
$$;
REVOKE ALL ON FUNCTION audit.case_key(text) FROM PUBLIC;

-- As it was, by what is seen.
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
          AND e.case_reference_hash IS NOT NULL AND audit.case_key(c.case_reference) = audit.case_key(h.case_reference)
          AND audit.project_of(e) IS NOT DISTINCT FROM project
          AND (e.at >= audit.month_begins(month) OR EXISTS (
            SELECT FROM audit.events later
            WHERE later.viewing_id = e.viewing_id
              AND later.at >= audit.month_begins(month) AND later.at < audit.month_due(month, 0)))) END)
$$;

-- As it was, by what is seen.
CREATE OR REPLACE FUNCTION audit.is_row_on_hold(e audit.events) RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
  SELECT EXISTS (
    SELECT FROM audit.log_holds h
    WHERE NOT EXISTS (SELECT FROM audit.log_hold_releases r WHERE r.hold_id = h.id)
      AND (h.project_id = audit.project_of(e) OR h.project_id IS NULL)
      AND (h.case_reference IS NULL OR EXISTS (
        SELECT FROM audit.audit_content c
        WHERE audit.case_key(c.case_reference) = audit.case_key(h.case_reference)
          AND (c.event_id = e.event_id OR c.event_id = (
            SELECT opening.event_id FROM audit.events opening
            WHERE opening.viewing_id = e.viewing_id AND opening.action IN ('viewing.opened', 'download.opened')
            LIMIT 1)))))
$$;
