import type { Prisma } from '../../../prisma/client/client.ts'
import type { Actor } from '../../auth/actor.ts'
import { AppError } from '../../errors.ts'
import { isUuid } from '../../uuid.ts'
import type { Act } from '../act.ts'
import { factsOfGrant, GRANT_ROW, type GrantRow } from '../grant-row.ts'
import { type GrantState, planGrantState } from '../held-access.ts'
import { managesProject } from '../permissions.ts'

/** A grant that is being decided about: nobody else decides until the transaction ends. */
export type LockedGrant = GrantRow & {
  readonly askedBy: string | null
  readonly state: GrantState
  /** Whether it is for whoever decides, or for a group of theirs. */
  readonly isHeldByActor: boolean
}

type Row = Omit<LockedGrant, 'state'> & Parameters<typeof planGrantState>[0] & { readonly now: Date }

/** Throws `forbidden` for a grant that there is not, or that lies outside of what the actor administers. */
export async function lockGrant({ tx, actor, note }: Act, grantId: string): Promise<LockedGrant> {
  const row = isUuid(grantId) ? await findRow(tx, actor, grantId) : undefined
  if (row === undefined || !managesProject(actor.roles, row.projectId)) throw new AppError('forbidden')
  note(factsOfGrant(row))
  return { ...row, state: planGrantState(row, row.now) }
}

/** Whose hands a grant must not come from a second time: its holder's, its giver's, and whose asked for it. */
export function isOwnGrant(grant: LockedGrant, { personId }: Actor): boolean {
  return grant.isHeldByActor || grant.givenBy === personId || grant.askedBy === personId
}

async function findRow(
  tx: Prisma.TransactionClient,
  { personId }: Actor,
  grantId: string,
): Promise<Row | undefined> {
  const [row] = await tx.$queryRaw<Row[]>`
    SELECT ${GRANT_ROW}, q.asked_by AS "askedBy", g.revoked_at AS "revokedAt", g.given_at AS "givenAt",
      g.needs_second AS "needsSecond", g.approved_at AS "approvedAt", clock_timestamp() AS now,
      coalesce(g.person_id = me.id OR g.group_name = ANY (me.groups), false) AS "isHeldByActor"
    FROM grants g
    JOIN people me ON me.id = ${personId}::uuid
    LEFT JOIN access_requests q ON q.id = g.request_id
    WHERE g.id = ${grantId}::uuid
    FOR UPDATE OF g`
  return row
}
