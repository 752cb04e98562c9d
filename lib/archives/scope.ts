import { Prisma, type PrismaClient } from '../../prisma/client/client.ts'
import { COUNTS, MAX_AGE } from '../access/grants.ts'
import type { Right } from '../access/permissions.ts'
import { withinDeadline } from '../database.ts'

/** A project somebody may look into at this moment, wholly or at what is named. */
export type ScopedProject = {
  readonly id: string
  readonly name: string
  readonly region: string | null
  readonly unit: string | null
  readonly environment: string | null
  readonly recorderKey: string
  /** The column as it is. */
  readonly reasons: unknown
  readonly createdAt: Date
  readonly recentReadAt: Date | null
  readonly wholeReadAt: Date | null
  readonly readFailedAt: Date | null
  readonly readFailureCode: string | null
  readonly readFailure: string | null
  /** Whether the scope is all of it; else only the sessions and archives below. */
  readonly isWide: boolean
  /** All of it that is not older; null: whatever its age. */
  readonly newerThan: Date | null
  readonly sessionIds: readonly string[]
  readonly archiveIds: readonly string[]
}

/** Whose catalogue is looked into, and what for. */
export type Looking = { readonly personId: string; readonly right: Right }

/**
 * The common table expressions that each query of the catalogue begins with, so that nothing is read that is not the
 * person's. `held`: what their grants that count reach, a row a grant and project. `reach`: what of that carries the
 * right, one row for each project as a whole, by its loosest age, and for each session or archive that is named.
 */
export function scopeOf({ personId, right }: Looking): Prisma.Sql {
  return Prisma.sql`
    held AS MATERIALIZED (
      SELECT pr.id AS project_id, g.session_id, g.archive_id, g.rights, g.valid_until,
        g.scope IN ('session', 'archive') AS is_named, ${MAX_AGE} AS max_age, now() - ${MAX_AGE} AS newer_than
      FROM people p CROSS JOIN projects pr JOIN grants g ON ${COUNTS}
      WHERE p.id = ${personId}::uuid),
    reach AS MATERIALIZED (
      SELECT project_id, session_id, archive_id, is_named,
        CASE WHEN bool_and(newer_than IS NOT NULL) THEN min(newer_than) END AS newer_than
      FROM held WHERE ${right} = ANY (rights)
      GROUP BY project_id, session_id, archive_id, is_named)`
}

/** SQL: whether row `r` of `held` or `reach` reaches archive `a`. */
const REACHES = Prisma.sql`(
  r.project_id = a.project_id AND (r.session_id IS NULL OR r.session_id = a.session_id)
  AND (r.archive_id IS NULL OR r.archive_id = a.id) AND (r.newer_than IS NULL OR a.created_at > r.newer_than))`

/** SQL: whether archive `a` is in scope. */
export const IN_REACH = Prisma.sql`EXISTS (SELECT FROM reach r WHERE ${REACHES})`

/** SQL: until when a right is held on archive `a`, restricted or not; null when it is not. */
export function heldUntil(right: Right): Prisma.Sql {
  return Prisma.sql`(
    SELECT max(least(r.valid_until, a.created_at + r.max_age)) FROM held r
    WHERE ${right} = ANY (r.rights) AND ${REACHES} AND (a.restricted_at IS NULL OR r.is_named))`
}

/** The projects in scope, by name. */
export async function findScope(
  db: Pick<PrismaClient, '$queryRaw'>,
  looking: Looking,
): Promise<ScopedProject[]> {
  return withinDeadline(
    db.$queryRaw<ScopedProject[]>`
      WITH ${scopeOf(looking)}
      SELECT p.id, p.name, p.region, p.unit, p.environment, lower(p.recorder_key) AS "recorderKey", p.reasons,
        p.created_at AS "createdAt", p.recent_read_at AS "recentReadAt", p.whole_read_at AS "wholeReadAt",
        p.read_failed_at AS "readFailedAt", p.read_failure_code AS "readFailureCode", p.read_failure AS "readFailure",
        s.*
      FROM projects p JOIN (
        SELECT project_id, bool_or(NOT is_named) AS "isWide", min(newer_than) FILTER (WHERE NOT is_named) AS "newerThan",
          coalesce(array_agg(session_id) FILTER (WHERE session_id IS NOT NULL), '{}') AS "sessionIds",
          coalesce(array_agg(archive_id) FILTER (WHERE archive_id IS NOT NULL), '{}') AS "archiveIds"
        FROM reach GROUP BY project_id) s ON s.project_id = p.id
      ORDER BY p.name, p.id`,
  )
}
