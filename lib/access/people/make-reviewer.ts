import { AppError } from '../../errors.ts'
import { newUuid } from '../../uuid.ts'
import type { Act } from '../act.ts'
import { recordRoles } from './record-roles.ts'
import { requireEnabled } from './require-enabled.ts'

type Held = { readonly role: string; readonly projectId: string | null }
type Reviewing = { readonly personId: string; readonly projectId: string | null }

/**
 * Makes somebody a reviewer of a project, of all where none is named, unless they are: a grant carries nothing without.
 * On record. Throws `roles-apart` for an auditor, who plays nothing, and `person-invalid` for who is disabled.
 */
export async function makeReviewer(
  { tx, actor, record }: Act,
  { personId, projectId }: Reviewing,
): Promise<void> {
  const { held, isReviewer } = await findHeld(tx, { personId, projectId })
  if (isReviewer) return
  const added = { role: 'reviewer', projectId }
  await tx.roleHeld.create({ data: { id: newUuid(), personId, ...added, givenBy: actor.personId } })
  const person = await tx.person.findUniqueOrThrow({
    where: { id: personId },
    select: { id: true, issuer: true, subject: true },
  })
  await recordRoles(tx, (facts) => record('role.changed', facts), {
    ...{ person, before: held, after: [...held, added] },
  })
}

/**
 * What makes somebody a reviewer would refuse later is refused now, where a grant waits for a second administrator: so
 * that nobody waits in vain. Throws `roles-apart`, `person-invalid`.
 */
export async function requireReviewable({ tx }: Pick<Act, 'tx'>, reviewing: Reviewing): Promise<void> {
  await findHeld(tx, reviewing)
}

type FoundHeld = { readonly held: readonly Held[]; readonly isReviewer: boolean }

/** The roles of somebody who is a reviewer there or may become one; nobody else changes them until the transaction ends. */
async function findHeld(tx: Act['tx'], { personId, projectId }: Reviewing): Promise<FoundHeld> {
  await tx.$queryRaw`SELECT id FROM people WHERE id = ${personId}::uuid FOR NO KEY UPDATE`
  await requireEnabled({ tx }, personId)
  const held = await tx.roleHeld.findMany({
    where: { personId },
    select: { role: true, projectId: true },
    orderBy: [{ role: 'asc' }, { projectId: 'asc' }],
  })
  const isReviewer = held.some(
    ({ role, projectId: of }) => role === 'reviewer' && (of === null || of === projectId),
  )
  if (!isReviewer && held.some(({ role }) => role === 'auditor'))
    throw new AppError('roles-apart', 'An auditor plays no recordings. Their role must be taken first.')
  return { held, isReviewer }
}
