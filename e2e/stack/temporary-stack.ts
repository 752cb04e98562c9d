// A stack for one run of benchmarks or faults: in the system's temporary folder, on free ports, durable as a real one,
// and gone at the end, however the end comes.
import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { statfs } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { requirePrograms } from '../system-programs.ts'
import { findFreePort } from './free-port.ts'
import { PEOPLE, type Person } from './people.ts'
import { buildWhenStale, setUpPortal } from './portal.ts'
import { removeElsewhere } from './postgres-place.ts'
import { PROJECTS } from './scenario.ts'
import { BUSY_ENVIRONMENT, readProjects, writeSecretFile } from './set-up-files.ts'
import { type Stack, startStack } from './stack.ts'

export type TemporaryStack = Stack & {
  /** For large samples and the portal's own words. */
  readonly folder: string
  readonly portalLog: string
  /** Everybody but the auditor; each may play what the first project has recorded. */
  readonly reviewers: readonly Person[]
  /** One of them, who gives and takes access too. */
  readonly admin: Person
  /** Reviewers without a grant, to be given some. */
  readonly viewers: readonly Person[]
}

export type TemporaryOptions = {
  /** Leads the folder's name. */
  readonly name: string
  /** Room that must be free where the folder will be. */
  readonly needsBytes: number
}

const VIEWERS: readonly Person[] = [1, 2, 3, 4, 5].map((n) => ({
  email: `viewer${n}@demo.test`,
  name: `Viewer ${n}`,
  password: `viewer${n}-4-demo`,
  roles: ['reviewer'],
}))
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
    stack = await startStack({
      folder: stackFolder,
      portalPort: await findFreePort(),
      people: VIEWERS,
      environment: BUSY_ENVIRONMENT,
    })
    const reviewers = PEOPLE.filter(({ roles }) => !roles.includes('auditor'))
    const admin = reviewers.find(({ roles }) => roles.includes('admin'))
    if (admin === undefined) throw new Error('Nobody gives access.')
    const files = {
      projectsFile: openWide(stack.projectsFile, folder),
      accessFile: writeAccess({ reviewers, admin }, folder),
    }
    await setUpPortal({ ...stack, ...files })
    const people = { reviewers, admin, viewers: VIEWERS }
    const temporary = { ...stack, ...files, ...people, folder, portalLog: join(folder, 'portal.log') }
    return await Promise.race([use(temporary), signal])
  } finally {
    await stack?.stop()
    clear()
  }
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
  const concurrentViewings = CONCURRENT_VIEWINGS
  const projects = readProjects(file).map((project) => ({ ...project, concurrentViewings }))
  return writeSecretFile(join(folder, 'projects.json'), { projects })
}

function writeAccess(
  { reviewers, admin }: Pick<TemporaryStack, 'reviewers' | 'admin'>,
  folder: string,
): string {
  const until = new Date(Date.now() + GRANT_DAYS * 86_400_000).toISOString()
  const grant = { project: PROJECTS[0].name, rights: RIGHTS, until, reason: 'For this run alone.' }
  return writeSecretFile(join(folder, 'access.json'), {
    people: [...reviewers, ...VIEWERS].map((person) => ({
      email: person.email,
      roles: person === admin ? ['admin', 'reviewer'] : ['reviewer'],
    })),
    grants: reviewers.map(({ email }) => ({ email, ...grant })),
  })
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
