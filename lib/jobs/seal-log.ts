import { setTimeout as wait } from 'node:timers/promises'
import { beginSeries } from '../audit/begin-series.ts'
import { recordEvent } from '../audit/record.ts'
import { sealLog } from '../audit/seal.ts'
import { createSigner } from '../audit/signer.ts'
import { openDatabase } from '../database.ts'
import { findRefusal } from '../database-refusal.ts'
import { isAppError } from '../errors.ts'
import type { Services } from '../services.ts'
import { newUuid } from '../uuid.ts'
import type { Duty } from './duty.ts'

const EVERY_MS = 1_000
/** However long a pass took, others get a word in before the next. */
const SHORTEST_PAUSE_MS = 50

/**
 * Seals the log once a second. It has a lock and a connection of its own: rows must not wait for jobs that take long,
 * nor for requests that have taken all connections.
 */
export const sealing: Duty = { lock: 'recordroom sealer', work: keepSealing }

async function keepSealing(services: Services, signal: AbortSignal): Promise<void> {
  const db = openDatabase(services.env.databaseUrl, {
    onPoolError: (error) => services.log.warn({ err: error.message }, 'the sealer lost a connection'),
  })
  const own = { ...services, db }
  try {
    await beginSeries(db)
    await recordSealer(own, 'sealer.started')
    await sealEverySecond(own, signal)
    await recordSealer(own, 'sealer.stopped')
  } finally {
    await db.$disconnect()
  }
}

async function sealEverySecond(services: Services, signal: AbortSignal): Promise<void> {
  const signer = createSigner(services.env)
  // On record once, not every second for as long as it lasts.
  let known: string | null = null
  while (!signal.aborted) {
    const begun = performance.now()
    try {
      await sealLog(services.db, signer, signal)
      known = null
    } catch (error) {
      const cause = causeOf(error)
      if (cause !== known && (await recordFailure(services, error))) known = cause
    }
    const pauseMs = Math.max(SHORTEST_PAUSE_MS, EVERY_MS - (performance.now() - begun))
    await wait(pauseMs, undefined, { signal, ref: false }).catch(() => {})
  }
}

/** Whether it is on record: a database that is gone takes nothing, and then the next pass fails as well. */
async function recordFailure(services: Services, error: unknown): Promise<boolean> {
  services.log.error({ err: error }, 'the log could not be sealed')
  try {
    await recordSealer(services, 'sealer.failed', error)
    return true
  } catch {
    return false
  }
}

async function recordSealer(
  { db }: Services,
  action: 'sealer.started' | 'sealer.stopped' | 'sealer.failed',
  error?: unknown,
): Promise<void> {
  const actor = { kind: 'service', name: 'recordroom' } as const
  const failure = { outcome: 'failed', code: codeOf(error), after: { cause: causeOf(error) } } as const
  await recordEvent(db, {
    ...{ id: newUuid(), action, actor },
    ...(error === undefined ? { outcome: 'allowed' } : failure),
  })
}

function codeOf(error: unknown): string {
  return isAppError(error) ? error.code : 'internal'
}

const MOST_CHARACTERS = 200

function causeOf(error: unknown): string {
  const said = findRefusal(error)?.message ?? (error instanceof Error ? error.message : String(error))
  // Prisma first says at length who called whom.
  return (said.trim().split('\n').at(-1) ?? '').slice(0, MOST_CHARACTERS)
}
