import type { Prisma } from '../../prisma/client/client.ts'
import { findAdministrators } from '../notices/find-administrators.ts'
import { tell } from '../notices/tell.ts'
import { DECIDE_WITHIN_HOURS } from './deciding.ts'

type Second = { readonly needsSecond: boolean; readonly approvedAt: Date | null }

/** Whether a grant counts for nothing before a second administrator has approved it. */
export function waits({ needsSecond, approvedAt }: Second): boolean {
  return needsSecond && approvedAt === null
}

/** What is said of it at the terminal, after the rest. */
export function renderWait(grant: Second): string {
  return waits(grant) ? `; waits ${DECIDE_WITHIN_HOURS} hours for an administrator to approve it` : ''
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
