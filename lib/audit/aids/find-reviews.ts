import type { PrismaClient } from '../../../prisma/client/client.ts'
import { withinDeadline } from '../../database.ts'
import type { LogScope } from '../learn-filter.ts'

/** That the log was reviewed: up to when, by whom, and of which projects. */
export type LogReview = {
  readonly upTo: Date
  readonly reviewedAt: Date
  readonly name: string | null
  readonly email: string | null
  /** By name, of those that the reader may know of; `all` when it was the whole log. */
  readonly projects: readonly string[] | 'all'
}

type Row = Omit<LogReview, 'projects'> & { forAll: boolean; projects: string[] | null }

/** The newest marks that concern somebody who may read the log of these projects. */
export async function findReviews(
  db: Pick<PrismaClient, '$queryRaw'>,
  scope: LogScope,
  limit: number,
): Promise<LogReview[]> {
  const isWhole = scope === 'all'
  const projectIds = isWhole ? [] : scope
  const rows = await withinDeadline(
    db.$queryRaw<Row[]>`
      SELECT r.up_to AS "upTo", r.reviewed_at AS "reviewedAt", p.name, p.email, r.for_all AS "forAll",
        (SELECT array_agg(known.name ORDER BY known.name) FROM projects known
         WHERE known.id = ANY(r.project_ids) AND (${isWhole} OR known.id = ANY(${projectIds}::uuid[]))) AS projects
      FROM log_reviews r JOIN people p ON p.id = r.person_id
      WHERE ${isWhole} OR r.for_all OR r.project_ids && ${projectIds}::uuid[]
      ORDER BY r.reviewed_at DESC, r.id DESC LIMIT ${limit}`,
  )
  return rows.map(({ forAll, projects, ...rest }) => ({
    ...rest,
    projects: forAll ? 'all' : (projects ?? []),
  }))
}
