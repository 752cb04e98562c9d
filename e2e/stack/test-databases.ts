// One Postgres for a run of the unit tests, started when the first test asks for a database. Vitest runs this once
// (globalSetup); the test files, which run in processes of their own, ask by HTTP (test-database.ts).
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Postgres, startPostgres } from './postgres.ts'
import { removeElsewhere } from './postgres-place.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const MIGRATED = 'migrated'

export default async function serveTestDatabases(): Promise<() => Promise<void>> {
  const dataDir = mkdtempSync(join(tmpdir(), 'recordroom-test-'))
  let postgres: Promise<Postgres> | undefined
  let migrated: Promise<void> | undefined
  let made = 0
  // One after the other: a template that is being copied can be neither opened nor copied by anybody else.
  let turn: Promise<unknown> = Promise.resolve()

  async function makeDatabase(isMigrated: boolean): Promise<string> {
    postgres ??= startPostgres({ dataDir, careless: true })
    const server = await postgres
    if (isMigrated) migrated ??= migrate(server)
    await migrated
    made += 1
    const name = `test_${made}`
    await server.createDatabase(name, isMigrated ? MIGRATED : 'template0')
    return JSON.stringify({ ownerUrl: server.ownerUrl(name), applicationUrl: server.applicationUrl(name) })
  }

  const door = createServer((request, response) => {
    const answer = turn.then(() => makeDatabase(request.url === '/migrated'))
    turn = answer.catch(() => {})
    answer.then(
      (body) => response.end(body),
      (error) => response.writeHead(500).end(String(error)),
    )
  })
  door.listen(0, '127.0.0.1')
  await once(door, 'listening')
  const address = door.address()
  if (address === null || typeof address === 'string') throw new Error('No address for test databases.')
  process.env.TEST_DATABASES = `http://127.0.0.1:${address.port}`

  return async () => {
    door.close()
    door.closeAllConnections()
    await (await postgres)?.stop()
    removeElsewhere(dataDir)
    rmSync(dataDir, { recursive: true, force: true })
  }
}

async function migrate(server: Postgres): Promise<void> {
  const child = spawn(process.execPath, ['prisma/deploy.ts'], {
    cwd: ROOT,
    env: {
      ...process.env,
      NODE_OPTIONS: '',
      DATABASE_OWNER_URL: server.ownerUrl(MIGRATED),
      DATABASE_URL: server.applicationUrl(MIGRATED),
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let said = ''
  child.stdout.on('data', (chunk) => {
    said += chunk
  })
  child.stderr.on('data', (chunk) => {
    said += chunk
  })
  const [code] = await once(child, 'close')
  if (code !== 0) throw new Error(`db:deploy failed:\n${said}`)
}
