import { AppError } from '../../errors.ts'
import { newUuid } from '../../uuid.ts'
import type { Act } from '../act.ts'
import { recordRoles } from './record-roles.ts'

type Held = { readonly role: string; readonly projectId: string | null }

/**
 * Makes somebody a reviewer of a project, of all where none is named, unless they are: a grant carries nothing without.
 * On record. Throws `roles-apart` for an auditor, who plays nothing.
 */
export async function makeReviewer(
  { tx, actor, record }: Act,
  { personId, projectId }: { readonly personId: string; readonly projectId: string | null },
): Promise<void> {
  await tx.$queryRaw`SELECT id FROM people WHERE id = ${personId}::uuid FOR NO KEY UPDATE`
  const held = await tx.roleHeld.findMany({
    where: { personId },
    select: { role: true, projectId: true },
    orderBy: [{ role: 'asc' }, { projectId: 'asc' }],
  })
  const isReviewer = ({ role, projectId: of }: Held): boolean =>
    role === 'reviewer' && (of === null || of === projectId)
  if (held.some(isReviewer)) return
  if (held.some(({ role }) => role === 'auditor'))
    throw new AppError('roles-apart', 'An auditor plays no recordings. Their role must be taken first.')
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
