// The portal as an operator runs it: by the package's commands and the environment, nothing else.
import { type ChildProcess, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { endChild } from './end-child.ts'
import type { Stack } from './stack.ts'

export const ROOT = fileURLToPath(new URL('../..', import.meta.url))

/** The file of `npm start`, by its whole path: so it is told from other servers. */
export const SERVER = join(ROOT, 'lib', 'server.ts')

export type Environment = Readonly<Record<string, string | undefined>>

export type Portal = {
  readonly pid: number
  /** Ends with the portal's exit code; null when a signal ended it. */
  readonly ended: Promise<number | null>
  stop(): Promise<void>
}

const READY_TIMEOUT_MS = 60_000
/** What a build is made from. */
const SOURCES = ['app', 'components', 'lib', 'public', 'prisma/schema.prisma']
const SOURCE_FILES = ['next.config.ts', 'proxy.ts', 'package-lock.json', 'tsconfig.json']

/** Database, projects and people as the stack's files say. */
export async function setUpPortal(stack: Stack): Promise<void> {
  const environment = stack.environment
  await runScript('db:deploy', [], { ...environment, DATABASE_OWNER_URL: stack.ownerUrl })
  await runScript('projects', ['apply', stack.projectsFile], environment)
  await runScript('access', ['apply', stack.accessFile], environment)
}

/** Builds unless the last build was made from the very same sources. */
export async function buildWhenStale(): Promise<void> {
  const mark = join(ROOT, '.next', 'made-from')
  const hash = hashSources()
  if (existsSync(mark) && readFileSync(mark, 'utf8') === hash) return
  await runScript('build', [], {})
  mkdirSync(dirname(mark), { recursive: true })
  writeFileSync(mark, hash)
}

/** `npm start`, once it answers that it is ready. What it says goes to our own output, or to a file. */
export async function startPortal(
  { environment, portalUrl }: Pick<Stack, 'environment' | 'portalUrl'>,
  logFile: string | null,
): Promise<Portal> {
  const output = logFile === null ? 'inherit' : openSync(logFile, 'a')
  // The server itself and no npm between: a signal must reach it.
  const child = spawn(process.execPath, [SERVER], {
    cwd: ROOT,
    env: { ...inherited(), ...environment, NODE_ENV: 'production' },
    // A session of its own: Ctrl-C in the terminal is for us, who end it.
    detached: true,
    stdio: ['ignore', output, output],
  })
  if (typeof output === 'number') closeSync(output)
  const endWithUs = (): void => void child.kill('SIGKILL')
  process.once('exit', endWithUs)
  const ended = once(child, 'exit').then(([code]) => {
    process.removeListener('exit', endWithUs)
    return parseCode(code)
  })
  await waitUntilReady(portalUrl, child)
  return { pid: child.pid ?? 0, ended, stop: () => endChild(child) }
}

async function waitUntilReady(portalUrl: string, child: ChildProcess): Promise<void> {
  const until = Date.now() + READY_TIMEOUT_MS
  while (Date.now() < until) {
    if (child.exitCode !== null || child.signalCode !== null) {
      throw new Error(`The portal ended before it was ready (${child.exitCode ?? child.signalCode}).`)
    }
    const isReady = await fetch(`${portalUrl}/api/health/ready`).then(
      ({ ok }) => ok,
      () => false,
    )
    if (isReady) return
    await sleep(150)
  }
  await endChild(child)
  throw new Error(`The portal was not ready within ${READY_TIMEOUT_MS / 1000} s.`)
}

/** Runs a script of package.json and passes on what it says. */
export async function runScript(
  name: string,
  args: readonly string[],
  environment: Environment,
): Promise<void> {
  const file = scriptFile(name)
  const child = spawn(process.execPath, [file, ...args], {
    cwd: ROOT,
    env: { ...inherited(), ...environment, NODE_ENV: 'production' },
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  const endWithUs = (): void => void child.kill('SIGTERM')
  process.once('exit', endWithUs)
  const [code] = await once(child, 'exit')
  process.removeListener('exit', endWithUs)
  if (code !== 0) throw new Error(`npm run ${[name, ...args].join(' ')} failed (${code}).`)
}

/** The file behind a script: every one of them is `node FILE`. */
function scriptFile(name: string): string {
  const { scripts } = parsePackage(readFileSync(join(ROOT, 'package.json'), 'utf8'))
  const [, file] = /^node (\S+)$/.exec(scripts[name] ?? '') ?? []
  if (file === undefined) throw new Error(`package.json has no script ${name} of the form "node FILE".`)
  return file
}

function parsePackage(text: string): { scripts: Record<string, string> } {
  return JSON.parse(text) as { scripts: Record<string, string> }
}

function parseCode(code: unknown): number | null {
  return typeof code === 'number' ? code : null
}

/** Our own environment, less what would be the portal's: it is told everything anew. */
function inherited(): Environment {
  const foreign =
    /^(DATABASE_|NEXTAUTH_|OIDC_|SECRETS_|AUDIT_|LIMIT_|TRUSTED_|ALLOW_PRIVATE|METRICS_|WORKER$|PORT$|HOST$|LOG_LEVEL$|PLAY_MAX|NODE_ENV$|VITEST)/
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !foreign.test(name)))
}

function hashSources(): string {
  const hash = createHash('sha256')
  for (const path of [...SOURCES.flatMap(listFiles), ...SOURCE_FILES]) {
    if (!existsSync(join(ROOT, path)) || /\.test\.tsx?$/.test(path)) continue
    hash.update(`${path}\0`).update(readFileSync(join(ROOT, path)))
  }
  return hash.digest('hex')
}

function listFiles(path: string): string[] {
  if (!existsSync(join(ROOT, path))) return []
  if (!statSync(join(ROOT, path)).isDirectory()) return [path]
  return readdirSync(join(ROOT, path))
    .sort()
    .flatMap((name) => listFiles(`${path}/${name}`))
}
