import { randomUUID } from 'node:crypto'
import { recordEvent } from '../audit/record.ts'
import type { ErrorCode } from '../errors.ts'
import type { Client } from '../http/client.ts'
import type { Services } from '../services.ts'
import { newUuid } from '../uuid.ts'

/** What nobody in particular was refused: counted, so that a flood of it does not flood the log. */
type Count = {
  readonly address: string | null
  readonly code: ErrorCode
  readonly since: Date
  times: number
}
type Counter = { readonly counts: Map<string, Count>; timer: NodeJS.Timeout | null }

const MINUTE_MS = 60_000
/** Past so many addresses in a minute the rest share one line without an address. */
const ADDRESSES_MAX = 10_000

declare global {
  // One for all bundles of the process.
  var recordroomRefusals: Counter | undefined
}

/** Counts a refusal of somebody who is not signed in, to be put on record at the end of the minute. */
export function countRefusal(services: Services, client: Client, code: ErrorCode): void {
  const counter = counterOf()
  const known = `${code} ${client.address}`
  const isFull = counter.counts.size >= ADDRESSES_MAX && !counter.counts.has(known)
  const key = isFull ? `${code} null` : known
  const count = counter.counts.get(key)
  if (count !== undefined) {
    count.times += 1
    return
  }
  counter.counts.set(key, { address: isFull ? null : client.address, code, since: new Date(), times: 1 })
  if (counter.timer !== null) return
  counter.timer = setTimeout(() => {
    counter.timer = null
    recordRefusals(services).catch((error: unknown) => {
      services.log.error({ err: error }, 'refusals could not be put on record; they are counted on')
    })
  }, MINUTE_MS)
  counter.timer.unref()
}

/** Puts on record what has been counted: one row an address and code. Called each minute and when the server stops. */
export async function recordRefusals(services: Services): Promise<void> {
  const { counts } = counterOf()
  for (const [key, count] of [...counts]) {
    counts.delete(key)
    try {
      await recordCount(services, count)
    } catch (error) {
      count.times += counts.get(key)?.times ?? 0
      counts.set(key, count)
      throw error
    }
  }
}

async function recordCount(services: Services, count: Count): Promise<void> {
  await recordEvent(services.db, {
    id: newUuid(),
    action: 'address.refused',
    outcome: 'refused',
    code: count.code,
    actor: { kind: 'service', name: 'recordroom' },
    client: { address: count.address, userAgent: null, requestId: randomUUID() },
    after: { times: count.times, since: count.since.toISOString() },
  })
}

function counterOf(): Counter {
  globalThis.recordroomRefusals ??= { counts: new Map(), timer: null }
  return globalThis.recordroomRefusals
}
