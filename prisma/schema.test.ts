import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { createMigratedDatabase } from '../e2e/stack/test-database.ts'

test('the migrations make the very tables that schema.prisma describes', async () => {
  const root = join(import.meta.dirname, '..')
  const { ownerUrl } = await createMigratedDatabase()
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [
      join(root, 'node_modules', 'prisma', 'build', 'index.js'),
      ...['migrate', 'diff', '--from-config-datasource', '--to-schema', 'prisma/schema.prisma', '--script'],
    ],
    { cwd: root, env: { ...process.env, NODE_OPTIONS: '', DATABASE_OWNER_URL: ownerUrl } },
  )
  expect(stdout.trim()).toBe('-- This is an empty migration.')
}, 90_000)
