import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Postgres, startPostgres } from '../../e2e/stack/postgres.ts'
import { removeElsewhere } from '../../e2e/stack/postgres-place.ts'
import { createEmptyDatabase, createMigratedDatabase } from '../../e2e/stack/test-database.ts'
import { runCommand } from '../apply/test-command.ts'
import { openDatabase } from '../database.ts'
import { checkDatabase } from './self-check.ts'

// A server of its own, with its superuser and set up as a careful one is.
const dataDir = mkdtempSync(join(tmpdir(), 'recordroom-test-'))
let postgres: Postgres
let superuserUrl: (database: string) => string

beforeAll(async () => {
  postgres = await startPostgres({ dataDir })
  const { superuser } = parsePasswords(readFileSync(join(dataDir, 'passwords.json'), 'utf8'))
  superuserUrl = (database) => `postgresql://postgres:${superuser}@127.0.0.1:${postgres.port}/${database}`
  const { code, error } = await runCommand('prisma/deploy.ts', [], {
    PATH: process.env.PATH,
    DATABASE_OWNER_URL: postgres.ownerUrl('migrated'),
    DATABASE_URL: postgres.applicationUrl('migrated'),
  })
  expect([code, error]).toEqual([0, ''])
}, 120_000)

afterAll(async () => {
  // Nothing of it is kept: no need to write it all out first.
  process.kill(postgres.pid, 'SIGQUIT')
  await postgres.stop()
  removeElsewhere(dataDir)
  rmSync(dataDir, { recursive: true, force: true })
})

function parsePasswords(text: string): { superuser: string } {
  return JSON.parse(text) as { superuser: string }
}

const run = async (url: string, sql: string): Promise<void> => {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    await client.query(sql)
  } finally {
    await client.end()
  }
}

const check = async (url: string): Promise<string[]> => {
  const db = openDatabase(url)
  try {
    return await checkDatabase(db)
  } finally {
    await db.$disconnect()
  }
}

/** What the application’s role finds after a superuser has done something, all of which is undone. */
const findAfter = async (done: string): Promise<string[]> => {
  const db = openDatabase(superuserUrl('migrated'))
  let found: string[] = []
  const undone = db.$transaction(
    async (tx) => {
      await tx.$executeRawUnsafe(`DO $do$ BEGIN ${done}; END $do$`)
      await tx.$executeRawUnsafe('SET LOCAL SESSION AUTHORIZATION recordroom')
      found = await checkDatabase(tx)
      throw new Error('to be undone')
    },
    { timeout: 20_000 },
  )
  try {
    await expect(undone).rejects.toThrow('to be undone')
  } finally {
    await db.$disconnect()
  }
  return found
}

const month = new Date().toISOString().slice(0, 7)
const partition = `audit.events_${month.replace('-', '_')}`

test('a sound database has no fault', async () => {
  expect(await check(postgres.applicationUrl('migrated'))).toEqual([])
})

describe('a role that stands above the log', () => {
  test('as its owner', async () => {
    expect(await check(postgres.ownerUrl('migrated'))).toEqual([
      'the database role recordroom_owner may make roles, owns the log, owns the database',
    ])
  })

  test('as a superuser', async () => {
    expect(await check(superuserUrl('migrated'))).toEqual([
      expect.stringMatching(/^the database role postgres is a superuser/),
    ])
  })

  test.each([
    ['by BYPASSRLS', 'ALTER ROLE recordroom BYPASSRLS', 'has BYPASSRLS'],
    [
      'as one of its owners',
      'CREATE ROLE keepers; ALTER TABLE audit.events OWNER TO keepers; GRANT keepers TO recordroom',
      'is a member of keepers, which owns the log',
    ],
    [
      'as one of its owners, who would first have to set the role',
      `CREATE ROLE keepers; ALTER FUNCTION audit.refuse_change OWNER TO keepers;
       GRANT keepers TO recordroom WITH INHERIT FALSE, SET TRUE`,
      'is a member of keepers, which owns the log',
    ],
    [
      'as one who may write everything',
      'GRANT pg_write_all_data TO recordroom',
      'is a member of pg_write_all_data, which reaches past the tables’ rights',
    ],
    [
      'as one who may run programs on the server',
      'GRANT pg_execute_server_program TO recordroom',
      'is a member of pg_execute_server_program, which reaches past the tables’ rights',
    ],
    [
      'as a superuser’s member',
      'CREATE ROLE mighty SUPERUSER; GRANT mighty TO recordroom',
      'is a member of mighty, which is a superuser',
    ],
  ])('%s', async (_, done, why) => {
    expect(await findAfter(done)).toEqual([`the database role recordroom ${why}`])
  })
})

test.each([
  [
    'a trigger disabled',
    'ALTER TABLE audit.events DISABLE TRIGGER refuse_statement',
    ['the trigger refuse_statement on audit.events is disabled'],
  ],
  [
    'a trigger of one partition disabled',
    `ALTER TABLE ${partition} DISABLE TRIGGER refuse_statement`,
    [`the trigger refuse_statement on ${partition} is disabled`],
  ],
  [
    'a trigger that only replicas fire',
    'ALTER TABLE audit.events_default ENABLE REPLICA TRIGGER refuse_row',
    ['the trigger refuse_row on audit.events_default is disabled'],
  ],
  [
    'a trigger missing',
    `DROP TRIGGER refuse_statement ON ${partition}`,
    [`the trigger refuse_statement on ${partition} is missing`],
  ],
  [
    'a partition made by hand, without them',
    `CREATE TABLE audit.events_1999_01 PARTITION OF audit.events FOR VALUES FROM ('1999-01-01') TO ('1999-02-01')`,
    ['the trigger refuse_statement on audit.events_1999_01 is missing'],
  ],
  [
    'a trigger of that name that does something else',
    `DROP TRIGGER refuse_statement ON ${partition};
     CREATE FUNCTION audit.nothing() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RETURN NULL; END$$;
     CREATE TRIGGER refuse_statement BEFORE UPDATE OR DELETE OR TRUNCATE ON ${partition}
       FOR EACH STATEMENT EXECUTE FUNCTION audit.nothing()`,
    [`the trigger refuse_statement on ${partition} is missing`],
  ],
  [
    'a trigger that leaves TRUNCATE out',
    `DROP TRIGGER refuse_statement ON ${partition};
     CREATE TRIGGER refuse_statement BEFORE UPDATE OR DELETE ON ${partition}
       FOR EACH STATEMENT EXECUTE FUNCTION audit.refuse_change()`,
    [`the trigger refuse_statement on ${partition} is missing`],
  ],
  [
    'a trigger of the blocks disabled',
    'ALTER TABLE audit.blocks DISABLE TRIGGER refuse_row',
    ['the trigger refuse_row on audit.blocks is disabled'],
  ],
  [
    'a trigger of the tree missing',
    'DROP TRIGGER refuse_statement ON audit.tree_nodes',
    ['the trigger refuse_statement on audit.tree_nodes is missing'],
  ],
  [
    'a trigger of the personal values disabled',
    'ALTER TABLE audit.audit_content DISABLE TRIGGER refuse_row',
    ['the trigger refuse_row on audit.audit_content is disabled'],
  ],
  [
    'a trigger of the rules missing',
    'DROP TRIGGER refuse_row ON audit.log_rules',
    ['the trigger refuse_row on audit.log_rules is missing'],
  ],
  [
    'no right to drop by rule',
    'REVOKE EXECUTE ON FUNCTION audit.drop_month(date) FROM recordroom',
    ['the database role may not drop a month of the log by rule: run `npm run db:deploy`'],
  ],
  [
    'a right on the blocks',
    'GRANT INSERT ON audit.blocks, audit.checkpoints TO recordroom',
    ['the database role may INSERT audit.blocks', 'the database role may INSERT audit.checkpoints'],
  ],
  [
    'no right to seal',
    'REVOKE EXECUTE ON FUNCTION audit.write_block(text, bigint[], bytea) FROM recordroom',
    ['the database role may not seal the log: run `npm run db:deploy`'],
  ],
  [
    'a sealing function that is its caller’s',
    'ALTER FUNCTION audit.write_checkpoint(bigint, text) SECURITY INVOKER',
    ['the function audit.write_checkpoint(bigint,text) is not SECURITY DEFINER'],
  ],
  [
    'a right on a partition',
    `GRANT DELETE, TRUNCATE ON ${partition} TO recordroom`,
    [`the database role may DELETE, TRUNCATE ${partition}`],
  ],
  [
    'a right on one column',
    'GRANT UPDATE (reason) ON audit.audit_content TO recordroom',
    ['the database role may UPDATE audit.audit_content'],
  ],
  [
    'a right that everybody has',
    'GRANT INSERT ON audit.events TO PUBLIC',
    ['the database role may INSERT audit.events'],
  ],
  [
    'the schema open for things of one’s own',
    'GRANT CREATE ON SCHEMA audit TO recordroom',
    ['the database role may make things in the log’s schema'],
  ],
  [
    'a sequence that can be set',
    'GRANT UPDATE ON SEQUENCE audit.events_id_seq TO recordroom',
    ['the database role may set audit.events_id_seq'],
  ],
  [
    'no right to append',
    'REVOKE EXECUTE ON FUNCTION audit.append_audit_event(jsonb) FROM recordroom',
    ['the database role may not append to the log: run `npm run db:deploy`'],
  ],
  [
    'no right to read',
    'REVOKE SELECT ON audit.log FROM recordroom',
    ['the database role may not read audit.log: run `npm run db:deploy`'],
  ],
  [
    'a function that is its caller’s',
    'ALTER FUNCTION audit.append_audit_event(jsonb) SECURITY INVOKER',
    ['the function audit.append_audit_event(jsonb) is not SECURITY DEFINER'],
  ],
  [
    'a function that looks up names where anybody puts them',
    'ALTER FUNCTION audit.append_audit_event(jsonb) RESET search_path',
    ['the function audit.append_audit_event(jsonb) looks names up where anybody may put them'],
  ],
  [
    'synchronous_commit off',
    'SET LOCAL synchronous_commit = off',
    ['synchronous_commit is off: what is on record could be lost with the power'],
  ],
  [
    'a migration missing',
    `DELETE FROM public._prisma_migrations WHERE migration_name LIKE '%_log'`,
    ['the migration 20261124000200_log is not applied: run `npm run db:deploy`'],
  ],
  [
    'a migration that was not finished',
    `UPDATE public._prisma_migrations SET finished_at = NULL WHERE migration_name LIKE '%_log'`,
    ['the migration 20261124000200_log is not applied: run `npm run db:deploy`'],
  ],
  [
    'no partition for this month',
    `DROP TABLE ${partition}`,
    [`the log has no partition for ${month}: run \`npm run db:deploy\``],
  ],
])('%s is found', async (_, done, faults) => {
  expect(await findAfter(done)).toEqual(faults)
})

test('several faults are named at once', async () => {
  expect(
    await findAfter(
      `GRANT INSERT ON audit.events TO recordroom; DROP TRIGGER refuse_statement ON audit.events`,
    ),
  ).toEqual([
    'the database role may INSERT audit.events',
    'the trigger refuse_statement on audit.events is missing',
  ])
})

test('fsync off is found', async () => {
  const { applicationUrl } = await createMigratedDatabase()
  expect(await check(applicationUrl)).toEqual([
    'fsync is off: what is on record could be lost with the power',
    'synchronous_commit is off: what is on record could be lost with the power',
  ])
})

test('a database without a log says so', async () => {
  expect(await check((await createEmptyDatabase()).ownerUrl)).toEqual([
    'the database has no log: run `npm run db:deploy`',
  ])
})

test('rows are refused to change also for a superuser whose session plays the replica', async () => {
  for (const sql of ['DELETE FROM audit.events', `TRUNCATE ${partition}`])
    await expect(
      run(superuserUrl('migrated'), `SET session_replication_role = replica; ${sql}`),
    ).rejects.toThrow('the log is added to and never changed')
})
