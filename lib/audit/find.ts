import { Prisma, type PrismaClient } from '../../prisma/client/client.ts'
import { AppError } from '../errors.ts'
import type { AuditAction } from './event.ts'
import { FOLDED_ACTIONS, findFolded } from './fold.ts'
import {
  EVENT_COLUMNS,
  EVENT_TABLES,
  type EventRow,
  type LoggedEvent,
  parseEventRow,
} from './logged-event.ts'

type Reader = Pick<PrismaClient, '$queryRaw'>

export type EventFilter = {
  /** Whose rows the reader may see. Rows without a project are for readers of all projects. */
  readonly projectIds: readonly string[] | 'all'
  readonly sessionId?: string
  readonly archiveId?: string
  readonly viewingId?: string
  /** A mail, a name or a part of it, a subject, or a service’s name. */
  readonly person?: string
  readonly action?: AuditAction
}

/** `after` is the `next` of the page before. */
export type EventPage = { readonly after: string | null; readonly limit: number }
export type FoundEvents = { readonly events: LoggedEvent[]; readonly next: string | null }

/**
 * The log, newest first. Windows and progress are folded under their viewing’s opening, unless their very action is asked
 * for. Throws `request-invalid` for an `after` that is none.
 */
export async function findEvents(db: Reader, filter: EventFilter, page: EventPage): Promise<FoundEvents> {
  const where = [
    filter.action === undefined
      ? Prisma.sql`e.action NOT IN ${FOLDED_ACTIONS}`
      : Prisma.sql`e.action = ${filter.action}::audit.action`,
    ...ofScope(filter.projectIds),
    ...(await ofPerson(db, filter.person)),
    ...ofRecording(filter),
    ...olderThan(page.after),
  ]
  const rows = await db.$queryRaw<EventRow[]>`
    SELECT ${EVENT_COLUMNS} FROM ${EVENT_TABLES}
    WHERE ${Prisma.join(where, ' AND ')}
    ORDER BY e.at DESC, e.id DESC LIMIT ${page.limit + 1}`
  const shown = rows.slice(0, page.limit)
  const openings = shown.filter(({ action }) => action === 'viewing.opened' || action === 'download.opened')
  const folded = await findFolded(
    db,
    openings.flatMap(({ viewingId }) => viewingId ?? []),
  )
  return toPage(rows, page.limit, ({ action, viewingId }) =>
    viewingId !== null && action.endsWith('.opened') ? (folded.get(viewingId) ?? null) : null,
  )
}

/** Everything on record about one viewing, unfolded, oldest first. */
export async function findEventsOfViewing(
  db: Reader,
  { viewingId, projectIds }: { viewingId: string; projectIds: readonly string[] | 'all' },
  page: EventPage,
): Promise<FoundEvents> {
  const where = [
    Prisma.sql`e.viewing_id = ${viewingId}::uuid`,
    ...ofScope(projectIds),
    ...compareTo(page.after, Prisma.sql`>`),
  ]
  const rows = await db.$queryRaw<EventRow[]>`
    SELECT ${EVENT_COLUMNS} FROM ${EVENT_TABLES}
    WHERE ${Prisma.join(where, ' AND ')}
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

function ofScope(projectIds: readonly string[] | 'all'): Prisma.Sql[] {
  if (projectIds === 'all') return []
  return [Prisma.sql`coalesce(e.project_id, o.project_id) = ANY(${projectIds}::uuid[])`]
}

/** The viewings that were opened with this in their opening: their other rows do not repeat it. */
const viewingsOpened = (condition: Prisma.Sql): Prisma.Sql => Prisma.sql`
  e.viewing_id = ANY(ARRAY(SELECT viewing_id FROM audit.events
    WHERE action IN ('viewing.opened', 'download.opened') AND ${condition}))`

function ofRecording({ sessionId, archiveId, viewingId }: EventFilter): Prisma.Sql[] {
  const where: Prisma.Sql[] = []
  if (sessionId !== undefined)
    where.push(
      Prisma.sql`(e.session_id = ${sessionId} OR ${viewingsOpened(Prisma.sql`session_id = ${sessionId}`)})`,
    )
  if (archiveId !== undefined)
    where.push(
      Prisma.sql`(e.archive_id = ${archiveId}::uuid OR ${viewingsOpened(Prisma.sql`archive_id = ${archiveId}::uuid`)})`,
    )
  if (viewingId !== undefined) where.push(Prisma.sql`e.viewing_id = ${viewingId}::uuid`)
  return where
}

/** A mail or a name leads to subjects by way of the people known today; the log itself knows a person by subject. */
async function ofPerson(db: Reader, person: string | undefined): Promise<Prisma.Sql[]> {
  if (person === undefined) return []
  const known = await db.$queryRaw<{ subject: string }[]>`
    SELECT subject FROM people
    WHERE subject IS NOT NULL
      AND (lower(email) = lower(${person}) OR position(lower(${person}) IN lower(name)) > 0)
    LIMIT 200`
  const subjects = [person, ...known.map(({ subject }) => subject)]
  return [
    Prisma.sql`(e.actor_subject = ANY(${subjects})
      OR (e.actor_kind IS NULL AND ${viewingsOpened(Prisma.sql`actor_subject = ANY(${subjects})`)}))`,
  ]
}

const olderThan = (after: string | null): Prisma.Sql[] => compareTo(after, Prisma.sql`<`)

function compareTo(cursor: string | null, operator: Prisma.Sql): Prisma.Sql[] {
  if (cursor === null) return []
  const { seconds, micros, id } = parseCursor(cursor)
  return [
    Prisma.sql`(e.at, e.id) ${operator}
      (to_timestamp(${seconds}) + make_interval(secs => ${micros}::float8 / 1000000), ${id}::bigint)`,
  ]
}

/** Microseconds since 1970 and the row’s number. */
const CURSOR = /^(\d{9,11})(\d{6})\.(\d{1,18})$/

/** Whether text has the form of a page’s `next`. */
export function isCursor(text: string): boolean {
  return CURSOR.test(text)
}

/** A double holds the microseconds of a time exactly only in two parts. */
function parseCursor(cursor: string): { seconds: number; micros: number; id: string } {
  const [, seconds, micros, id] = CURSOR.exec(cursor) ?? []
  if (seconds === undefined || id === undefined)
    throw new AppError('request-invalid', 'The place to go on from is not one that this page gave.')
  return { seconds: Number(seconds), micros: Number(micros), id }
}
