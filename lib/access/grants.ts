import { Prisma, type PrismaClient } from '../../prisma/client/client.ts'
import type { Right } from './permissions.ts'

export type HeldGrant = {
  readonly id: string
  readonly projectId: string
  readonly rights: readonly string[]
  readonly validUntil: Date
}

/** SQL: whether the holder of grant `g` is a reviewer for its project. */
export const HOLDER_REVIEWS = Prisma.sql`EXISTS (
  SELECT FROM roles_held r
  WHERE r.person_id = g.person_id AND r.role = 'reviewer' AND (r.project_id IS NULL OR r.project_id = g.project_id))`

/**
 * SQL: whether grant `g` of person `p` counts at this moment by the database's clock: in force, not taken back, and its
 * holder a reviewer for its project and not disabled.
 */
export const GRANT_COUNTS = Prisma.sql`(
  g.revoked_at IS NULL AND g.valid_from <= now() AND g.valid_until > now() AND p.disabled_at IS NULL AND ${HOLDER_REVIEWS})`

/** The grants that let a person do something to recordings at this moment, the one that lasts longest first. */
export async function findGrantsInForce(
  db: Pick<PrismaClient, '$queryRaw'>,
  personId: string,
  right: Right,
): Promise<HeldGrant[]> {
  return db.$queryRaw<HeldGrant[]>`
    SELECT g.id, g.project_id AS "projectId", g.rights, g.valid_until AS "validUntil"
    FROM grants g JOIN people p ON p.id = g.person_id
    WHERE g.person_id = ${personId}::uuid AND ${right} = ANY (g.rights) AND ${GRANT_COUNTS}
    ORDER BY g.valid_until DESC, g.id`
}
