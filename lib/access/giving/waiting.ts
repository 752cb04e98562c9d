import type { Prisma } from '../../../prisma/client/client.ts'
import { findHoldersOf } from '../../notices/find-holders-of.ts'
import { DECIDE_WITHIN_HOURS } from '../deciding.ts'
import { GRANT_ROW, type GrantRow } from '../grant-row.ts'
import { REACHES_PROJECT } from '../grants.ts'
import { findAware, tellOfGrant } from './tell-of-grant.ts'

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
 * Tells, once, of the grants that have begun to wait because a project they reach has come to have four eyes; the
 * database sees to that. Of one that has lapsed or ended before anybody was told there is nothing left to approve.
 */
export async function tellOfOlderWaits(
  tx: Prisma.TransactionClient,
  { id: projectId }: { readonly id: string },
): Promise<GrantRow[]> {
  const begun = await tx.$queryRaw<GrantRow[]>`
    WITH begun AS (
      UPDATE grants g SET wait_untold = false FROM projects pr
      WHERE pr.id = ${projectId}::uuid AND g.wait_untold AND ${REACHES_PROJECT} RETURNING g.*)
    SELECT ${GRANT_ROW} FROM begun g
    WHERE g.approved_at IS NULL AND g.revoked_at IS NULL AND g.valid_until > now()
      AND g.given_at > now() - make_interval(hours => ${DECIDE_WITHIN_HOURS})
    ORDER BY g.id`
  for (const grant of begun) await tellOfWait(tx, grant)
  return begun
}

/**
 * Tells those who may approve a grant that it waits: the administrators of where it reaches, but not whoever gave it, holds
 * it or asked for it. Where it counted before, whom it was for and who gave it are told that it does no more.
 */
export async function tellOfWait(tx: Prisma.TransactionClient, grant: GrantRow): Promise<void> {
  const administrators = await findHoldersOf(tx, 'admin', grant.projectId)
  const others = await tx.$queryRaw<{ id: string }[]>`
    SELECT p.id FROM grants g
    LEFT JOIN access_requests q ON q.id = g.request_id
    JOIN people p ON (p.id IN (g.given_by, g.person_id, q.asked_by) OR g.group_name = ANY (p.groups)) IS NOT TRUE
    WHERE g.id = ${grant.id}::uuid AND p.id = ANY (${administrators}::uuid[])`
  await tellOfGrant(tx, grant, { kind: 'grant.awaiting', to: others.map(({ id }) => id) })
  if (grant.countedBefore)
    await tellOfGrant(tx, grant, { kind: 'grant.suspended', to: await findAware(tx, grant) })
}
