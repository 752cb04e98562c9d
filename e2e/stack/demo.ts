// `npm run demo`: the whole product on one bare machine. The outside world of `stack.ts`, the portal in front of it,
// until Ctrl-C. What it keeps lies in `.demo/`; `npm run demo -- --fresh` begins anew.
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { claimFolder } from './claim-folder.ts'
import { endForgottenProcess } from './end-forgotten.ts'
import { isFree } from './free-port.ts'
import { buildWhenStale, type Portal, ROOT, SERVER, setUpPortal, startPortal } from './portal.ts'
import { endForgotten } from './postgres.ts'
import { removeElsewhere } from './postgres-place.ts'
import { writeSecretFile } from './set-up-files.ts'
import { type Stack, startStack } from './stack.ts'

const FOLDER = join(ROOT, '.demo')
const INFO = join(FOLDER, 'stack.json')
const POSTGRES = join(FOLDER, 'postgres')
const PORTAL_PID = join(FOLDER, 'portal.pid')

const say = (line: string): boolean => process.stdout.write(`${line}\n`)

function readPort(): number {
  const text = process.env.PORT ?? '3000'
  if (/^\d{1,5}$/.test(text) && Number(text) > 0 && Number(text) < 65_536) return Number(text)
  throw new Error(`PORT=${text} is no port: it must be a number from 1 to 65535.`)
}

function parseArguments(): { isFresh: boolean } {
  const [unknown] = process.argv.slice(2).filter((argument) => argument !== '--fresh')
  if (unknown !== undefined) throw new Error(`${unknown} means nothing here: npm run demo [-- --fresh]`)
  return { isFresh: process.argv.includes('--fresh') }
}

async function begin(portalPort: number, isFresh: boolean): Promise<() => void> {
  mkdirSync(FOLDER, { recursive: true, mode: 0o755 })
  const release = claimFolder(FOLDER)
  await endForgottenProcess(PORTAL_PID, SERVER, 'SIGTERM')
  if (!(await isFree(portalPort))) {
    release()
    throw new Error(
      `Port ${portalPort} is taken: end what listens there, or choose another with PORT=… npm run demo.`,
    )
  }
  if (isFresh) {
    if (existsSync(POSTGRES)) await endForgotten(POSTGRES)
    removeElsewhere(POSTGRES)
    for (const name of ['postgres', 's3', 'azure', 'state.json', 'projects.json', 'access.json']) {
      rmSync(join(FOLDER, name), { recursive: true, force: true })
    }
  }
  rmSync(INFO, { force: true })
  return release
}

function tell({ portalUrl, info }: Stack): void {
  const width = Math.max(...info.people.map(({ email }) => email.length))
  say('')
  say(`Recordroom is at ${portalUrl}`)
  say('')
  for (const { email, password, roles } of info.people) {
    say(`  ${email.padEnd(width)}  ${password.padEnd(14)}  ${roles.join(', ') || 'holds nothing'}`)
  }
  say('')
  say(`A session to begin with: ${info.purposes.advice?.sessionId}`)
  say('Ctrl-C ends it. What it keeps lies in .demo/; `npm run demo -- --fresh` begins anew.')
}

/** Rejects once somebody wants an end. */
function awaitEnd(): Promise<never> {
  return new Promise((_resolve, reject) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.on(signal, () => reject(new EndWanted()))
    }
    // npm passes SIGTERM on to the shell it runs us in, and to that alone.
    const parent = process.ppid
    const look = (): void => {
      if (process.env.npm_lifecycle_event !== undefined && process.ppid !== parent) reject(new EndWanted())
    }
    setInterval(look, 500).unref()
  })
}

class EndWanted extends Error {}

async function main(): Promise<void> {
  const { isFresh } = parseArguments()
  const portalPort = readPort()
  const release = await begin(portalPort, isFresh)
  const end = awaitEnd()
  // Whoever waits hears of it; while nobody does, that is no fault.
  end.catch(() => {})
  const orEnd = <T>(work: Promise<T>): Promise<T> => Promise.race([work, end])
  say('Starting Postgres, S3, Azure, a recorder and an identity provider …')
  const starting = startStack({ folder: FOLDER, portalPort })
  let portal: Portal | undefined
  try {
    const stack = await orEnd(starting)
    await orEnd(buildWhenStale())
    await orEnd(setUpPortal(stack))
    portal = await orEnd(startPortal(stack, null))
    writeFileSync(PORTAL_PID, `${portal.pid}\n`)
    writeSecretFile(INFO, stack.info)
    tell(stack)
    throw new Error(`The portal ended by itself (${(await orEnd(portal.ended)) ?? 'by a signal'}).`)
  } catch (error) {
    if (!(error instanceof EndWanted)) throw error
  } finally {
    say('Stopping …')
    rmSync(INFO, { force: true })
    await portal?.stop()
    rmSync(PORTAL_PID, { force: true })
    const stack = await starting.catch(() => undefined)
    await stack?.stop()
    release()
  }
}

try {
  await main()
  process.exit(0)
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exit(1)
}
