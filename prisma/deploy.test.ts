import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createEmptyDatabase, createMigratedDatabase } from '../e2e/stack/test-database.ts'
import { type Ended, runCommand } from '../lib/apply/test-command.ts'
import { openSession } from './test-log.ts'

const folder = mkdtempSync(join(tmpdir(), 'recordroom-test-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** The same server and database as another role. */
const as = (url: string, role: string, password: string): string => {
  const changed = new URL(url)
  changed.username = role
  changed.password = encodeURIComponent(password)
  return changed.toString()
}
const inventRole = (): string => `app_${randomBytes(5).toString('hex')}`

const deploy = (environment: Record<string, string | undefined>): Promise<Ended> =>
  runCommand('prisma/deploy.ts', [], { PATH: process.env.PATH, ...environment })

const write = (name: string, text: string): string => {
  const path = join(folder, name)
  writeFileSync(path, `${text}\n`)
  return path
}

const asks = async <T extends Record<string, unknown>>(url: string, sql: string): Promise<T[]> => {
  const session = await openSession(url)
  try {
    return await session.ask<T>(sql)
  } finally {
    await session.end()
  }
}

describe('an empty database', () => {
  test('is brought to this version by two at once, and by a third that changes nothing', async () => {
    const { ownerUrl } = await createEmptyDatabase()
    const password = 'p@ss:word/ü€'
    const url = as(ownerUrl, inventRole(), password)
    const environment = { DATABASE_OWNER_URL: ownerUrl, DATABASE_URL: url }
    const both = await Promise.all([deploy(environment), deploy(environment)])
    expect(both).toMatchObject([
      { code: 0, error: '' },
      { code: 0, error: '' },
    ])
    const out = both.map((each) => each.out).toSorted()
    expect(out.filter((each) => each.includes('migrations: all were applied'))).toHaveLength(1)
    expect(out.filter((each) => /migrations: \d+_tables, \d+_rules, \d+_log/.test(each))).toHaveLength(1)

    const state = () =>
      asks(
        ownerUrl,
        `SELECT (SELECT count(*)::int FROM public._prisma_migrations WHERE finished_at IS NOT NULL) AS migrations,
           (SELECT count(*)::int FROM pg_partition_tree('audit.events')) AS partitions,
           (SELECT jsonb_agg(a ORDER BY a) FROM (
              SELECT relname || ' ' || coalesce(relacl::text, '') AS a FROM pg_class
              WHERE relnamespace IN ('public'::regnamespace, 'audit'::regnamespace)
            ) AS acls) AS rights`,
      )
    const before = await state()
    expect(before).toMatchObject([{ partitions: 27 }])
    const third = await deploy(environment)
    expect(third).toMatchObject({ code: 0, error: '' })
    expect(third.out).toMatch(
      /^migrations: all were applied\nmonths of the log: 0 made\nrole \w+: was there\n/,
    )
    expect(await state()).toEqual(before)
  }, 90_000)

  test('is made when it is missing', async () => {
    const { ownerUrl, applicationUrl } = await createEmptyDatabase()
    const name = `made_${randomBytes(5).toString('hex')}`
    const elsewhere = (url: string): string => {
      const changed = new URL(url)
      changed.pathname = `/${name}`
      return changed.toString()
    }
    const environment = {
      DATABASE_OWNER_URL: elsewhere(ownerUrl),
      DATABASE_URL: elsewhere(applicationUrl),
    }
    const { code, out, error } = await deploy(environment)
    expect([code, error]).toEqual([0, ''])
    expect(out).toMatch(/^database: made\n/)
    expect(await asks(environment.DATABASE_URL, 'SELECT count(*)::int AS rows FROM audit.log')).toEqual([
      { rows: 0 },
    ])
  })
})

describe('the application’s role', () => {
  let ownerUrl: string
  let role: string
  let url: string
  beforeAll(async () => {
    ownerUrl = (await createMigratedDatabase()).ownerUrl
    role = inventRole()
    url = as(ownerUrl, role, 'a word')
    const { out } = await deploy({ DATABASE_OWNER_URL: ownerUrl, DATABASE_URL: url })
    expect(out).toContain(`role ${role}: made\n`)
  })

  test('logs in with its password and no other, and is nothing special', async () => {
    await expect(openSession(as(url, role, 'another'))).rejects.toThrow('password authentication failed')
    expect(
      await asks(
        url,
        `SELECT rolsuper, rolcreaterole, rolcreatedb, rolreplication, rolbypassrls, rolinherit AS inherits,
           (SELECT count(*)::int FROM pg_auth_members WHERE member = r.oid) AS memberships
         FROM pg_roles r WHERE rolname = session_user`,
      ),
    ).toEqual([
      {
        ...{ rolsuper: false, rolcreaterole: false, rolcreatedb: false, rolreplication: false },
        ...{ rolbypassrls: false, inherits: true, memberships: 0 },
      },
    ])
  })

  test('has in the log’s schema these rights and no other', async () => {
    const rights = await asks<{ right: string }>(
      url,
      `SELECT privilege_type || ' ' || table_name AS right FROM information_schema.role_table_grants
       WHERE grantee = session_user AND table_schema = 'audit'
       UNION ALL
       SELECT 'EXECUTE ' || p.oid::regprocedure FROM pg_proc p
       WHERE pronamespace = 'audit'::regnamespace AND has_function_privilege(p.oid, 'EXECUTE')
       ORDER BY 1`,
    )
    expect(rights.map(({ right }) => right)).toEqual([
      ...['EXECUTE audit.agree_log_rule(uuid,uuid)', 'EXECUTE audit.announce_drop(text,uuid,date)'],
      ...['EXECUTE audit.append_audit_event(jsonb)', 'EXECUTE audit.begin_series()'],
      'EXECUTE audit.content_by_month(uuid,timestamp with time zone,timestamp with time zone)',
      ...['EXECUTE audit.drop_content(uuid,date)', 'EXECUTE audit.drop_month(date)'],
      ...[
        'EXECUTE audit.erase_content(uuid,uuid)',
        'EXECUTE audit.has_strays()',
        'EXECUTE audit.make_months()',
      ],
      ...['EXECUTE audit.months_of_lines()', 'EXECUTE audit.next_rows(integer)'],
      'EXECUTE audit.place_log_hold(uuid,uuid,text,text,uuid)',
      ...['EXECUTE audit.release_log_hold(uuid,uuid)', 'EXECUTE audit.role_set(text[])'],
      'EXECUTE audit.seal_position()',
      ...['EXECUTE audit.write_block(text,bigint[],bytea)', 'EXECUTE audit.write_checkpoint(bigint,text)'],
      ...['SELECT audit_content', 'SELECT block_leaves', 'SELECT blocks', 'SELECT checkpoints'],
      ...['SELECT drop_announcements', 'SELECT dropped_content', 'SELECT dropped_months', 'SELECT events'],
      ...['SELECT left_over', 'SELECT log', 'SELECT log_erasures', 'SELECT log_hold_releases'],
      ...['SELECT log_holds', 'SELECT log_rules', 'SELECT series', 'SELECT tree_nodes'],
    ])
  })

  test('gets its rights back when they were taken, and loses those it was given besides', async () => {
    await asks(
      ownerUrl,
      `REVOKE SELECT ON people FROM ${role}; GRANT UPDATE, INSERT, TRUNCATE ON audit.events TO ${role};
       GRANT DELETE ON archives TO ${role}; GRANT CREATE ON SCHEMA audit TO ${role}`,
    )
    const session = await openSession(url)
    expect(await session.refusal('SELECT FROM people')).not.toBeNull()
    const fromFiles = {
      DATABASE_OWNER_URL_FILE: write('owner', ownerUrl),
      DATABASE_URL_FILE: write('application', url),
    }
    expect(await deploy(fromFiles)).toMatchObject({ code: 0, error: '' })
    expect(await session.refusal('SELECT FROM people')).toBeNull()
    expect(await session.refusal('INSERT INTO audit.events DEFAULT VALUES')).toMatch(/^42501/)
    expect(await session.refusal('DELETE FROM archives')).toMatch(/^42501/)
    expect(await session.refusal('CREATE TABLE audit.mine ()')).toMatch(/^42501/)
    await session.end()
  })

  test('is refused when it is a member of one that could rewrite the log', async () => {
    const [above, member] = [inventRole(), inventRole()]
    await asks(
      ownerUrl,
      `CREATE ROLE ${above} CREATEROLE; CREATE ROLE ${member} LOGIN PASSWORD 'x'; GRANT ${above} TO ${member}`,
    )
    const { code, error } = await deploy({
      DATABASE_OWNER_URL: ownerUrl,
      DATABASE_URL: as(ownerUrl, member, 'x'),
    })
    expect(code).toBe(1)
    expect(error).toContain(`the role ${member} has the rights of ${above}: it could rewrite the log.`)
  })

  test('cannot be made by an owner who may make none, who is told how an administrator makes it', async () => {
    const [limited, missing] = [inventRole(), inventRole()]
    await asks(ownerUrl, `CREATE ROLE ${limited} LOGIN PASSWORD 'x' CREATEDB`)
    const database = new URL(as(ownerUrl, limited, 'x'))
    database.pathname = `/${limited}`
    const { code, error } = await deploy({
      DATABASE_OWNER_URL: database.toString(),
      DATABASE_URL: as(database.toString(), missing, 'the secret'),
    })
    expect(code).toBe(1)
    expect(error).toMatch(
      new RegExp(
        `the role ${missing} is missing .* As an administrator: CREATE ROLE "${missing}" LOGIN .* PASSWORD '…'`,
      ),
    )
    expect(error).not.toContain('the secret')
  })
})

describe('settings', () => {
  const good = { DATABASE_OWNER_URL: 'postgresql://o:x@h/d', DATABASE_URL: 'postgresql://a:x@h/d' }
  test.each<[string, Record<string, string>, string]>([
    [
      'none',
      { DATABASE_OWNER_URL: '', DATABASE_URL: '' },
      'DATABASE_OWNER_URL: is missing\nDATABASE_URL: is missing\n',
    ],
    [
      'no address',
      { DATABASE_URL: 'h' },
      'DATABASE_URL: must be postgresql://role:password@host:port/database\n',
    ],
    ['no role', { DATABASE_URL: 'postgresql://h/d' }, 'DATABASE_URL: names no role\n'],
    [
      'the owner as the application',
      { DATABASE_URL: 'postgresql://o:y@h/d' },
      'DATABASE_URL: its role must be another than DATABASE_OWNER_URL’s\n',
    ],
    [
      'another database',
      { DATABASE_URL: 'postgresql://a:x@h/e' },
      'DATABASE_URL: names another database than DATABASE_OWNER_URL\n',
    ],
    [
      'a file that is not there',
      { DATABASE_URL: '', DATABASE_URL_FILE: '/nowhere' },
      'DATABASE_URL_FILE: cannot be read\n',
    ],
  ])('%s: refused, in words', async (_, changes, error) => {
    expect(await deploy({ ...good, ...changes })).toEqual({ code: 78, out: '', error })
  })
})
