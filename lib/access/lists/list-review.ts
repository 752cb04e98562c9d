import { Prisma, type PrismaClient } from '../../../prisma/client/client.ts'
import type { Actor } from '../../auth/actor.ts'
import { withinDeadline } from '../../database.ts'
import type { Services } from '../../services.ts'
import { findManaged, reachesManaged } from '../managed.ts'
import type { AccessLine } from './access-line.ts'
import { type AccessLineRow, selectLines, toAccessLine } from './access-line-row.ts'

/** A grant that an access review asks about, and why it does. */
export type ReviewLine = AccessLine & { readonly why: 'unused' | 'ending' }

export type Review = {
  /** The soonest end first, at most 500. */
  readonly lines: readonly ReviewLine[]
  /** How many there are, those that are not among the lines too. */
  readonly total: number
}

const UNUSED_DAYS = 90
const ENDING_DAYS = 14
const LIMIT = 500

/** SQL: whether grant `g` was reviewed within so many days. What was removed is no longer asked about at all. */
const wasKept = (days: number): Prisma.Sql =>
  Prisma.sql`(g.reviewed_at > now() - make_interval(days => ${days})) IS TRUE`

/** SQL: whether nothing was found or opened by grant `g` for so long, and nobody has kept it since. */
const IS_UNUSED = Prisma.sql`(
  coalesce(g.last_used_at, g.given_at) < now() - make_interval(days => ${UNUSED_DAYS})
  AND NOT ${wasKept(UNUSED_DAYS)})`

/** SQL: whether grant `g` ends soon, and nobody has kept it knowing that. */
const IS_ENDING = Prisma.sql`(
  g.valid_until < now() + make_interval(days => ${ENDING_DAYS}) AND NOT ${wasKept(ENDING_DAYS)})`

/**
 * The grants an administrator reviews: those that count or will, and were not used for 90 days or end within 14. One
 * that was kept as unused is asked about again after 90 days, and before that when it is about to end.
 */
export async function listReview(
  { db }: Services,
  actor: Actor,
  { now }: { readonly now: Date },
): Promise<Review> {
  const managed = findManaged(actor)
  const which = Prisma.sql`
    g.revoked_at IS NULL AND g.valid_until > now() AND (NOT g.needs_second OR g.approved_at IS NOT NULL)
    AND ${reachesManaged(managed)} AND (${IS_UNUSED} OR ${IS_ENDING})`
  const selected = selectLines({
    ...{ readerId: actor.personId, managed, personId: null, projects: managed },
    findsOnly: Prisma.sql`false`,
    // What a review asks about stands in the place of what pages go by.
    place: Prisma.sql`CASE WHEN ${IS_UNUSED} THEN 'unused' ELSE 'ending' END`,
  })
  const rows = await withinDeadline(
    db.$queryRaw<AccessLineRow[]>`
      ${selected}
      WHERE ${which}
      ORDER BY g.valid_until, g.id LIMIT ${LIMIT}`,
  )
  const lines = rows.map(
    (row): ReviewLine => ({
      ...toAccessLine(row, now),
      why: row.place === 'unused' ? 'unused' : 'ending',
    }),
  )
  return { lines, total: lines.length < LIMIT ? lines.length : await countGrants(db, which) }
}

async function countGrants(db: Pick<PrismaClient, '$queryRaw'>, which: Prisma.Sql): Promise<number> {
  const [row] = await withinDeadline(
    db.$queryRaw<{ total: number }[]>`SELECT count(*)::int AS total FROM grants g WHERE ${which}`,
  )
  return row?.total ?? 0
}
