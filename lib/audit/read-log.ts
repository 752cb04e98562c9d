import { projectsFor } from '../access/permissions.ts'
import { type Actor, auditActor } from '../auth/actor.ts'
import type { Services } from '../services.ts'
import { newUuid } from '../uuid.ts'
import { type FoundEvents, findEvents, findEventsOfViewing } from './find.ts'
import type { LogQuery } from './log-query.ts'
import type { LoggedEvent } from './logged-event.ts'
import { recordEvent } from './record.ts'

export type LogPage = FoundEvents & {
  /** Every line of the one viewing that was to be unfolded; `isCut` when it has more. */
  readonly unfolded: {
    readonly viewingId: string
    readonly events: LoggedEvent[]
    readonly isCut: boolean
  } | null
}

const PAGE_SIZE = 50
const UNFOLDED_LIMIT = 500

/**
 * A page of the log, within the projects the reader's role is for: newest first, or, for one viewing, all of it from its
 * opening on. That it is read is on record before it is.
 */
export async function readLog(services: Services, actor: Actor, query: LogQuery): Promise<LogPage> {
  if (query.faults.length > 0) return { events: [], next: null, unfolded: null }
  const projectIds = projectsFor(actor.roles, 'audit:read')
  await recordReading(services, actor, query)
  const { viewingId } = query.filter
  const page = { after: query.after, limit: PAGE_SIZE }
  const found =
    viewingId === undefined
      ? await findEvents(services.db, { ...query.filter, projectIds }, page)
      : await findEventsOfViewing(services.db, { viewingId, projectIds }, page)
  return { ...found, unfolded: await unfold(services, projectIds, query.unfold) }
}

async function unfold(
  { db }: Services,
  projectIds: readonly string[] | 'all',
  viewingId: string | null,
): Promise<LogPage['unfolded']> {
  if (viewingId === null) return null
  const { events, next } = await findEventsOfViewing(
    db,
    { viewingId, projectIds },
    { after: null, limit: UNFOLDED_LIMIT },
  )
  return { viewingId, events, isCut: next !== null }
}

/** What somebody typed to name a person is kept as its length: it may be a name, and rows cannot be mended. */
async function recordReading(
  { db }: Services,
  actor: Actor,
  { filter, unfold: unfolded, after }: LogQuery,
): Promise<void> {
  const { sessionId, archiveId, viewingId, action, person } = filter
  await recordEvent(db, {
    id: newUuid(),
    action: 'log.searched',
    outcome: 'allowed',
    actor: auditActor(actor),
    client: actor.client,
    target: { kind: 'log', id: viewingId ?? unfolded ?? 'all' },
    ...(sessionId !== undefined && { sessionId }),
    ...(archiveId !== undefined && { archiveId }),
    after: {
      ...(action !== undefined && { action }),
      ...(person !== undefined && { personLength: person.length }),
      ...(after !== null && { after }),
    },
  })
}
