import { Prisma, type PrismaClient } from '../../prisma/client/client.ts'
import { ENDS, IN_TIME, OPENS_ARCHIVE, REACHES_ARCHIVE, STANDS } from '../access/grants.ts'
import { IDLE_MINUTES } from '../auth/sign-in-times.ts'
import { IS_UNCONFIRMED } from '../auth/unconfirmed.ts'
import { withinDeadline } from '../database.ts'
import { AppError } from '../errors.ts'
import { isUuid } from '../uuid.ts'
import { CLOSE_REASONS, type CloseReason, type Purpose } from './viewing.ts'

/** A viewing as the gate sees it: whose it is, and why it has ended or must end now. */
export type Lease = {
  readonly viewingId: string
  readonly purpose: Purpose
  readonly archiveId: string
  readonly sessionId: string
  readonly projectId: string
  readonly projectName: string
  readonly signInId: string
  /** Ended on record already. */
  readonly closed: CloseReason | null
  /** Still open in its row, but what it stands on has gone: it must be closed before anything else happens. */
  readonly overdue: CloseReason | null
  /** When it must end, as things stand: the earliest of its own time, its grant's and its sign-in's. */
  readonly endsAt: Date
  /** When it was read, by `performance.now()`. */
  readonly readAtMs: number
}

type Database = Pick<PrismaClient, '$queryRaw'>

/** A viewing ends after so long without heartbeat or media. */
const IDLE_SECONDS = 120

/** SQL: viewings `v` with everything they stand on. */
export const LEASE_TABLES = Prisma.sql`
  viewings v
  JOIN sign_ins s ON s.id = v.sign_in_id
  JOIN people p ON p.id = v.person_id
  JOIN grants g ON g.id = v.grant_id
  JOIN archives a ON a.id = v.archive_id
  JOIN projects pr ON pr.id = a.project_id`

/** SQL: why viewing `v`, still open in its row, must end at this moment; null when it need not. */
export const OVERDUE = Prisma.sql`CASE
  WHEN v.closed_at IS NOT NULL THEN NULL
  WHEN s.ended_at IS NOT NULL OR s.expires_at <= now()
    OR s.last_active_at <= now() - make_interval(mins => ${IDLE_MINUTES}) OR ${IS_UNCONFIRMED} THEN 'sign-in-ended'
  WHEN (${STANDS} AND ${OPENS_ARCHIVE}
    AND (CASE v.purpose WHEN 'download' THEN 'recording:download' ELSE 'recording:play' END) = ANY (g.rights)) IS NOT TRUE
    THEN 'access-withdrawn'
  -- Where a grant reaches never changes: what it no longer reaches has grown too old for it.
  WHEN (${IN_TIME} AND ${REACHES_ARCHIVE}) IS NOT TRUE THEN 'grant-ended'
  WHEN v.expires_at <= now() THEN 'expired'
  WHEN v.last_active_at <= now() - make_interval(secs => ${IDLE_SECONDS}) THEN 'idle'
END`

/**
 * Reads the lease fresh: its own end, and everything it stands on — sign-in, person, role and grant — by the
 * database’s clock, so that several server processes judge alike. Null for an id that is none.
 */
export async function findLease(db: Database, viewingId: string): Promise<Lease | null> {
  if (!isUuid(viewingId)) return null
  const rows = await withinDeadline(
    db.$queryRaw<Omit<Lease, 'readAtMs'>[]>`
      SELECT v.id AS "viewingId", v.purpose, v.archive_id AS "archiveId",
        a.session_id AS "sessionId", pr.id AS "projectId", pr.name AS "projectName", v.sign_in_id AS "signInId",
        CASE WHEN v.closed_at IS NOT NULL THEN coalesce(v.close_reason, 'closed') END AS closed,
        ${OVERDUE} AS overdue, least(v.expires_at, ${ENDS}, s.expires_at) AS "endsAt"
      FROM ${LEASE_TABLES}
      WHERE v.id = ${viewingId}::uuid`,
  )
  const [row] = rows
  return row ? { ...row, readAtMs: performance.now() } : null
}

/** `viewing-closed`, in the words of why. */
export function closedError(reason: CloseReason): AppError {
  return new AppError('viewing-closed', CLOSE_REASONS[reason])
}
