import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createMigratedDatabase } from '../../e2e/stack/test-database.ts'
import { type Ended, madeUpEnvironment, runCommand } from '../apply/test-command.ts'

const folder = mkdtempSync(join(tmpdir(), 'recordroom-test-'))
let environment: Record<string, string | undefined>

beforeAll(async () => {
  environment = madeUpEnvironment((await createMigratedDatabase()).applicationUrl)
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const run = (...args: string[]): Promise<Ended> => runCommand('lib/access/cli.ts', args, environment)

const write = (file: unknown): string => {
  const path = join(folder, 'access.json')
  writeFileSync(path, JSON.stringify(file))
  return path
}

const ask = async (sql: string): Promise<unknown[]> => {
  const client = new pg.Client({ connectionString: environment.DATABASE_URL })
  await client.connect()
  try {
    return (await client.query({ text: sql, rowMode: 'array' })).rows
  } finally {
    await client.end()
  }
}

test('the first administrator comes to be, and is there the second time', async () => {
  const path = write({ people: [{ email: 'first@bank.test', roles: ['admin'] }] })
  expect(await run('apply', path)).toEqual({
    code: 0,
    out: 'first@bank.test: added, known from the first sign-in on\nfirst@bank.test: roles: admin; were: none\n',
    error: '',
  })
  expect(await run('apply', path)).toEqual({
    code: 0,
    out: 'first@bank.test: roles not changed\n',
    error: '',
  })
  expect(await ask('SELECT email, role FROM people JOIN roles_held ON person_id = people.id')).toEqual([
    ['first@bank.test', 'admin'],
  ])
  expect(await ask('SELECT action, actor_subject, outcome FROM audit.log')).toEqual([
    ['role.changed', 'access apply', 'allowed'],
  ])
})

test('a file with a fault is refused whole, every fault with its place', async () => {
  const path = write({
    people: [
      { email: 'second@bank.test', roles: ['reviewer'] },
      { email: 'third@bank.test', roles: ['reviewer', 'owner'] },
    ],
    grants: [{ email: 'second@bank.test', project: 'Retail', rights: [], until: 'soon', reason: 'x' }],
  })
  expect(await run('apply', path)).toEqual({
    code: 1,
    out: '',
    error: `${path} was refused, and nothing was changed:
  people[1].roles[1]: must be "reviewer" or "admin" or "auditor"
  grants[0].rights: must hold one right at least
  grants[0].until: must be a day, or a time with its zone: 2027-01-31 or 2027-01-31T18:00:00Z
`,
  })
  expect(await ask("SELECT FROM people WHERE email LIKE 'second%'")).toEqual([])
})

test('a file that is not there is refused', async () => {
  const path = join(folder, 'none.json')
  expect(await run('apply', path)).toEqual({
    code: 1,
    out: '',
    error: `${path} was refused, and nothing was changed:\n  the file: cannot be read\n`,
  })
})

test('another call is answered with how to call it', async () => {
  for (const args of [
    ['show', 'a.json'],
    ['apply', 'a.json', 'b.json'],
  ])
    expect(await run(...args)).toEqual({
      code: 64,
      out: '',
      error: 'usage: npm run access -- apply FILE\n',
    })
})

test('a faulty environment is named, all of it', async () => {
  const { OIDC_ISSUER: _, SECRETS_KEY: __, ...some } = environment
  const path = write({})
  expect(await runCommand('lib/access/cli.ts', ['apply', path], some)).toEqual({
    code: 78,
    out: '',
    error: 'The environment is not complete:\n  OIDC_ISSUER: is missing\n  SECRETS_KEY: is missing\n',
  })
})

test('a database that does not answer is an error in words, without its password', async () => {
  const gone = { ...environment, DATABASE_URL: 'postgresql://recordroom:hidden-word@127.0.0.1:1/none' }
  const { code, error } = await runCommand('lib/access/cli.ts', ['apply', write({})], gone)
  expect(code).toBe(1)
  expect(error).toMatch(/127\.0\.0\.1:1/)
  expect(error).not.toContain('hidden-word')
})
