import type { Prisma, PrismaClient } from '../../../prisma/client/client.ts'
import type { Actor } from '../../auth/actor.ts'
import { withinDeadline } from '../../database.ts'
import { DECIDE_WITHIN_MS } from '../deciding.ts'
import { USUAL_LONGEST_GRANT_DAYS } from '../grant-length.ts'
import { toShownScope } from '../grant-scope.ts'
import { IS_FOR, REACHES_PROJECT } from '../grants.ts'
import { ASKED_PROJECT } from '../request-project.ts'
import type { RequestLine } from './request-line.ts'

export type RequestLineRow = {
  readonly id: string
  readonly askedBy: string
  readonly name: string | null
  readonly email: string | null
  readonly scope: string
  readonly projectId: string | null
  readonly projectName: string | null
  readonly region: string | null
  readonly unit: string | null
  readonly sessionId: string | null
  readonly archiveId: string | null
  readonly rights: string[]
  readonly until: Date
  readonly reason: string
  readonly caseReference: string | null
  readonly askedAt: Date
  readonly decision: 'approved' | 'refused' | 'lapsed' | null
  readonly decidedAt: Date | null
  readonly decidedBy: string | null
  readonly word: string | null
  readonly heldBefore: number | null
  readonly longestDays: number | null
}

/**
 * Requests `q` of people `p` for something of project `pr`, where one is known. `which` ends the query: what is read, in
 * which order and how much.
 */
export async function readRequests(
  db: Pick<PrismaClient, '$queryRaw'>,
  which: Prisma.Sql,
): Promise<RequestLineRow[]> {
  return withinDeadline(
    db.$queryRaw<RequestLineRow[]>`
      SELECT q.id, q.asked_by AS "askedBy", p.name, p.email, q.scope, pr.id AS "projectId",
        pr.name AS "projectName", q.region, q.unit, q.session_id AS "sessionId", q.archive_id AS "archiveId", q.rights,
        q.valid_until AS until, q.reason, q.case_reference AS "caseReference", q.asked_at AS "askedAt", q.decision,
        q.decided_at AS "decidedAt", coalesce(decider.name, decider.email, decider.subject) AS "decidedBy", q.word,
        CASE WHEN pr.id IS NOT NULL THEN (
          SELECT count(*)::int FROM grants g
          WHERE ${IS_FOR} AND ${REACHES_PROJECT} AND g.request_id IS DISTINCT FROM q.id) END AS "heldBefore",
        (SELECT min(coalesce(reached.longest_grant_days, ${USUAL_LONGEST_GRANT_DAYS}::int)) FROM projects reached
          WHERE CASE q.scope WHEN 'region' THEN reached.region = q.region WHEN 'unit' THEN reached.unit = q.unit
            ELSE reached.id = pr.id END) AS "longestDays"
      FROM access_requests q
      JOIN people p ON p.id = q.asked_by
      LEFT JOIN projects pr ON pr.id = ${ASKED_PROJECT}
      LEFT JOIN people decider ON decider.id = q.decided_by
      WHERE ${which}`,
  )
}

export function toRequestLine(row: RequestLineRow, { personId }: Actor, now: Date): RequestLine {
  const lapsesAt = new Date(row.askedAt.getTime() + DECIDE_WITHIN_MS)
  const { askedBy, name, email, projectName } = row
  return {
    id: row.id,
    asker: { personId: askedBy, name: name ?? email ?? 'unnamed', email },
    isOwn: askedBy === personId,
    scope: toShownScope({ ...row, project: projectName === null ? null : { name: projectName } }),
    rights: row.rights,
    until: row.until,
    reason: row.reason,
    caseReference: row.caseReference,
    askedAt: row.askedAt,
    lapsesAt,
    state: row.decision ?? (lapsesAt <= now ? 'lapsed' : 'open'),
    decidedAt: row.decidedAt,
    decidedBy: row.decidedBy,
    word: row.word,
    heldBefore: row.heldBefore,
    longestDays: row.longestDays,
  }
}
