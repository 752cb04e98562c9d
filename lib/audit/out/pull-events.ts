import { withinDeadline } from '../../database.ts'
import type { Services } from '../../services.ts'
import type { LogFilter } from '../log-filter.ts'
import { whereSealed } from '../log-where.ts'
import type { OutgoingEvent } from './outgoing-event.ts'
import type { PullQuery } from './parse-pull.ts'
import { ofScope, readSealed } from './read-sealed.ts'
import { countReading, reportReading } from './report-reading.ts'
import type { LogReader } from './require-token.ts'
import { BEGINNING, findPlaceOf, parseCursor, renderCursor, type SealPlace } from './seal-place.ts'

export type PulledEvents = {
  readonly events: readonly OutgoingEvent[]
  /** From where to ask on, also when there was nothing. */
  readonly next: string
}

/**
 * The log as another program fetches it, in the order it was sealed in, within the projects of its token. That it goes
 * out is on record before the first of an hour does.
 */
export async function pullEvents(
  services: Services,
  { outlet, client }: LogReader,
  query: PullQuery,
): Promise<PulledEvents> {
  const { db } = services
  return withinDeadline(
    (async () => {
      const from = await findStart(services, query)
      const where = isEmpty(query.filter)
        ? ofScope(outlet.scope)
        : [await whereSealed(db, query.filter, outlet.scope)]
      if (outlet.isReportDue) await reportReading(services, outlet, client)
      const { events, next } = await readSealed(db, { from, limit: query.limit, where })
      if (events.length > 0 || !outlet.isFresh) await countReading(services, outlet, events.length)
      return { events, next: await renderCursor(db, next) }
    })(),
  )
}

/** Where nothing was read yet: the beginning, or what was sealed since the time that is asked for. */
async function findStart({ db }: Services, { after, filter }: PullQuery): Promise<SealPlace> {
  if (after !== null) return parseCursor(db, after)
  return filter.from === undefined ? BEGINNING : findPlaceOf(db, filter.from)
}

const isEmpty = (filter: LogFilter): boolean => Object.keys(filter).length === 0
