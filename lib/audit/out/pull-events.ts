import type { PrismaClient } from '../../../prisma/client/client.ts'
import type { Services } from '../../services.ts'
import { askLog } from '../ask-log.ts'
import type { LogScope } from '../learn-filter.ts'
import type { LogFilter } from '../log-filter.ts'
import { whereSealed } from '../log-where.ts'
import type { OutgoingEvent } from './outgoing-event.ts'
import type { PullQuery } from './parse-pull.ts'
import { ofScope, readSealed } from './read-sealed.ts'
import { recordAsked } from './record-asked.ts'
import { countReading, reportReading } from './report-reading.ts'
import type { LogReader } from './require-token.ts'
import { BEGINNING, findPlaceOf, parseCursor, renderCursor, type SealPlace } from './seal-place.ts'

type Reader = Pick<PrismaClient, '$queryRaw'>

export type PulledEvents = {
  readonly events: readonly OutgoingEvent[]
  /** From where to ask on, also when there was nothing. */
  readonly next: string
}

/**
 * The log as another program fetches it, in the order it was sealed in, within the projects of its token. That it goes
 * out is on record before the first of an hour does, and what is looked for in it before it is.
 * Throws `request-invalid`, `log-slow`, `log-busy`, `audit-unavailable`.
 */
export async function pullEvents(
  services: Services,
  { outlet, client }: LogReader,
  query: PullQuery,
): Promise<PulledEvents> {
  const from = await askLog(services, (db) => findStart(db, query))
  if (outlet.isReportDue) await reportReading(services, outlet, client)
  if (!isEmpty(query.filter)) await recordAsked(services, { outlet, client }, query.filter)
  const pulled = await askLog(services, (db) => pull(db, outlet.scope, { ...query, from }))
  if (pulled.events.length > 0 || !outlet.isFresh) await countReading(services, outlet, pulled.events.length)
  return pulled
}

async function pull(
  db: Reader,
  scope: LogScope,
  { from, filter, limit }: PullQuery & { readonly from: SealPlace },
): Promise<PulledEvents> {
  const where = isEmpty(filter) ? ofScope(scope) : [await whereSealed(db, filter, scope)]
  const { events, next } = await readSealed(db, { from, limit, where })
  return { events, next: await renderCursor(db, next) }
}

/** Where nothing was read yet: the beginning, or what was sealed since the time that is asked for. */
async function findStart(db: Reader, { after, filter }: PullQuery): Promise<SealPlace> {
  if (after !== null) return parseCursor(db, after)
  return filter.from === undefined ? BEGINNING : findPlaceOf(db, filter.from)
}

const isEmpty = (filter: LogFilter): boolean => Object.keys(filter).length === 0
