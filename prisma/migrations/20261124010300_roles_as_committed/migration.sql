-- Two rules of roles are judged by what others hold or were just given. A transaction that sees only what there was when
-- it began cannot judge that, whatever it locks: it is refused.

CREATE FUNCTION refuse_old_sight(rule text) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  IF current_setting('transaction_isolation') <> 'read committed' THEN
    PERFORM public.refuse_rule(rule, 'roles are given and taken in transactions that read what is committed');
  END IF;
END
$$;

CREATE OR REPLACE FUNCTION roles_held_not_the_last() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  lost record;
BEGIN
  PERFORM public.refuse_old_sight('roles_held_not_the_last');
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

CREATE OR REPLACE FUNCTION roles_held_auditor_apart() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  PERFORM public.refuse_old_sight('roles_held_auditor_apart');
  PERFORM 1 FROM public.people WHERE people.id = NEW.person_id FOR NO KEY UPDATE;
  IF EXISTS (
    SELECT FROM public.roles_held held
    WHERE held.person_id = NEW.person_id AND (held.role = 'auditor') <> (NEW.role = 'auditor')
  ) THEN
    PERFORM public.refuse_rule('roles_held_auditor_apart', 'an auditor holds no other role');
  END IF;
  RETURN NULL;
END
$$;
