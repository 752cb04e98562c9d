import { Prisma, type PrismaClient } from '../../prisma/client/client.ts'
import { COUNTS } from '../access/grants.ts'
import type { Right } from '../access/permissions.ts'
import { withinDeadline } from '../database.ts'

/** A project somebody may look into at this moment. */
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
}

/** Whose catalogue is looked into, and what for. */
export type Looking = { readonly personId: string; readonly right: Right }

/**
 * The common table expression `scope (project_id)`: the projects for which a person is a reviewer and holds a grant in
 * force that carries the right. It is part of every query of the catalogue, so that nothing is read that is not theirs.
 */
export function scopeOf({ personId, right }: Looking): Prisma.Sql {
  return Prisma.sql`
    scope AS MATERIALIZED (
      SELECT DISTINCT pr.id AS project_id
      FROM people p CROSS JOIN projects pr JOIN grants g ON ${COUNTS}
      WHERE p.id = ${personId}::uuid AND ${right} = ANY (g.rights)
        AND g.scope NOT IN ('session', 'archive') AND g.max_age_days IS NULL)`
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
        p.read_failed_at AS "readFailedAt", p.read_failure_code AS "readFailureCode", p.read_failure AS "readFailure"
      FROM projects p JOIN scope s ON s.project_id = p.id
      ORDER BY p.name, p.id`,
  )
}
