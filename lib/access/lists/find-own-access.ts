import { Prisma } from '../../../prisma/client/client.ts'
import type { Actor } from '../../auth/actor.ts'
import { withinDeadline } from '../../database.ts'
import type { Services } from '../../services.ts'
import { isById } from '../about-reach.ts'
import { waits } from '../giving/waiting.ts'
import { IS_FOR, REACHES_PROJECT, REVIEWS } from '../grants.ts'
import { type ShownGrant, type ShownRole, toShownGrant, toShownRoles } from '../held-access.ts'

export type OwnAccess = {
  readonly roles: readonly ShownRole[]
  /**
   * Their groups' too, but for those that they gave or approved themselves. The one that lasts longest first; those that
   * have ended or were taken back too.
   */
  readonly grants: readonly OwnGrant[]
}

export type OwnGrant = ShownGrant & {
  /** Whether it opens nothing, whatever its state, because they are no reviewer anywhere it reaches. */
  readonly isHeldBack: boolean
}

const GRANTS_LIMIT = 200

/** SQL: whether person `p` reviews none of the projects that grant `g` reaches. */
const IS_HELD_BACK = Prisma.sql`(SELECT NOT bool_or(${REVIEWS}) FROM projects pr WHERE ${REACHES_PROJECT}) IS TRUE`

/** What somebody holds themselves; of what lies behind an ID, nothing before it has counted. */
export async function findOwnAccess(
  { db }: Services,
  { personId }: Actor,
  { now }: { readonly now: Date },
): Promise<OwnAccess> {
  const [roles, held] = await withinDeadline(
    Promise.all([
      db.roleHeld.findMany({
        where: { personId },
        orderBy: [{ role: 'asc' }, { projectId: 'asc' }],
        include: { project: { select: { name: true } } },
      }),
      db.$queryRaw<{ id: string; isHeldBack: boolean }[]>`
        SELECT g.id, ${IS_HELD_BACK} AS "isHeldBack" FROM people p JOIN grants g ON ${IS_FOR}
        WHERE p.id = ${personId}::uuid ORDER BY g.valid_until DESC, g.id DESC LIMIT ${GRANTS_LIMIT}`,
    ]),
  )
  const grants = await withinDeadline(
    db.grant.findMany({
      where: { id: { in: held.map(({ id }) => id) } },
      orderBy: [{ validUntil: 'desc' }, { id: 'desc' }],
      include: { project: { select: { name: true } } },
    }),
  )
  const heldBack = new Set(held.filter(({ isHeldBack }) => isHeldBack).map(({ id }) => id))
  return {
    roles: toShownRoles(roles),
    grants: grants.map((grant) => ({
      ...toShownGrant(
        hasNeverCounted(grant) && isById(grant.scope) ? { ...grant, project: null } : grant,
        now,
      ),
      // The role comes with the second hand; and who reviews there would tell which project it is.
      isHeldBack: !hasNeverCounted(grant) && heldBack.has(grant.id),
    })),
  }
}

type Second = Parameters<typeof waits>[0] & { readonly countedBefore: boolean }

/** Waits for a second administrator, lapsed, or was refused or taken back before anybody had approved it. */
function hasNeverCounted(grant: Second): boolean {
  return waits(grant) && !grant.countedBefore
}
