import type { Prisma } from '../../prisma/client/client.ts'
import { findAdministrators } from '../notices/find-administrators.ts'
import { tell } from '../notices/tell.ts'
import { DECIDE_WITHIN_HOURS } from './deciding.ts'
import { REACHES_PROJECT } from './grants.ts'

type Second = { readonly needsSecond: boolean; readonly approvedAt: Date | null }

/** Whether a grant counts for nothing before a second administrator has approved it. */
export function waits({ needsSecond, approvedAt }: Second): boolean {
  return needsSecond && approvedAt === null
}

/** What is said of it at the terminal, after the rest. */
export function renderWait(grant: Second): string {
  return waits(grant) ? `; waits ${DECIDE_WITHIN_HOURS} hours for an administrator to approve it` : ''
}

/**
 * The grants that have begun to wait in this transaction, because the project they reach has come to have four eyes;
 * the database sees to that. Those who may approve them are told.
 */
export async function tellOfOlderWaits(
  tx: Prisma.TransactionClient,
  project: { readonly id: string; readonly name: string },
): Promise<{ readonly id: string }[]> {
  const begun = await tx.$queryRaw<{ id: string }[]>`
    SELECT g.id FROM grants g JOIN projects pr ON ${REACHES_PROJECT}
    WHERE pr.id = ${project.id}::uuid AND g.needs_second AND g.approved_at IS NULL AND g.revoked_at IS NULL
      AND g.given_at >= transaction_timestamp()
    ORDER BY g.id`
  for (const grant of begun) await tellOfWait(tx, grant, project)
  return begun
}

/** Those who may approve what a file gave are told that it waits. */
export async function tellOfWait(
  tx: Prisma.TransactionClient,
  grant: { readonly id: string },
  project: { readonly id: string; readonly name: string },
): Promise<void> {
  await tell(tx, {
    kind: 'grant.awaiting',
    to: await findAdministrators(tx, project.id),
    projectId: project.id,
    about: { grantId: grant.id, project: project.name },
  })
}
