import { createHash } from 'node:crypto'
import { createSessionId } from '../session-id.ts'
import type { NewArchive } from './recorded-archive.ts'

/** How the recorder misbehaves, on a test's order. */
export type Behaviour = {
  /** How far its clock is ahead of ours. */
  clockSkewSeconds: number
  /** How long an address of a file is good. */
  urlLifeSeconds: number
  /** Sends fields nobody has heard of. */
  unknownFields: boolean
  /** So many more times, a page of the list after the first is the one before it once more. */
  repeatPages: number
  /** After each page of the list so many new archives have come in front. */
  arrivalsPerPage: number
}

export const GOOD_BEHAVIOUR: Behaviour = {
  clockSkewSeconds: 0,
  urlLifeSeconds: 600,
  unknownFields: false,
  repeatPages: 0,
  arrivalsPerPage: 0,
}

export type Generation = {
  readonly apiKey: string
  readonly count: number
  /** Laid evenly over so many days back from `untilMs`. */
  readonly days: number
  readonly untilMs: number
  /** The same for the times that session IDs hold; `untilMs` when left out. */
  readonly sessionsUntilMs?: number
  readonly seed: string
}

/** Statuses of records that have no file, as often as they come. */
const STATUSES = ['expired', 'expired', 'uploaded', 'expired', 'failed', 'uploaded'] as const

/** Records without files, the same for the same seed. */
export function generateArchives({
  apiKey,
  count,
  days,
  untilMs,
  seed,
  sessionsUntilMs,
}: Generation): NewArchive[] {
  const stepMs = (days * 86_400_000) / count
  return Array.from({ length: count }, (_, index) => {
    const hash = createHash('sha256').update(`${seed} ${apiKey} ${index}`).digest()
    // Two thirds of the sessions have one archive, the others share theirs with the one before.
    const first = index % 3 === 2 ? index - 1 : index
    const status = STATUSES[hash.readUInt8(0) % STATUSES.length] ?? 'expired'
    const createdAtMs = Math.floor(untilMs - stepMs * (index + 0.5))
    const durationSeconds = status === 'failed' ? 0 : 30 + (hash.readUInt16BE(1) % 1800)
    return {
      id: toUuid(hash.subarray(4, 20)),
      apiKey,
      sessionId: createSessionId(
        apiKey,
        new Date(Math.floor((sessionsUntilMs ?? untilMs) - stepMs * (first + 1.5))),
        `${seed} ${first}`,
      ),
      createdAtMs,
      updatedAtMs: createdAtMs + durationSeconds * 1000 + 9_000,
      status,
      reason: status === 'failed' ? 'failure' : 'user initiated',
      durationSeconds,
      sizeBytes: durationSeconds * 40_000,
      sha256sum: status === 'failed' ? '' : hash.toString('base64'),
    }
  })
}

/** Sixteen bytes as a UUID of version 4. */
export function toUuid(bytes: Uint8Array): string {
  const hex = Buffer.from(bytes).toString('hex')
  const variant = ((Number.parseInt(hex.slice(16, 17), 16) & 3) | 8).toString(16)
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `4${hex.slice(13, 16)}`,
    `${variant}${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join('-')
}
