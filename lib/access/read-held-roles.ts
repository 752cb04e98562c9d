import type { PrismaClient } from '../../prisma/client/client.ts'
import { parseRoles, type Role } from './permissions.ts'

/** The roles that somebody holds at this moment: they may have been taken since they came in. None of who is disabled. */
export async function readHeldRoles(db: Pick<PrismaClient, '$queryRaw'>, personId: string): Promise<Role[]> {
  return parseRoles(
    await db.$queryRaw<{ role: string; projectId: string | null }[]>`
      SELECT r.role, r.project_id AS "projectId" FROM roles_held r JOIN people p ON p.id = r.person_id
      WHERE p.id = ${personId}::uuid AND p.disabled_at IS NULL`,
  )
}
