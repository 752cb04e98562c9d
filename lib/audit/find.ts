import { Prisma, type PrismaClient } from '../../prisma/client/client.ts'
import { findFolded } from './fold.ts'
import type { LogScope } from './learn-filter.ts'
import { placeOf } from './log-cursor.ts'
import type { LogFilter } from './log-filter.ts'
import { whereOf } from './log-where.ts'
import {
  EVENT_COLUMNS,
  EVENT_TABLES,
  type EventRow,
  joinsOf,
  type LoggedEvent,
  parseEventRow,
} from './logged-event.ts'
import { pickPlaces } from './pick-places.ts'

type Reader = Pick<PrismaClient, '$queryRaw'>

/** `after` is the `next` of the page before. */
export type EventPage = { readonly after: string | null; readonly limit: number }
export type FoundEvents = { readonly events: LoggedEvent[]; readonly next: string | null }

/**
 * The log within the projects of a scope, newest first; rows without a project are for readers of all. What is folded under
 * a viewing’s opening: see `pickPlaces`. Throws `request-invalid` for an `after` that is none or a person who may be too
 * many; what takes long is the caller's to end.
 */
export async function findEvents(
  db: Reader,
  asked: { readonly filter: LogFilter; readonly scope: LogScope },
  page: EventPage,
): Promise<FoundEvents> {
  const rows = await findRows(db, asked, { ...page, limit: page.limit + 1 })
  const openings = rows.slice(0, page.limit).flatMap(({ action, viewingId, at }) => {
    return viewingId !== null && isOpening(action) ? [{ viewingId, at }] : []
  })
  const folded = await findFolded(db, openings)
  return toPage(rows, page.limit, ({ action, viewingId }) =>
    viewingId !== null && isOpening(action) ? (folded.get(viewingId) ?? null) : null,
  )
}

type Place = { micros: bigint; id: bigint }

/** First where they stand, then the rows themselves, each in its month: planning for every month is what takes long. */
async function findRows(
  db: Reader,
  { filter, scope }: { readonly filter: LogFilter; readonly scope: LogScope },
  page: EventPage,
): Promise<EventRow[]> {
  const picked = await pickPlaces(db, filter, { ...page, scope })
  const places = await db.$queryRaw<Place[]>`
    SELECT (extract(epoch FROM at) * 1000000)::bigint AS micros, id FROM (${picked}) picked ORDER BY at DESC, id DESC`
  const [first, last] = [places[0], places.at(-1)]
  if (first === undefined || last === undefined) return []
  const newest = new Date(Number(first.micros / 1000n) + 1)
  const oldest = new Date(Number(last.micros / 1000n))
  return db.$queryRaw<EventRow[]>`
    SELECT ${EVENT_COLUMNS}
    FROM unnest(${places.map(({ micros }) => micros)}::bigint[], ${places.map(({ id }) => id)}::bigint[]) AS place (micros, id)
    CROSS JOIN LATERAL (
      SELECT * FROM audit.events e
      WHERE e.at = 'epoch'::timestamptz + place.micros * interval '1 microsecond' AND e.id = place.id
        AND e.at BETWEEN ${oldest} AND ${newest}
      LIMIT 1
    ) e ${joinsOf(newest)}
    ORDER BY e.at DESC, e.id DESC`
}

const isOpening = (action: string): boolean => action === 'viewing.opened' || action === 'download.opened'

/** Everything that fits, unfolded, oldest first: for one viewing, whose rows are few. Throws as `findEvents` does. */
export async function findEventsOfViewing(
  db: Reader,
  {
    filter,
    scope,
  }: { readonly filter: LogFilter & { readonly viewingId: string }; readonly scope: LogScope },
  page: EventPage,
): Promise<FoundEvents> {
  const later = page.after === null ? Prisma.sql`true` : Prisma.sql`(e.at, e.id) > ${placeOf(page.after)}`
  const where = await whereOf(db, filter, scope)
  const rows = await db.$queryRaw<EventRow[]>`
    SELECT ${EVENT_COLUMNS} FROM ${EVENT_TABLES} WHERE ${where} AND ${later}
    ORDER BY e.at, e.id LIMIT ${page.limit + 1}`
  return toPage(rows, page.limit, () => null)
}

function toPage(
  rows: EventRow[],
  limit: number,
  foldedOf: (row: EventRow) => LoggedEvent['folded'],
): FoundEvents {
  const events = rows.slice(0, limit).map((row) => parseEventRow(row, foldedOf(row)))
  return { events, next: rows.length > limit ? (events.at(-1)?.cursor ?? null) : null }
}
