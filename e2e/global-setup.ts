// Before the browser tests: a stack of its own with a fresh database, and the portal built and started before it.
import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { type Access, addColleagues, COLLEAGUES } from './colleagues.ts'
import { findFreePort } from './stack/free-port.ts'
import { buildWhenStale, type Portal, ROOT, setUpPortal, startPortal } from './stack/portal.ts'
import { removeElsewhere } from './stack/postgres-place.ts'
import { BUSY_ENVIRONMENT, readProjects, writeSecretFile } from './stack/set-up-files.ts'
import { type Stack, startStack } from './stack/stack.ts'

const FOLDER = join(ROOT, '.test', 'stack')

export default async function startEverything(): Promise<() => Promise<void>> {
  clear()
  const stack = await startStack({
    folder: FOLDER,
    portalPort: await findFreePort(),
    people: COLLEAGUES,
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
    await setUpPortal({ ...stack, ...writeSetUp(stack) })
    portal = await startPortal(stack, join(ROOT, '.test', 'portal.log'))
    process.env.RECORDROOM_STACK = writeSecretFile(join(FOLDER, 'stack.json'), stack.info)
    return stop
  } catch (error) {
    await stop()
    throw error
  }
}

/** The demo's files, with more people, and room in the first project for tests that play side by side. */
function writeSetUp({ projectsFile, accessFile }: Stack): Pick<Stack, 'projectsFile' | 'accessFile'> {
  const [first, ...others] = readProjects(projectsFile)
  const projects = [{ ...first, concurrentViewings: 100 }, ...others]
  const access = addColleagues(parseAccess(readFileSync(accessFile, 'utf8')))
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
