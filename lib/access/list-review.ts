import { Prisma } from '../../prisma/client/client.ts'
import type { Actor } from '../auth/actor.ts'
import { withinDeadline } from '../database.ts'
import type { Services } from '../services.ts'
import type { AccessLine } from './access-line.ts'
import { type AccessLineRow, selectLines, toAccessLine } from './access-line-row.ts'
import { findManaged, reachesManaged } from './managed.ts'

/** A grant that an access review asks about, and why it does. */
export type ReviewLine = AccessLine & { readonly why: 'unused' | 'ending' }

const UNUSED_DAYS = 90
const ENDING_DAYS = 14
/** What was kept is not asked about again for so long. */
const KEPT_DAYS = 90
const LIMIT = 500

/** SQL: whether nothing was found or opened by grant `g` for so long. */
const IS_UNUSED = Prisma.sql`(coalesce(g.last_used_at, g.given_at) < now() - make_interval(days => ${UNUSED_DAYS}))`

/**
 * The grants an administrator reviews: those that count or will, and were not used for 90 days or end within 14, the
 * soonest end first. One that was kept is left out for 90 days.
 */
export async function listReview(
  { db }: Services,
  actor: Actor,
  { now }: { readonly now: Date },
): Promise<ReviewLine[]> {
  const managed = findManaged(actor)
  const lines = selectLines({
    ...{ readerId: actor.personId, managed, personId: null, projects: managed },
    findsOnly: Prisma.sql`false`,
    // What a review asks about stands in the place of what pages go by.
    place: Prisma.sql`CASE WHEN ${IS_UNUSED} THEN 'unused' ELSE 'ending' END`,
  })
  const rows = await withinDeadline(
    db.$queryRaw<AccessLineRow[]>`
      ${lines}
      WHERE g.revoked_at IS NULL AND g.valid_until > now() AND (NOT g.needs_second OR g.approved_at IS NOT NULL)
        AND ${reachesManaged(managed)}
        AND (${IS_UNUSED} OR g.valid_until < now() + make_interval(days => ${ENDING_DAYS}))
        AND (g.reviewed_at IS NULL OR g.reviewed_at < now() - make_interval(days => ${KEPT_DAYS}))
      ORDER BY g.valid_until, g.id LIMIT ${LIMIT}`,
  )
  return rows.map((row) => ({
    ...toAccessLine(row, now),
    why: row.place === 'unused' ? 'unused' : 'ending',
  }))
}
