import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { expect, test } from 'vitest'
import { startPostgres } from './postgres.ts'
import { removeElsewhere } from './postgres-place.ts'
import { createEmptyDatabase, createMigratedDatabase } from './test-database.ts'

async function ask(url: string, sql: string): Promise<unknown> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query(sql)).rows
  } finally {
    await client.end()
  }
}

test('a server keeps what it was given from one start to the next', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'recordroom-test-'))
  try {
    const first = await startPostgres({ dataDir, careless: true })
    await first.createDatabase('kept')
    await ask(first.ownerUrl('kept'), 'CREATE TABLE word AS SELECT 1 AS n')
    await first.stop()
    const second = await startPostgres({ dataDir, careless: true })
    expect(await ask(second.ownerUrl('kept'), 'SELECT n FROM word')).toEqual([{ n: 1 }])
    await second.stop()
  } finally {
    removeElsewhere(dataDir)
    rmSync(dataDir, { recursive: true, force: true })
  }
})

test('it is Postgres 18 and its owner is no superuser', async () => {
  const { ownerUrl } = await createEmptyDatabase()
  expect(
    await ask(
      ownerUrl,
      "SELECT current_setting('server_version_num')::int / 10000 AS version, rolsuper FROM pg_roles WHERE rolname = current_user",
    ),
  ).toEqual([{ version: 18, rolsuper: false }])
})

test('each migrated database is one of its own, open to the application', async () => {
  const one = await createMigratedDatabase()
  const other = await createMigratedDatabase()
  expect(one.applicationUrl).not.toBe(other.applicationUrl)
  expect(await ask(other.applicationUrl, 'SELECT current_user')).toEqual([{ current_user: 'recordroom' }])
})
