import { Prisma, type PrismaClient } from '../../../prisma/client/client.ts'
import type { Actor } from '../../auth/actor.ts'
import { withinDeadline } from '../../database.ts'
import { DECIDE_WITHIN_HOURS } from '../deciding.ts'
import type { AccessLine } from '../lists/access-line.ts'
import { type AccessLineRow, selectLines, toAccessLine } from '../lists/access-line-row.ts'
import { findManaged, reachesManaged } from '../managed.ts'

type Reading = { readonly limit: number; readonly now: Date }

/**
 * The grants that wait for a second administrator where somebody administers, the longest first. One that has come to its
 * end waits in vain: it can no longer be approved.
 */
export async function findAwaiting(
  db: Pick<PrismaClient, '$queryRaw'>,
  actor: Actor,
  { limit, now }: Reading,
): Promise<AccessLine[]> {
  const managed = findManaged(actor)
  const lines = selectLines({
    ...{ readerId: actor.personId, managed, personId: null, projects: managed },
    ...{ findsOnly: Prisma.sql`false`, place: Prisma.sql`g.id::text` },
  })
  const rows = await withinDeadline(
    db.$queryRaw<AccessLineRow[]>`
      ${lines}
      WHERE g.needs_second AND g.approved_at IS NULL AND g.revoked_at IS NULL
        AND g.valid_until > now() AND g.given_at > now() - make_interval(hours => ${DECIDE_WITHIN_HOURS}) AND ${reachesManaged(managed)}
      ORDER BY g.given_at, g.id LIMIT ${limit}`,
  )
  return rows.map((row) => toAccessLine(row, now))
}
