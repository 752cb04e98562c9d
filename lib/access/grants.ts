import { Prisma, type PrismaClient } from '../../prisma/client/client.ts'
import type { Right } from './permissions.ts'

// What a grant is worth, in SQL: in every query that finds, and again at the gate that serves. `g` is a grant, `p` the
// person it is asked for, `pr` a project, `a` an archive of it. Times are the database's. Where a column is
// empty a condition may be neither true nor false: what is not TRUE is no, and `NOT` would not say so.

/** SQL: whether person `p` is a reviewer for project `pr`. */
export const REVIEWS = Prisma.sql`EXISTS (
  SELECT FROM roles_held r
  WHERE r.person_id = p.id AND r.role = 'reviewer' AND (r.project_id IS NULL OR r.project_id = pr.id))`

/** SQL: whether grant `g` is for person `p`. A group's is not for whoever gave or approved it, should they come to be in the group. */
export const IS_FOR = Prisma.sql`(
  g.person_id = p.id OR (
    g.group_name = ANY (p.groups) AND g.given_by IS DISTINCT FROM p.id AND g.approved_by IS DISTINCT FROM p.id))`

/** SQL: whether grant `g` reaches project `pr`, or something in it. */
export const REACHES_PROJECT = Prisma.sql`CASE g.scope
  WHEN 'region' THEN g.region = pr.region WHEN 'unit' THEN g.unit = pr.unit ELSE g.project_id = pr.id END`

/** SQL: how old a recording may be under grant `g`; null: of any age. In hours: a day of some time zones has 23 or 25. */
export const MAX_AGE = Prisma.sql`make_interval(hours => 24 * g.max_age_days)`

/** SQL: whether grant `g`, which reaches its project, reaches archive `a`. */
export const REACHES_ARCHIVE = Prisma.sql`(
  (g.session_id IS NULL OR g.session_id = a.session_id) AND (g.archive_id IS NULL OR g.archive_id = a.id)
  AND (g.max_age_days IS NULL OR a.created_at > now() - ${MAX_AGE}))`

/** SQL: whether grant `g`, which reaches archive `a`, opens it: one that is restricted must be named. */
export const OPENS_ARCHIVE = Prisma.sql`(a.restricted_at IS NULL OR g.scope IN ('session', 'archive'))`

/** SQL: when grant `g` ends for archive `a`, which may grow too old for it before its time is over. */
export const ENDS = Prisma.sql`least(g.valid_until, a.created_at + ${MAX_AGE})`

/** SQL: whether grant `g` stands for person `p` on project `pr`: not taken back, approved where it must be, the holder in order. */
export const STANDS = Prisma.sql`(
  g.revoked_at IS NULL AND (g.approved_at IS NOT NULL OR NOT (g.needs_second OR pr.four_eyes))
  AND p.disabled_at IS NULL AND ${IS_FOR} AND ${REACHES_PROJECT} AND ${REVIEWS})`

/** SQL: whether it is grant `g`'s time. */
export const IN_TIME = Prisma.sql`(g.valid_from <= now() AND g.valid_until > now())`

/** SQL: whether grant `g` counts at this moment for person `p` on project `pr`. */
export const COUNTS = Prisma.sql`(${STANDS} AND ${IN_TIME})`

/** Whether any grant lets the person do something to any recording at this moment. */
export async function holdsGrant(
  db: Pick<PrismaClient, '$queryRaw'>,
  personId: string,
  right: Right,
): Promise<boolean> {
  const [row] = await db.$queryRaw<{ holds: boolean }[]>`
    SELECT EXISTS (
      SELECT FROM people p CROSS JOIN projects pr JOIN grants g ON ${COUNTS}
      WHERE p.id = ${personId}::uuid AND ${right} = ANY (g.rights)) AS holds`
  return row?.holds === true
}
