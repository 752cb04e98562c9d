import type { PrismaClient } from '../../prisma/client/client.ts'
import type { Right } from './permissions.ts'

export type HeldGrant = {
  readonly id: string
  readonly projectId: string
  readonly rights: readonly string[]
  readonly validUntil: Date
}

/**
 * The grants that let a person do something to recordings at this moment, the one that lasts longest first. A grant
 * counts while it is in force, not taken back, and its holder is a reviewer for its project and not disabled.
 * Judged by the database's clock when `now` is left out.
 */
export async function findGrantsInForce(
  db: Pick<PrismaClient, '$queryRaw'>,
  personId: string,
  right: Right,
  now: Date | null = null,
): Promise<HeldGrant[]> {
  return db.$queryRaw<HeldGrant[]>`
    SELECT g.id, g.project_id AS "projectId", g.rights, g.valid_until AS "validUntil"
    FROM grants g
    JOIN people p ON p.id = g.person_id
    WHERE g.person_id = ${personId}::uuid
      AND ${right} = ANY (g.rights)
      AND g.revoked_at IS NULL
      AND g.valid_from <= coalesce(${now}::timestamptz, now())
      AND g.valid_until > coalesce(${now}::timestamptz, now())
      AND p.disabled_at IS NULL
      AND EXISTS (
        SELECT FROM roles_held r
        WHERE r.person_id = g.person_id AND r.role = 'reviewer'
          AND (r.project_id IS NULL OR r.project_id = g.project_id))
    ORDER BY g.valid_until DESC, g.id`
}
