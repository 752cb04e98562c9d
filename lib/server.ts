import type { Server } from 'node:http'
import { fileURLToPath } from 'node:url'
import { beginSeries } from './audit/begin-series.ts'
import { recordEvent } from './audit/record.ts'
import { checkDatabase, findDatabaseWarnings } from './audit/self-check.ts'
import { recordRefusals } from './auth/refusal-count.ts'
import { EnvironmentError, findVariable, parseServerEnvironment } from './env.ts'
import { createFrontServer, drain, type Listener } from './front-server.ts'
import { startWorker } from './jobs/worker.ts'
import { leaveDatabase, type Services, services } from './services.ts'
import { newUuid } from './uuid.ts'

/** `npm start`. Nothing listens before everything that could be wrong has been looked at. */

/** EX_CONFIG of sysexits.h. */
const EXIT_CONFIGURATION = 78
const EXIT_FAILURE = 1
const STOP_MS = 6_000
const PARENT_LOOK_MS = 500

class StartError extends Error {
  readonly exitCode: number

  constructor(message: string, exitCode: number) {
    super(message)
    this.name = 'StartError'
    this.exitCode = exitCode
  }
}

async function main(): Promise<void> {
  const env = parseServerEnvironment(process.env)
  const given = services()
  await checkOrRefuse(given)
  const next = await prepareNext()
  await beginSeries(given.db)
  await recordServer(given, 'server.started')
  const worker = env.worker ? await startWorker(given) : null
  const server = createFrontServer(given, next.listener)
  let isStopping = false
  const stop = async (): Promise<void> => {
    if (isStopping) process.exit(EXIT_FAILURE)
    isStopping = true
    // Whatever hangs, the process ends.
    setTimeout(() => process.exit(EXIT_FAILURE), STOP_MS).unref()
    await Promise.all([drain(server), worker?.stop()])
    await next.close()
    await recordRefusals(given)
    await recordServer(given, 'server.stopped')
    await leaveDatabase(given)
    process.exit(0)
  }
  onEndWanted(() => {
    stop().catch((error: unknown) => {
      given.log.error({ err: error }, 'the server could not put its end on record')
      process.exit(EXIT_FAILURE)
    })
  })
  try {
    await listen(server, env)
  } catch (error) {
    await worker?.stop()
    await recordServer(given, 'server.stopped')
    throw error
  }
  given.log.info({ address: addressOf(server) }, `Recordroom serves ${env.origin}`)
}

/**
 * SIGTERM and SIGINT. npm has a shell between itself and what it runs, and passes SIGTERM on to that shell alone: what
 * npm has started is meant to end when its parent has gone.
 */
function onEndWanted(end: () => void): void {
  process.on('SIGTERM', end)
  process.on('SIGINT', end)
  if (findVariable('npm_lifecycle_event') === undefined) return
  const parent = process.ppid
  const watch = setInterval(() => {
    if (process.ppid === parent) return
    clearInterval(watch)
    end()
  }, PARENT_LOOK_MS)
  watch.unref()
}

/** Everything the database must be before a byte is served. */
async function checkOrRefuse({ db, env, log }: Services): Promise<void> {
  const place = new URL(env.databaseUrl)
  let faults: string[]
  try {
    // A start is in no hurry: each question is bounded by itself.
    faults = await checkDatabase(db)
  } catch (error) {
    const why = error instanceof Error ? lastLine(error.cause ?? error) : String(error)
    throw new StartError(`Postgres cannot be asked at ${place.host}${place.pathname}: ${why}`, EXIT_FAILURE)
  }
  if (faults.length > 0) {
    const list = faults.map((fault) => `  ${fault}`).join('\n')
    throw new StartError(`The database is not as it must be:\n${list}`, EXIT_CONFIGURATION)
  }
  for (const warning of await findDatabaseWarnings(db)) log.warn(warning)
}

async function prepareNext(): Promise<{ listener: Listener; close: () => Promise<void> }> {
  Object.assign(process.env, { NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1' })
  // Loaded after the line above: what it loads looks at NODE_ENV once.
  const { default: next } = await import('next')
  const app = next({ dev: false, dir: fileURLToPath(new URL('..', import.meta.url)) })
  try {
    await app.prepare()
  } catch (error) {
    throw new StartError(
      `The build cannot be served; run \`npm run build\`. ${lastLine(error)}`,
      EXIT_FAILURE,
    )
  }
  return { listener: app.getRequestHandler(), close: () => app.close() }
}

function listen(server: Server, { host, port }: { host: string; port: number }): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const why =
        error.code === 'EADDRINUSE'
          ? 'something else listens there already; set PORT to another'
          : `${error.code ?? error.message}`
      reject(new StartError(`${host}:${port} cannot be listened at: ${why}`, EXIT_FAILURE))
    })
    server.listen(port, host, () => resolve())
  })
}

async function recordServer(
  { db, env }: Services,
  action: 'server.started' | 'server.stopped',
): Promise<void> {
  await recordEvent(db, {
    id: newUuid(),
    action,
    outcome: 'allowed',
    actor: { kind: 'service', name: 'recordroom' },
    after: { origin: env.origin, node: process.version },
  })
}

function addressOf(server: Server): string {
  const address = server.address()
  if (address === null || typeof address === 'string') return String(address)
  return `http://${address.address}:${address.port}`
}

function lastLine(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error)
  return message.trim().split('\n').at(-1) ?? ''
}

main().catch((error: unknown) => {
  const isOurs = error instanceof EnvironmentError || error instanceof StartError
  process.stderr.write(`${isOurs ? error.message : error instanceof Error ? error.stack : String(error)}\n`)
  process.exit(
    error instanceof StartError
      ? error.exitCode
      : error instanceof EnvironmentError
        ? EXIT_CONFIGURATION
        : EXIT_FAILURE,
  )
})
