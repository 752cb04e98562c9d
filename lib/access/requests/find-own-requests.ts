import { Prisma } from '../../../prisma/client/client.ts'
import type { Actor } from '../../auth/actor.ts'
import type { Services } from '../../services.ts'
import type { RequestLine } from './request-line.ts'
import { type RequestLineRow, readRequests, toRequestLine } from './request-line-row.ts'

const LIMIT = 50

/** What somebody has asked for themselves, the newest first; of what lies behind an ID they named, nothing. */
export async function findOwnRequests(
  { db }: Services,
  actor: Actor,
  { now }: { readonly now: Date },
): Promise<RequestLine[]> {
  const rows = await readRequests(
    db,
    Prisma.sql`q.asked_by = ${actor.personId}::uuid ORDER BY q.asked_at DESC, q.id DESC LIMIT ${LIMIT}`,
  )
  return rows.map((row) => toRequestLine(withoutFound(row), actor, now))
}

/** Whether an ID is known, and in which project, is not told to whoever may not even find it. */
function withoutFound(row: RequestLineRow): RequestLineRow {
  const isFound = row.scope === 'session' || row.scope === 'archive'
  return isFound ? { ...row, projectId: null, projectName: null, heldBefore: null, longestDays: null } : row
}
