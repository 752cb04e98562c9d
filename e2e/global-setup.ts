// Before the browser tests: a stack of its own with a fresh database, and the portal built and started before it.
import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Access, addColleagues, COLLEAGUES } from './colleagues.ts'
import {
  addGuarded,
  GUARDED,
  GUARDED_PEOPLE,
  GUARDED_PURPOSE,
  GUARDED_SAMPLE,
  layGuarded,
  setUpGuarded,
} from './guarded.ts'
import { addOutsiders, OUTSIDERS } from './outsiders.ts'
import { findFreePort } from './stack/free-port.ts'
import { buildWhenStale, type Portal, ROOT, setUpPortal, startPortal } from './stack/portal.ts'
import { removeElsewhere } from './stack/postgres-place.ts'
import { createQuery } from './stack/query.ts'
import { BUSY_ENVIRONMENT, readProjects, writeSecretFile } from './stack/set-up-files.ts'
import { type Stack, startStack } from './stack/stack.ts'

const FOLDER = join(ROOT, '.test', 'stack')
const CATALOGUE_TIMEOUT_MS = 60_000

export default async function startEverything(): Promise<() => Promise<void>> {
  clear()
  const stack = await startStack({
    folder: FOLDER,
    portalPort: await findFreePort(),
    people: [...COLLEAGUES, ...OUTSIDERS, ...GUARDED_PEOPLE],
    projects: [GUARDED],
    environment: BUSY_ENVIRONMENT,
  })
  let portal: Portal | undefined
  const stop = async (): Promise<void> => {
    await portal?.stop()
    await stack.stop()
    clear()
  }
  try {
    await buildWhenStale()
    const guarded = { ...(await layGuarded(stack.info)), sample: GUARDED_SAMPLE }
    const purposes = { ...stack.info.purposes, [GUARDED_PURPOSE]: guarded }
    await setUpPortal({ ...stack, ...writeSetUp(stack) })
    portal = await startPortal(stack, join(ROOT, '.test', 'portal.log'))
    await waitForCatalogue(stack)
    process.env.RECORDROOM_STACK = writeSecretFile(join(FOLDER, 'stack.json'), { ...stack.info, purposes })
    return stop
  } catch (error) {
    await stop()
    throw error
  }
}

/** Searches begin with what the recorder knows. */
async function waitForCatalogue({ ownerUrl }: Stack): Promise<void> {
  const query = createQuery(ownerUrl)
  for (const until = Date.now() + CATALOGUE_TIMEOUT_MS; Date.now() < until; await sleep(200)) {
    if ((await query('SELECT FROM projects WHERE whole_read_at IS NULL')).length === 0) return
  }
  throw new Error(`The portal has not read its recorders within ${CATALOGUE_TIMEOUT_MS / 1000} s.`)
}

/** The demo's files, with more people, a project of four eyes, and room in the first for tests that play side by side. */
function writeSetUp({ projectsFile, accessFile, info }: Stack): Pick<Stack, 'projectsFile' | 'accessFile'> {
  const [first, ...others] = readProjects(projectsFile)
  const projects = [{ ...first, concurrentViewings: 100 }, ...others, setUpGuarded(info)]
  const access = addGuarded(addOutsiders(addColleagues(parseAccess(readFileSync(accessFile, 'utf8')))))
  return {
    projectsFile: writeSecretFile(join(FOLDER, 'tests-projects.json'), { projects }),
    accessFile: writeSecretFile(join(FOLDER, 'tests-access.json'), access),
  }
}

function parseAccess(text: string): Access {
  return JSON.parse(text) as Access
}

function clear(): void {
  removeElsewhere(join(FOLDER, 'postgres'))
  rmSync(FOLDER, { recursive: true, force: true })
}
