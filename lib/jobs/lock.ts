import { setTimeout as wait } from 'node:timers/promises'
import pg from 'pg'
import type { Services } from '../services.ts'
import type { Duty } from './duty.ts'

const CONNECT_TIMEOUT_MS = 3_000
const ANSWER_TIMEOUT_MS = 5_000
/** How often a process that waits asks for the lock, and one that holds it makes sure that it still does. */
const TURN_MS = 2_000

/**
 * Does a duty while this process holds its lock, and waits for it when it does not, until the signal. The lock is
 * Postgres's own and goes with its connection, which is why it has one to itself: whoever dies or is cut off holds
 * nothing, and the work of whoever loses it is aborted.
 */
export async function whileLocked(services: Services, duty: Duty, signal: AbortSignal): Promise<void> {
  // Said once, not every few seconds for as long as the database is away.
  let isSaid = false
  const work: Duty['work'] = (given, held) => {
    isSaid = false
    return duty.work(given, held)
  }
  while (!signal.aborted) {
    try {
      await withLock(services, { ...duty, work }, signal)
    } catch (error) {
      if (!signal.aborted && !isSaid)
        services.log.warn({ err: error, lock: duty.lock }, 'background work waits for the database')
      isSaid = true
    }
    await pause(signal)
  }
}

async function withLock(services: Services, { lock, work }: Duty, signal: AbortSignal): Promise<void> {
  const client = new pg.Client({
    connectionString: services.env.databaseUrl,
    application_name: lock,
    keepAlive: true,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    query_timeout: ANSWER_TIMEOUT_MS,
  })
  const lost = new AbortController()
  client.on('error', (error) => lost.abort(error))
  client.on('end', () => lost.abort(new Error('the connection that holds the lock has ended')))
  try {
    await client.connect()
    while (!(await tryLock(client, lock))) {
      await pause(signal)
      if (signal.aborted) return
    }
    const watching = watch(client, lost, signal)
    await work(services, AbortSignal.any([signal, lost.signal]))
    if (lost.signal.aborted && !signal.aborted) throw lost.signal.reason
    lost.abort()
    await watching
  } finally {
    await end(client)
  }
}

async function tryLock(client: pg.Client, lock: string): Promise<boolean> {
  const { rows } = await client.query<{ held: boolean }>(
    'SELECT pg_try_advisory_lock(hashtextextended($1, 0)) AS held',
    [lock],
  )
  return rows[0]?.held === true
}

/** A connection cut without a word is noticed only by using it. */
async function watch(client: pg.Client, lost: AbortController, signal: AbortSignal): Promise<void> {
  const over = AbortSignal.any([signal, lost.signal])
  while (!over.aborted) {
    await pause(over)
    if (over.aborted) return
    try {
      await client.query('SELECT 1')
    } catch (error) {
      lost.abort(error)
    }
  }
}

/** A server that does not answer does not hear goodbye either. */
async function end(client: pg.Client): Promise<void> {
  const bye = client.end().catch(() => {})
  await Promise.race([bye, wait(1_000, undefined, { ref: false })])
}

async function pause(signal: AbortSignal): Promise<void> {
  await wait(TURN_MS, undefined, { signal, ref: false }).catch(() => {})
}
