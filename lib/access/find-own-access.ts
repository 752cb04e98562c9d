import type { Actor } from '../auth/actor.ts'
import { withinDeadline } from '../database.ts'
import type { Services } from '../services.ts'
import { type ShownGrant, type ShownRole, toShownGrant, toShownRoles } from './held-access.ts'

export type OwnAccess = {
  readonly roles: readonly ShownRole[]
  /** Their groups' too. The one that lasts longest first; those that have ended or were taken back too. */
  readonly grants: readonly ShownGrant[]
}

const GRANTS_LIMIT = 200

/** What somebody holds themselves. */
export async function findOwnAccess(
  { db }: Services,
  { personId }: Actor,
  { now }: { readonly now: Date },
): Promise<OwnAccess> {
  const person = await withinDeadline(
    db.person.findUnique({
      where: { id: personId },
      select: {
        groups: true,
        roles: {
          orderBy: [{ role: 'asc' }, { projectId: 'asc' }],
          include: { project: { select: { name: true } } },
        },
      },
    }),
  )
  if (person === null) return { roles: [], grants: [] }
  const grants = await withinDeadline(
    db.grant.findMany({
      where: { OR: [{ personId }, { groupName: { in: person.groups } }] },
      orderBy: [{ validUntil: 'desc' }, { id: 'desc' }],
      take: GRANTS_LIMIT,
      include: { project: { select: { name: true } } },
    }),
  )
  return { roles: toShownRoles(person.roles), grants: grants.map((grant) => toShownGrant(grant, now)) }
}
