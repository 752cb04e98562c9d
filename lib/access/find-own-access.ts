import type { Actor } from '../auth/actor.ts'
import type { Services } from '../services.ts'
import { type ShownGrant, type ShownRole, toShownGrant, toShownRoles } from './held-access.ts'

export type OwnAccess = {
  readonly roles: readonly ShownRole[]
  /** The one that lasts longest first; those that have ended or were taken back too. */
  readonly grants: readonly ShownGrant[]
}

const GRANTS_LIMIT = 200

/** What somebody holds themselves. */
export async function findOwnAccess(
  { db }: Services,
  actor: Actor,
  { now }: { readonly now: Date },
): Promise<OwnAccess> {
  const where = { personId: actor.personId }
  const [roles, grants] = await Promise.all([
    db.roleHeld.findMany({
      where,
      orderBy: { role: 'asc' },
      include: { project: { select: { name: true } } },
    }),
    db.grant.findMany({
      where,
      orderBy: [{ validUntil: 'desc' }, { id: 'desc' }],
      take: GRANTS_LIMIT,
      include: { project: { select: { name: true } } },
    }),
  ])
  return { roles: toShownRoles(roles), grants: grants.map((grant) => toShownGrant(grant, now)) }
}
