// A stack for one run of benchmarks or faults: in the system's temporary folder, on free ports, durable as a real one,
// and gone at the end, however the end comes.
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { statfs } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { requirePrograms } from '../system-programs.ts'
import { findFreePort } from './free-port.ts'
import type { LargeSample } from './large-sample.ts'
import { PEOPLE, type Person } from './people.ts'
import { buildWhenStale, setUpPortal } from './portal.ts'
import { removeElsewhere } from './postgres-place.ts'
import { toUuid } from './recorder/behaviour.ts'
import { PROJECTS } from './scenario.ts'
import { createSessionId } from './session-id.ts'
import { type Stack, startStack } from './stack.ts'

export type TemporaryStack = Stack & {
  /** For large samples and the portal's own words. */
  readonly folder: string
  readonly portalLog: string
  /** Everybody but the auditor; each may play what the first project has recorded. */
  readonly reviewers: readonly Person[]
}

export type TemporaryOptions = {
  /** Leads the folder's name. */
  readonly name: string
  /** Room that must be free where the folder will be. */
  readonly needsBytes: number
}

export type LaidArchive = { readonly archiveId: string; readonly sessionId: string }

/** People are in no hurry; programs are. */
const ENVIRONMENT = {
  LIMIT_SEARCHES_PER_MINUTE: '1000000',
  LIMIT_OPENS_PER_MINUTE: '1000000',
  LIMIT_SIGN_INS_PER_MINUTE: '1000000',
  LOG_LEVEL: 'warn',
}
const CONCURRENT_VIEWINGS = 100
const GRANT_DAYS = 30
const RIGHTS = ['recording:find', 'recording:play', 'recording:download']

/** Starts the stack, builds the portal when stale and sets it up; ends everything when `use` has ended or a signal comes. */
export async function withTemporaryStack<T>(
  options: TemporaryOptions,
  use: (stack: TemporaryStack) => Promise<T>,
): Promise<T> {
  requirePrograms()
  await requireRoom(options.needsBytes)
  const folder = mkdtempSync(join(tmpdir(), `recordroom-${options.name}-`))
  // Postgres, when it is run by another user, has to be able to walk in.
  chmodSync(folder, 0o711)
  const stackFolder = join(folder, 'stack')
  const clear = (): void => {
    removeElsewhere(join(stackFolder, 'postgres'))
    rmSync(folder, { recursive: true, force: true })
  }
  mkdirSync(stackFolder)
  const signal = awaitSignal()
  let stack: Stack | undefined
  try {
    await buildWhenStale()
    const environment = ENVIRONMENT
    stack = await startStack({ folder: stackFolder, portalPort: await findFreePort(), environment })
    const reviewers = PEOPLE.filter(({ roles }) => !roles.includes('auditor'))
    const files = {
      projectsFile: openWide(stack.projectsFile, folder),
      accessFile: writeAccess(reviewers, folder),
    }
    await setUpPortal({ ...stack, ...files })
    const temporary = { ...stack, ...files, folder, reviewers, portalLog: join(folder, 'portal.log') }
    return await Promise.race([use(temporary), signal])
  } finally {
    await stack?.stop()
    clear()
  }
}

/** Has something recorded in the first project: the recorder knows of it, and the file lies in the store. */
export async function layArchive(stack: Stack, sample: LargeSample, name: string): Promise<LaidArchive> {
  const [{ apiKey }] = PROJECTS
  const createdAtMs = Date.now() - 10 * 86_400_000
  const archiveId = toUuid(Buffer.from(crypto.randomUUID().replaceAll('-', ''), 'hex'))
  const sessionId = createSessionId(apiKey, new Date(createdAtMs), `${name} ${archiveId}`)
  const key = `${apiKey}/${archiveId}/archive.${sample.secret === null ? 'mp4' : 'ts'}`
  await stack.s3.objects.link(stack.info.s3.bucket, key, { file: sample.file })
  stack.recorder.archives.add([
    {
      ...{
        id: archiveId,
        apiKey,
        sessionId,
        createdAtMs,
        name,
        status: 'uploaded',
        reason: 'user initiated',
      },
      ...{ sizeBytes: sample.sizeBytes, password: sample.secret?.password ?? '' },
    },
  ])
  return { archiveId, sessionId }
}

async function requireRoom(needsBytes: number): Promise<void> {
  const { bavail, bsize } = await statfs(tmpdir())
  if (bavail * bsize >= needsBytes) return
  const gigabytes = (bytes: number): string => (bytes / 1e9).toFixed(1)
  throw new Error(
    `${tmpdir()} has ${gigabytes(bavail * bsize)} GB free and ${gigabytes(needsBytes)} GB are needed: make room, or set TMPDIR.`,
  )
}

/** The project file, with room for as many viewings at once as there may be. */
function openWide(file: string, folder: string): string {
  const { projects } = parseProjects(readFileSync(file, 'utf8'))
  const wide = projects.map((project) => ({ ...project, concurrentViewings: CONCURRENT_VIEWINGS }))
  return write(join(folder, 'projects.json'), { projects: wide })
}

function writeAccess(reviewers: readonly Person[], folder: string): string {
  const until = new Date(Date.now() + GRANT_DAYS * 86_400_000).toISOString()
  const grant = { project: PROJECTS[0].name, rights: RIGHTS, until, reason: 'For this run alone.' }
  return write(join(folder, 'access.json'), {
    people: reviewers.map(({ email }) => ({ email, roles: ['reviewer'] })),
    grants: reviewers.map(({ email }) => ({ email, ...grant })),
  })
}

function write(file: string, value: unknown): string {
  writeFileSync(file, JSON.stringify(value), { mode: 0o600 })
  return file
}

function parseProjects(text: string): { projects: Record<string, unknown>[] } {
  return JSON.parse(text) as { projects: Record<string, unknown>[] }
}

/** Rejects once somebody wants an end, so that everything is put away first. */
function awaitSignal(): Promise<never> {
  const ended = new Promise<never>((_resolve, reject) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.once(signal, () => reject(new Error(`Ended by ${signal}.`)))
    }
  })
  // While nobody waits for it, that is no fault.
  ended.catch(() => {})
  return ended
}
