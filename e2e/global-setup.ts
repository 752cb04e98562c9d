// Before the browser tests: a stack of its own with a fresh database, and the portal built and started before it.
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Access, addColleagues, COLLEAGUES } from './colleagues.ts'
import { findFreePort } from './stack/free-port.ts'
import { buildWhenStale, type Portal, ROOT, setUpPortal, startPortal } from './stack/portal.ts'
import { removeElsewhere } from './stack/postgres-place.ts'
import { type Stack, startStack } from './stack/stack.ts'

const FOLDER = join(ROOT, '.test', 'stack')

/** People are in no hurry; tests are. */
const LIMITS = {
  LIMIT_SEARCHES_PER_MINUTE: '10000',
  LIMIT_OPENS_PER_MINUTE: '10000',
  LIMIT_REQUESTS_PER_MINUTE: '10000',
  LIMIT_SIGN_INS_PER_MINUTE: '10000',
}

export default async function startEverything(): Promise<() => Promise<void>> {
  clear()
  const stack = await startStack({
    folder: FOLDER,
    portalPort: await findFreePort(),
    people: COLLEAGUES,
    environment: { ...LIMITS, LOG_LEVEL: 'warn' },
  })
  let portal: Portal | undefined
  const stop = async (): Promise<void> => {
    await portal?.stop()
    await stack.stop()
    clear()
  }
  try {
    await buildWhenStale()
    await setUpPortal({ ...stack, ...writeSetUp(stack) })
    portal = await startPortal(stack, join(ROOT, '.test', 'portal.log'))
    const file = join(FOLDER, 'stack.json')
    writeFileSync(file, JSON.stringify(stack.info), { mode: 0o600 })
    process.env.RECORDROOM_STACK = file
    return stop
  } catch (error) {
    await stop()
    throw error
  }
}

/** The demo's files, with more people, and room in the first project for tests that play side by side. */
function writeSetUp({ projectsFile, accessFile }: Stack): Pick<Stack, 'projectsFile' | 'accessFile'> {
  const { projects } = parseProjects(readFileSync(projectsFile, 'utf8'))
  const [first, ...others] = projects
  return {
    projectsFile: write('projects.json', { projects: [{ ...first, concurrentViewings: 100 }, ...others] }),
    accessFile: write('access.json', addColleagues(parseAccess(readFileSync(accessFile, 'utf8')))),
  }
}

function write(name: string, value: unknown): string {
  const file = join(FOLDER, `tests-${name}`)
  writeFileSync(file, JSON.stringify(value), { mode: 0o600 })
  return file
}

function parseProjects(text: string): { projects: Record<string, unknown>[] } {
  return JSON.parse(text) as { projects: Record<string, unknown>[] }
}

function parseAccess(text: string): Access {
  return JSON.parse(text) as Access
}

function clear(): void {
  removeElsewhere(join(FOLDER, 'postgres'))
  rmSync(FOLDER, { recursive: true, force: true })
}
