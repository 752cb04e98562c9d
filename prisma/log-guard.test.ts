import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createMigratedDatabase } from '../e2e/stack/test-database.ts'
import { append, openSession, renderEvent, type Session } from './test-log.ts'

let application: Session
let owner: Session
let partitions: string[]
let eventId: string

beforeAll(async () => {
  const { applicationUrl, ownerUrl } = await createMigratedDatabase()
  application = await openSession(applicationUrl)
  owner = await openSession(ownerUrl)
  const event = renderEvent({ reason: 'as it was written', actor_name: 'Some One' })
  eventId = String(event.event_id)
  await append(application, event)
  const tree = await owner.ask<{ name: string }>(
    "SELECT relid::text AS name FROM pg_partition_tree('audit.events') WHERE level = 1 ORDER BY 1",
  )
  partitions = tree.map(({ name }) => name)
})
afterAll(() => Promise.all([application.end(), owner.end()]))

const INSERT = '(id, at, tx, event_id, action, outcome, schema_version, writer)'
const VALUES = `SELECT 1, now(), pg_current_xact_id(), gen_random_uuid(), 'server.started', 'allowed', 1, 'me'`

/** Every way to change a table of the log. */
const changes = (table: string): string[] => [
  `INSERT INTO ${table} ${INSERT} ${VALUES}`,
  `UPDATE ${table} SET outcome = 'failed'`,
  `UPDATE ${table} SET outcome = 'failed' WHERE false`,
  `DELETE FROM ${table}`,
  `DELETE FROM ${table} WHERE false`,
  `TRUNCATE ${table}`,
  `MERGE INTO ${table} USING (SELECT 1) AS s ON true WHEN MATCHED THEN DELETE`,
  `COPY ${table} FROM STDIN`,
]

describe('the application’s role', () => {
  test('has the log, this month to 24 ahead and a default one', () => {
    expect(partitions).toHaveLength(26)
    expect(partitions).toContain('audit.events_default')
  })

  test('may change nothing of the log, nor of any of its partitions', async () => {
    for (const table of ['audit.events', ...partitions]) {
      const name = table.replace('audit.', '')
      for (const sql of changes(table))
        expect(`${sql}: ${await application.refusal(sql)}`).toBe(
          `${sql}: 42501 permission denied for table ${name}`,
        )
    }
  })

  test.each([
    'INSERT INTO audit.audit_content (event_id, reason) VALUES (gen_random_uuid(), $$forged$$)',
    'UPDATE audit.audit_content SET reason = $$forged$$',
    'DELETE FROM audit.audit_content',
    'TRUNCATE audit.audit_content',
    'COPY audit.audit_content FROM STDIN',
  ])('may not change what stands beside it: %s', async (sql) => {
    expect(await application.refusal(sql)).toBe('42501 permission denied for table audit_content')
  })

  test.each([
    'INSERT INTO audit.log (id) VALUES (1)',
    'UPDATE audit.log SET code = $$x$$',
    'DELETE FROM audit.log',
  ])('may not change it through its view: %s', async (sql) => {
    expect(await application.refusal(sql)).toMatch(/^(42501 permission denied|55000 cannot)/)
  })

  test.each([
    ['ALTER TABLE audit.events DISABLE TRIGGER ALL', 'must be owner of table events'],
    ['ALTER TABLE audit.events DISABLE TRIGGER refuse_row', 'must be owner of table events'],
    ['ALTER TABLE audit.events_default DISABLE TRIGGER refuse_statement', 'must be owner'],
    ['DROP TRIGGER refuse_row ON audit.events', 'must be owner of relation events'],
    ['ALTER TABLE audit.events DETACH PARTITION audit.events_default', 'must be owner of table events'],
    ['DROP TABLE audit.events', 'must be owner of table events'],
    ['DROP VIEW audit.log', 'must be owner of view log'],
    ['DROP SCHEMA audit CASCADE', 'must be owner of schema audit'],
    ['CREATE TABLE audit.mine ()', 'permission denied for schema audit'],
    ['CREATE VIEW public.mine AS SELECT 1', 'permission denied for schema public'],
    [
      'CREATE OR REPLACE FUNCTION audit.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RETURN NEW; END$$',
      'permission denied for schema audit',
    ],
    ['ALTER FUNCTION audit.append_audit_event(jsonb) SECURITY INVOKER', 'must be owner of function'],
    ['CREATE RULE mine AS ON SELECT TO audit.events DO INSTEAD SELECT 1', 'must be owner'],
    [
      'CREATE TRIGGER mine BEFORE INSERT ON audit.events FOR EACH ROW EXECUTE FUNCTION audit.refuse_change()',
      'permission denied for table events',
    ],
    [`SELECT setval('audit.events_id_seq', 1)`, 'permission denied for sequence events_id_seq'],
    [`SELECT nextval('audit.events_id_seq')`, 'permission denied for sequence events_id_seq'],
    [`SELECT audit.guard_table('audit.events')`, 'permission denied for function guard_table'],
    ['LOCK TABLE audit.events IN ACCESS EXCLUSIVE MODE', 'permission denied for table events'],
  ])('may not take its protection away: %s', async (sql, why) => {
    expect(await application.refusal(sql)).toMatch(new RegExp(`^42501 .*${why}`))
  })

  test.each([
    ['SET ROLE recordroom_owner', 'permission denied to set role "recordroom_owner"'],
    ['SET ROLE postgres', 'permission denied to set role "postgres"'],
    ['SET SESSION AUTHORIZATION recordroom_owner', 'permission denied to set session authorization'],
    ['SET session_replication_role = replica', 'permission denied to set parameter'],
    ['ALTER ROLE recordroom SUPERUSER', 'permission denied to alter role'],
    ['ALTER ROLE recordroom BYPASSRLS', 'permission denied to alter role'],
    ['CREATE ROLE other', 'permission denied to create role'],
    ['GRANT recordroom_owner TO recordroom', 'permission denied to grant role "recordroom_owner"'],
    ['GRANT pg_write_all_data TO recordroom', 'permission denied to grant role "pg_write_all_data"'],
    [`COPY (SELECT 1) TO PROGRAM 'cat'`, 'permission denied to COPY to or from an external program'],
    [`COPY roles_held FROM PROGRAM 'cat'`, 'permission denied to COPY to or from an external program'],
    [`COPY roles_held FROM '/etc/passwd'`, 'permission denied to COPY from a file'],
    [`COPY (SELECT 1) TO '/tmp/recordroom-copy'`, 'permission denied to COPY to a file'],
    [`SELECT pg_read_file('/etc/passwd')`, 'permission denied for function pg_read_file'],
    [`SELECT lo_import('/etc/passwd')`, 'permission denied for function lo_import'],
  ])('may not become somebody else or leave the database: %s', async (sql, why) => {
    expect(await application.refusal(sql)).toMatch(new RegExp(`^42501 .*${why}`))
  })

  test('may not change the server’s settings', async () => {
    await expect(application.ask('ALTER SYSTEM SET fsync = off')).rejects.toThrow('permission denied')
  })

  test('giving itself rights gives it none', async () => {
    await application.refusal('GRANT INSERT, UPDATE, DELETE, TRUNCATE ON audit.events TO recordroom')
    expect(await application.refusal('UPDATE audit.events SET code = $$x$$')).toMatch(/^42501/)
  })

  test('deletes no person, project, grant, viewing or archive, and no sign-in', async () => {
    for (const table of ['people', 'sign_ins', 'grants', 'projects', 'archives', 'viewings', 'certificates'])
      expect(await application.refusal(`DELETE FROM ${table}`)).toBe(
        `42501 permission denied for table ${table}`,
      )
    expect(await application.refusal('DELETE FROM roles_held')).toBeNull()
  })
})

describe('the owner, too,', () => {
  const REFUSED = '42501 the log is added to and never changed'

  test('changes no row of the log, whichever table it is reached by', async () => {
    for (const table of ['audit.events', ...partitions]) {
      for (const sql of [
        `UPDATE ${table} SET outcome = 'failed'`,
        `DELETE FROM ${table}`,
        `DELETE FROM ${table} WHERE false`,
        `TRUNCATE ${table}`,
      ])
        expect(`${sql}: ${await owner.refusal(sql)}`).toBe(`${sql}: ${REFUSED}`)
    }
  })

  test('the row is as it was written', async () => {
    expect(
      await application.ask(
        'SELECT outcome, reason FROM audit.log WHERE id IN (SELECT id FROM audit.events WHERE event_id = $1)',
        [eventId],
      ),
    ).toEqual([{ outcome: 'allowed', reason: 'as it was written' }])
  })
})

test('a row outlives the person, the project and the archive it speaks of', async () => {
  const [project] = await owner.ask<{ id: string }>(
    `INSERT INTO projects (id, kind, recorder_key, name, api_url, secrets, reasons)
     VALUES (gen_random_uuid(), 'opentok', '1', 'Retail', 'https://api.test', '{}', '[]') RETURNING id`,
  )
  const [person] = await owner.ask<{ id: string }>(
    `INSERT INTO people (id, issuer, subject) VALUES (gen_random_uuid(), 'https://idp', 'leaver') RETURNING id`,
  )
  const [archive] = await owner.ask<{ id: string }>(
    `INSERT INTO archives (id, project_id, session_id, status, created_at, record)
     VALUES (gen_random_uuid(), $1, 'a session', 'uploaded', now(), '{}') RETURNING id`,
    [project?.id],
  )
  const { id } = await append(application, {
    ...{ action: 'recording.viewed', actor_kind: 'person', actor_subject: 'leaver' },
    ...{ project_id: project?.id, project_name: 'Retail', archive_id: archive?.id, session_id: 'a session' },
    ...{ target_kind: 'person', target_id: person?.id },
  })
  const row = () => application.ask('SELECT * FROM audit.log WHERE id = $1', [id])
  const before = await row()
  for (const [table, gone] of [
    ['archives', archive],
    ['people', person],
    ['projects', project],
  ] as const)
    await owner.ask(`DELETE FROM ${table} WHERE id = $1`, [gone?.id])
  expect(before).toMatchObject([
    { actor_subject: 'leaver', project: 'Retail', archive_id: archive?.id, session_id: 'a session' },
  ])
  expect(await row()).toEqual(before)
  expect(
    await owner.ask(
      `SELECT conname FROM pg_constraint
       WHERE contype = 'f' AND (connamespace = 'audit'::regnamespace OR confrelid IN (
         SELECT oid FROM pg_class WHERE relnamespace = 'audit'::regnamespace))`,
    ),
  ).toEqual([])
})
