import { Prisma } from '../../../prisma/client/client.ts'
import type { Actor } from '../../auth/actor.ts'
import type { Services } from '../../services.ts'
import { DECIDE_WITHIN_MS } from '../deciding.ts'
import type { AccessLine } from '../lists/access-line.ts'
import { findManaged, isManaged } from '../managed.ts'
import { findAwaiting } from './find-awaiting.ts'
import type { RequestLine } from './request-line.ts'
import { type RequestLineRow, readRequests, toRequestLine } from './request-line-row.ts'

/** An administrator's inbox, within what they administer. */
export type Inbox = {
  /** What waits to be decided, the longest first. */
  readonly open: readonly RequestLine[]
  /** Grants that wait for a second administrator, the longest first. */
  readonly awaiting: readonly AccessLine[]
  /** What was decided, or lapsed, lately; the newest first. */
  readonly decided: readonly RequestLine[]
}

const OPEN_LIMIT = 500
const DECIDED_LIMIT = 50

/** What names no project that is known is for administrators of all. */
export async function listInbox(
  { db }: Services,
  actor: Actor,
  { now }: { readonly now: Date },
): Promise<Inbox> {
  const managed = findManaged(actor)
  const since = new Date(now.getTime() - DECIDE_WITHIN_MS)
  const [open, awaiting, decided] = await Promise.all([
    readRequests(
      db,
      Prisma.sql`${isManaged(managed)} AND q.decision IS NULL AND q.asked_at > ${since}::timestamptz
        ORDER BY q.asked_at, q.id LIMIT ${OPEN_LIMIT}`,
    ),
    findAwaiting(db, actor, { limit: OPEN_LIMIT, now }),
    readRequests(
      db,
      Prisma.sql`${isManaged(managed)} AND (q.decision IS NOT NULL OR q.asked_at <= ${since}::timestamptz)
        ORDER BY coalesce(q.decided_at, q.asked_at) DESC, q.id DESC LIMIT ${DECIDED_LIMIT}`,
    ),
  ])
  const toLine = (row: RequestLineRow): RequestLine => toRequestLine(row, actor, now)
  return { open: open.map(toLine), awaiting, decided: decided.map(toLine) }
}
