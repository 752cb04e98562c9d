import { isAppError } from '../../errors.ts'
import type { Services } from '../../services.ts'
import { newUuid } from '../../uuid.ts'
import { recordEvent } from '../record.ts'

const MOST_CHARACTERS = 400
/** A cause that holds a count, as by how many seconds a clock is off, is the same one when the count is another. */
const COUNTS = /\d+/g

/**
 * Notes that a place cannot be reached, since when and why. On record once for each cause, however often it is tried
 * and whichever process tries.
 */
export async function noteFailing({ db, log }: Services, place: string, error: unknown): Promise<void> {
  const [code, cause] = causeOf(error)
  await db.$transaction(async (tx) => {
    await tx.$queryRaw`INSERT INTO anchors (place) VALUES (${place}) ON CONFLICT DO NOTHING`
    const [before] = await tx.$queryRaw<{ cause: string | null }[]>`
      SELECT cause FROM anchors WHERE place = ${place} FOR UPDATE`
    await tx.$queryRaw`
      UPDATE anchors SET failing_since = coalesce(failing_since, clock_timestamp()), cause = ${cause}
      WHERE place = ${place}`
    if (before?.cause?.replace(COUNTS, '#') === cause.replace(COUNTS, '#')) return
    log.error({ err: error, place }, 'checkpoints of the log could not be anchored')
    await recordEvent(tx, {
      ...{ id: newUuid(), action: 'anchor.failed', outcome: 'failed', code },
      ...{ actor: SERVICE, target: { kind: 'anchor', id: place }, after: { cause } },
    })
  })
}

/** Notes that a place is reached again; on record when it was not before. */
export async function noteReached({ db }: Services, place: string): Promise<void> {
  // Asked every second: nothing is locked or written for a place that was never out of reach.
  const [known] = await db.$queryRaw<{ isFailing: boolean }[]>`
    SELECT failing_since IS NOT NULL AS "isFailing" FROM anchors WHERE place = ${place}`
  if (known?.isFailing !== true) return
  await db.$transaction(async (tx) => {
    const [before] = await tx.$queryRaw<{ since: Date | null }[]>`
      SELECT failing_since AS since FROM anchors WHERE place = ${place} FOR UPDATE`
    if (before?.since == null) return
    await tx.$queryRaw`UPDATE anchors SET failing_since = NULL, cause = NULL WHERE place = ${place}`
    await recordEvent(tx, {
      ...{ id: newUuid(), action: 'anchor.restored', outcome: 'allowed', actor: SERVICE },
      ...{ target: { kind: 'anchor', id: place }, after: { failingSince: before.since.toISOString() } },
    })
  })
}

const SERVICE = { kind: 'service', name: 'recordroom' } as const

function causeOf(error: unknown): readonly [code: string, cause: string] {
  if (isAppError(error)) return [error.code, error.detail.slice(0, MOST_CHARACTERS)]
  const said = error instanceof Error ? error.message : String(error)
  return ['internal', (said.trim().split('\n').at(-1) ?? '').slice(0, MOST_CHARACTERS)]
}
