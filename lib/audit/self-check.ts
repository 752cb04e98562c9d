import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { Prisma, type PrismaClient } from '../../prisma/client/client.ts'

type Reader = Pick<PrismaClient, '$queryRaw'>
type Fault = { fault: string }

const DEPLOY_FIRST = 'run `npm run db:deploy`'

/**
 * What keeps the portal from serving, a sentence each; none when the database is as it must be. Asked as the
 * application's role at start. Throws when the database does not answer.
 */
export async function checkDatabase(db: Reader): Promise<string[]> {
  const [row] = await db.$queryRaw<{ there: boolean }[]>`
    SELECT to_regclass('audit.events') IS NOT NULL AS there`
  if (row?.there !== true) return [`the database has no log: ${DEPLOY_FIRST}`]

  const roleFaults = await findRoleFaults(db)
  const found = await Promise.all([
    findMissingMigrations(db),
    // whoever stands above the log has every right on it: that is said once
    roleFaults.length > 0 ? roleFaults : findRightFaults(db),
    findGuardFaults(db),
    findSettingFaults(db),
    findMissingMonth(db),
  ])
  return found.flat()
}

/** What somebody should look into while the portal serves. */
export async function findDatabaseWarnings(db: Reader): Promise<string[]> {
  const [row] = await db.$queryRaw<{ strays: boolean }[]>`
    SELECT audit.has_strays() AS strays`
  return row?.strays === true
    ? ['rows of the log stand in its default partition: a month was missing when they were written']
    : []
}

async function findMissingMigrations(db: Reader): Promise<string[]> {
  const folder = await readdir(join(import.meta.dirname, '..', '..', 'prisma', 'migrations'), {
    withFileTypes: true,
  })
  const names = folder.filter((entry) => entry.isDirectory()).map((entry) => entry.name)
  const [allowed] = await db.$queryRaw<{ readable: boolean | null }[]>`
    SELECT has_table_privilege(to_regclass('public._prisma_migrations')::oid, 'SELECT') AS readable`
  if (allowed?.readable !== true) return [`the list of migrations cannot be read: ${DEPLOY_FIRST}`]

  const applied = await db.$queryRaw<{ name: string }[]>`
    SELECT migration_name AS name FROM public._prisma_migrations
    WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL`
  const missing = names.filter((name) => !applied.some((row) => row.name === name))
  return missing.map((name) => `the migration ${name} is not applied: ${DEPLOY_FIRST}`)
}

/** Roles whose rights the application’s has and which could lift the log’s protection. */
async function findRoleFaults(db: Reader): Promise<string[]> {
  const above = await db.$queryRaw<{ role: string; why: string }[]>`
    SELECT r.rolname::text AS role, concat_ws(', ',
      CASE WHEN r.rolsuper THEN 'is a superuser' END,
      CASE WHEN r.rolbypassrls THEN 'has BYPASSRLS' END,
      CASE WHEN r.rolcreaterole THEN 'may make roles' END,
      CASE WHEN r.rolname IN ('pg_execute_server_program', 'pg_write_server_files', 'pg_write_all_data')
        THEN 'reaches past the tables’ rights' END,
      CASE WHEN EXISTS (
        SELECT FROM pg_class WHERE relnamespace = 'audit'::regnamespace AND relowner = r.oid
        UNION ALL SELECT FROM pg_proc WHERE pronamespace = 'audit'::regnamespace AND proowner = r.oid
        UNION ALL SELECT FROM pg_namespace WHERE oid = 'audit'::regnamespace AND nspowner = r.oid
      ) THEN 'owns the log' END,
      CASE WHEN EXISTS (SELECT FROM pg_database WHERE datname = current_database() AND datdba = r.oid)
        THEN 'owns the database' END
    ) AS why
    FROM pg_roles r
    WHERE pg_has_role(session_user, r.oid, 'MEMBER')`
  const [me] = await db.$queryRaw<{ role: string }[]>`SELECT session_user::text AS role`
  const faults = above.filter(({ why }) => why !== '')
  const own = faults.filter(({ role }) => role === me?.role)
  // a superuser has every role: its own line says it all
  return (own.some(({ why }) => why.includes('superuser')) ? own : faults).map(({ role, why }) =>
    role === me?.role
      ? `the database role ${role} ${why}`
      : `the database role ${me?.role} is a member of ${role}, which ${why}`,
  )
}

async function findRightFaults(db: Reader): Promise<string[]> {
  const tooMuch = await db.$queryRaw<Fault[]>`
    SELECT format('the database role may %s %s', string_agg(p.name, ', ' ORDER BY p.name), c.oid::regclass) AS fault
    FROM pg_class c, unnest(ARRAY['INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'TRIGGER', 'REFERENCES']) AS p(name)
    WHERE c.relnamespace = 'audit'::regnamespace AND c.relkind IN ('r', 'p', 'v')
      AND CASE WHEN p.name IN ('INSERT', 'UPDATE', 'REFERENCES')
        THEN has_any_column_privilege(c.oid, p.name) ELSE has_table_privilege(c.oid, p.name) END
    GROUP BY c.oid
    UNION ALL
    SELECT 'the database role may make things in the log’s schema'
    WHERE has_schema_privilege('audit', 'CREATE')
    UNION ALL
    SELECT format('the database role may set %s', c.oid::regclass)
    FROM pg_class c
    WHERE c.relnamespace = 'audit'::regnamespace
      AND CASE c.relkind WHEN 'S' THEN has_sequence_privilege(c.oid, 'USAGE, UPDATE') END
    ORDER BY 1`
  const tooLittle = await db.$queryRaw<Fault[]>`
    SELECT format('the database role may not read %s', t.name) AS fault
    FROM unnest(ARRAY[
      'audit.events', 'audit.audit_content', 'audit.log', 'audit.series', 'audit.left_over', 'audit.blocks',
      'audit.block_leaves', 'audit.tree_nodes', 'audit.checkpoints', 'audit.log_rules', 'audit.log_holds',
      'audit.log_hold_releases', 'audit.log_erasures', 'audit.drop_announcements', 'audit.dropped_content',
      'audit.dropped_months'
    ]) AS t(name)
    WHERE NOT coalesce(has_table_privilege(to_regclass(t.name)::oid, 'SELECT'), false)
    UNION ALL
    SELECT format('the database role may not %s', f.what)
    FROM (VALUES
      ('audit.append_audit_event(jsonb)', 'append to the log'),
      ('audit.begin_series()', 'begin a series of the log'),
      ('audit.seal_position()', 'ask how far the log is sealed'),
      ('audit.next_rows(integer)', 'ask which rows of the log are sealed next'),
      ('audit.write_block(text, bigint[], bytea)', 'seal the log'),
      ('audit.write_checkpoint(bigint, text)', 'write a checkpoint of the log'),
      ('audit.place_log_hold(uuid, uuid, text, text, uuid)', 'place a hold on the log'),
      ('audit.agree_log_rule(uuid, uuid)', 'put a rule of the log in force'),
      ('audit.release_log_hold(uuid, uuid)', 'release a hold on the log'),
      ('audit.erase_content(uuid, uuid)', 'erase personal values of the log'),
      ('audit.content_by_month(uuid, timestamptz, timestamptz)', 'count personal values of the log'),
      ('audit.months_of_lines()', 'list the months of the log'),
      ('audit.has_strays()', 'ask whether rows of the log have no month'),
      ('audit.announce_drop(text, uuid, date)', 'announce what the log drops'),
      ('audit.drop_content(uuid, date)', 'drop personal values of the log by rule'),
      ('audit.drop_month(date)', 'drop a month of the log by rule')
    ) AS f(name, what)
    WHERE NOT coalesce(has_function_privilege(to_regprocedure(f.name)::oid, 'EXECUTE'), false)`
  return [...tooMuch.map(({ fault }) => fault), ...tooLittle.map(({ fault }) => `${fault}: ${DEPLOY_FIRST}`)]
}

/** The triggers on the log, each of its partitions and what seals it; the functions that stand for the missing rights. */
async function findGuardFaults(db: Reader): Promise<string[]> {
  const rows = await db.$queryRaw<Fault[]>(Prisma.sql`
    SELECT format('the trigger %s on %s is %s', wanted.name, t.relid,
      CASE WHEN g.oid IS NULL THEN 'missing' ELSE 'disabled' END) AS fault
    FROM (
      SELECT relid FROM pg_partition_tree('audit.events')
      UNION ALL
      SELECT to_regclass('audit.' || name) FROM unnest(ARRAY[
        'series', 'left_over', 'blocks', 'block_leaves', 'tree_nodes', 'checkpoints', 'log_rules', 'log_holds',
        'log_hold_releases', 'log_erasures', 'drop_announcements', 'dropped_content', 'dropped_months']) AS seal(name)
      WHERE to_regclass('audit.' || name) IS NOT NULL
    ) t
    CROSS JOIN (VALUES ('refuse_row', 27), ('refuse_statement', 58)) AS wanted(name, type)
    LEFT JOIN pg_trigger g ON g.tgrelid = t.relid AND g.tgname = wanted.name
      AND g.tgfoid = to_regprocedure('audit.refuse_change()') AND g.tgtype = wanted.type AND g.tgqual IS NULL
    WHERE g.oid IS NULL OR g.tgenabled NOT IN ('O', 'A')
    UNION ALL
    SELECT format('the trigger %s on audit.audit_content is %s', wanted.name,
      CASE WHEN g.oid IS NULL THEN 'missing' ELSE 'disabled' END)
    FROM (VALUES ('refuse_row', 27), ('refuse_statement', 50)) AS wanted(name, type)
    LEFT JOIN pg_trigger g ON g.tgrelid = 'audit.audit_content'::regclass AND g.tgname = wanted.name
      AND g.tgfoid = to_regprocedure('audit.guard_content()') AND g.tgtype = wanted.type AND g.tgqual IS NULL
    WHERE g.oid IS NULL OR g.tgenabled NOT IN ('O', 'A')
    UNION ALL
    SELECT format('the function %s is not SECURITY DEFINER', p.oid::regprocedure)
    FROM pg_proc p
    WHERE p.pronamespace = 'audit'::regnamespace AND NOT p.prosecdef AND p.proname IN (
      'append_audit_event', 'make_months', 'begin_series', 'write_block', 'write_checkpoint', 'place_log_hold',
      'agree_log_rule', 'release_log_hold', 'erase_content', 'content_by_month', 'announce_drop', 'drop_content',
      'drop_month', 'months_of_lines', 'has_strays')
    UNION ALL
    SELECT format('the function %s looks names up where anybody may put them', p.oid::regprocedure)
    FROM pg_proc p
    WHERE p.pronamespace = 'audit'::regnamespace AND p.prosecdef
      AND NOT coalesce(p.proconfig @> ARRAY['search_path=pg_catalog, pg_temp'], false)
    ORDER BY 1`)
  return rows.map(({ fault }) => fault)
}

async function findSettingFaults(db: Reader): Promise<string[]> {
  const rows = await db.$queryRaw<{ name: string }[]>`
    SELECT name FROM pg_settings WHERE name IN ('fsync', 'synchronous_commit') AND setting = 'off' ORDER BY name`
  return rows.map(({ name }) => `${name} is off: what is on record could be lost with the power`)
}

async function findMissingMonth(db: Reader): Promise<string[]> {
  const [row] = await db.$queryRaw<{ missing: string | null }[]>`
    SELECT CASE WHEN to_regclass('audit.events_' || to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY_MM'))
      IS NULL THEN to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM') END AS missing`
  return row?.missing == null ? [] : [`the log has no partition for ${row.missing}: ${DEPLOY_FIRST}`]
}
