import type { PrismaClient } from '../../prisma/client/client.ts'
import { withinDeadline } from '../database.ts'
import { AppError } from '../errors.ts'
import { CLOSE_REASONS, type CloseReason, type Purpose } from './viewing.ts'

/** A viewing as the gate sees it: whose it is, and why it has ended or must end now. */
export type Lease = {
  readonly viewingId: string
  readonly purpose: Purpose
  readonly archiveId: string
  readonly signInId: string
  /** Ended on record already. */
  readonly closed: CloseReason | null
  /** Still open in its row, but what it stands on has gone: it must be closed before anything else happens. */
  readonly overdue: CloseReason | null
  /** When it was read, by `performance.now()`. */
  readonly readAtMs: number
}

type Database = Pick<PrismaClient, '$queryRaw'>

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i

/**
 * Reads the lease fresh: its own end, and everything it stands on — sign-in, person, role and grant — by the
 * database’s clock, so that several server processes judge alike. Null for an id that is none.
 */
export async function findLease(db: Database, viewingId: string): Promise<Lease | null> {
  if (!UUID.test(viewingId)) return null
  const rows = await withinDeadline(
    db.$queryRaw<Omit<Lease, 'readAtMs'>[]>`
      SELECT v.id AS "viewingId", v.purpose, v.archive_id AS "archiveId", v.sign_in_id AS "signInId",
        CASE WHEN v.closed_at IS NOT NULL THEN coalesce(v.close_reason, 'closed') END AS closed,
        CASE
          WHEN v.closed_at IS NOT NULL THEN NULL
          WHEN s.ended_at IS NOT NULL OR s.expires_at <= now() OR s.last_active_at <= now() - interval '15 minutes'
            THEN 'sign-in-ended'
          WHEN p.disabled_at IS NOT NULL OR g.revoked_at IS NOT NULL OR NOT EXISTS (
            SELECT FROM roles_held r WHERE r.person_id = p.id AND r.role = 'reviewer'
              AND (r.project_id IS NULL OR r.project_id = g.project_id))
            THEN 'access-withdrawn'
          WHEN g.valid_until <= now() OR g.valid_from > now() THEN 'grant-ended'
          WHEN v.expires_at <= now() THEN 'expired'
          WHEN v.last_active_at <= now() - interval '120 seconds' THEN 'idle'
        END AS overdue
      FROM viewings v
      JOIN sign_ins s ON s.id = v.sign_in_id
      JOIN people p ON p.id = v.person_id
      JOIN grants g ON g.id = v.grant_id
      WHERE v.id = ${viewingId}::uuid`,
  )
  const [row] = rows
  return row ? { ...row, readAtMs: performance.now() } : null
}

/** `viewing-closed`, in the words of why. */
export function closedError(reason: CloseReason): AppError {
  return new AppError('viewing-closed', CLOSE_REASONS[reason])
}
