import type { PrismaClient } from '../../prisma/client/client.ts'
import { projectsFor } from '../access/permissions.ts'
import type { Actor } from '../auth/actor.ts'
import { type ErrorCode, isAppError } from '../errors.ts'
import type { Services } from '../services.ts'
import { askLog } from './ask-log.ts'
import { describeFilter } from './describe-filter.ts'
import { type FoundEvents, findEvents, findEventsOfViewing } from './find.ts'
import { findOrigins, type Origin } from './find-origins.ts'
import type { LogScope } from './learn-filter.ts'
import type { LogQuery } from './log-query.ts'
import type { LoggedEvent } from './logged-event.ts'
import { recordReading } from './record-reading.ts'

type Reader = Pick<PrismaClient, '$queryRaw'>

export type LogPage = FoundEvents & {
  /** Every line of the one viewing that was to be unfolded; `isCut` when it has more. */
  readonly unfolded: {
    readonly viewingId: string
    readonly events: LoggedEvent[]
    readonly isCut: boolean
  } | null
  /** How each of `events` came into the log, by its number. */
  readonly origins: Readonly<Record<string, Origin>>
  /** A sentence for what could not be looked for. */
  readonly faults: readonly string[]
}

const PAGE_SIZE = 50
const UNFOLDED_LIMIT = 500
/** What whoever reads can mend by their filter, or by waiting: it is said beside the filter. */
const ASKED_OTHERWISE: ReadonlySet<ErrorCode> = new Set(['request-invalid', 'log-slow', 'log-busy'])
const NOTHING = { events: [], next: null, unfolded: null, origins: {} }

/**
 * A page of the log, within the projects the reader's role is for: newest first, or, for one viewing, all of it from its
 * opening on. That it is read is on record before it is. Throws `audit-unavailable`.
 */
export async function readLog(services: Services, actor: Actor, query: LogQuery): Promise<LogPage> {
  if (query.faults.length > 0) return { ...NOTHING, faults: query.faults }
  const scope = projectsFor(actor.roles, 'audit:read')
  await recordReading(services, actor, sayReading(query))
  try {
    return { ...(await askLog(services, (db) => findPage(db, scope, query))), faults: [] }
  } catch (error) {
    if (isAppError(error) && ASKED_OTHERWISE.has(error.code)) return { ...NOTHING, faults: [error.detail] }
    throw error
  }
}

async function findPage(
  db: Reader,
  scope: LogScope,
  { filter, after, unfold }: LogQuery,
): Promise<Omit<LogPage, 'faults'>> {
  const { viewingId } = filter
  const page = { after, limit: PAGE_SIZE }
  const found =
    viewingId === undefined
      ? await findEvents(db, { filter, scope }, page)
      : await findEventsOfViewing(db, { filter: { ...filter, viewingId }, scope }, page)
  const [origins, unfolded] = await Promise.all([
    findOrigins(db, found.events),
    unfold === null ? null : findUnfolded(db, scope, unfold),
  ])
  return { ...found, origins, unfolded }
}

async function findUnfolded(db: Reader, scope: LogScope, viewingId: string): Promise<LogPage['unfolded']> {
  const page = { after: null, limit: UNFOLDED_LIMIT }
  const { events, next } = await findEventsOfViewing(db, { filter: { viewingId }, scope }, page)
  return { viewingId, events, isCut: next !== null }
}

/** What somebody typed is kept as its length: it may be a name or a case, and rows cannot be mended. */
function sayReading({ filter, unfold: unfolded, after }: LogQuery) {
  const { sessionId, archiveId, viewingId } = filter
  return {
    target: { kind: 'log', id: viewingId ?? unfolded ?? 'all' },
    ...(sessionId !== undefined && { sessionId }),
    ...(archiveId !== undefined && { archiveId }),
    after: { ...describeFilter(filter), ...(after !== null && { after }) },
  }
}
