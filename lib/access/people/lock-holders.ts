import { Prisma } from '../../../prisma/client/client.ts'
import { AppError } from '../../errors.ts'

export type HeldRole = { readonly role: string; readonly projectId: string | null }

type Transaction = Pick<Prisma.TransactionClient, '$queryRaw' | '$executeRaw'>

/**
 * Roles are taken, and people disabled, by one transaction at a time: this one, until it ends. The database's own rule
 * takes the same lock at the end; whoever takes it first waits for nobody who waits for them.
 */
export async function lockHolders(tx: Transaction): Promise<void> {
  await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended('recordroom last holder of a role', 0))`
}

/** Those of the roles just taken that nobody holds any more and somebody must: each with its project’s name. */
export async function findUnheld(
  tx: Transaction,
  taken: readonly HeldRole[],
): Promise<{ role: string; projectId: string | null; project: string | null }[]> {
  const needed = taken.filter(({ role }) => role === 'admin' || role === 'auditor')
  if (needed.length === 0) return []
  const rows = needed.map(({ role, projectId }) => Prisma.sql`(${role}, ${projectId}::uuid)`)
  return tx.$queryRaw`
    SELECT lost.role, lost.project_id AS "projectId", pr.name AS project
    FROM (VALUES ${Prisma.join(rows)}) lost (role, project_id)
    LEFT JOIN projects pr ON pr.id = lost.project_id
    WHERE NOT EXISTS (
      SELECT FROM roles_held r JOIN people p ON p.id = r.person_id
      WHERE r.role = lost.role AND p.disabled_at IS NULL
        AND (r.project_id IS NULL OR r.project_id = lost.project_id))`
}

/** @throws AppError `last-holder` where one of the roles just taken, of those that somebody must hold, is nobody’s */
export async function requireHolders(tx: Transaction, taken: readonly HeldRole[]): Promise<void> {
  const [lost] = await findUnheld(tx, taken)
  if (lost === undefined) return
  const which = lost.project === null ? `${lost.role} of all projects` : `${lost.role} of ${lost.project}`
  throw new AppError('last-holder', `Nobody would be left who is ${which}. Make somebody else that first.`)
}
