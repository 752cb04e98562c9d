import { Prisma } from '../../../prisma/client/client.ts'
import type { Services } from '../../services.ts'
import type { LogScope } from '../learn-filter.ts'
import { within } from './sql-words.ts'

/** What goes, or went: personal values of a project, or a month of all lines. */
export type DropLine = {
  readonly id: string
  readonly part: 'content' | 'lines'
  readonly project: string | null
  readonly month: string
  /** Null: of all projects together, which whoever reads some is not told. */
  readonly rows: number | null
  readonly at: Date
}

type Reader = Pick<Services['db'], '$queryRaw'>

/** Announced and not dropped yet; `at` is when it was announced. A month of lines is for whoever has lines in it. */
export function listAnnounced(db: Reader, scope: LogScope, most: number): Promise<DropLine[]> {
  const isTheirs =
    scope === 'all'
      ? Prisma.sql`true`
      : Prisma.sql`CASE a.part WHEN 'lines' THEN EXISTS (
          SELECT FROM audit.log_rules r WHERE r.number = ANY (a.rules) AND ${within(scope, 'r.project_id')})
        ELSE ${within(scope, 'a.project_id')} END`
  return db.$queryRaw<DropLine[]>`
    SELECT a.number::text AS id, a.part, p.name AS project, to_char(a.month, 'YYYY-MM') AS month, a.at,
      CASE WHEN a.part = 'content' OR ${scope === 'all'} THEN a.rows::int END AS rows
    FROM audit.drop_announcements a LEFT JOIN projects p ON p.id = a.project_id
    WHERE ${isTheirs}
      AND NOT EXISTS (
        SELECT FROM audit.dropped_content d
        WHERE a.part = 'content' AND d.project_id IS NOT DISTINCT FROM a.project_id AND d.month = a.month AND d.at > a.at)
      AND NOT EXISTS (SELECT FROM audit.dropped_months d WHERE d.month = a.month)
      -- of the same month the last one counts
      AND NOT EXISTS (
        SELECT FROM audit.drop_announcements later
        WHERE later.part = a.part AND later.project_id IS NOT DISTINCT FROM a.project_id AND later.month = a.month
          AND later.number > a.number)
    ORDER BY a.month, a.number LIMIT ${most}`
}

/** What went, the latest first. */
export function listDropped(db: Reader, scope: LogScope, most: number): Promise<DropLine[]> {
  const isTheirs = scope === 'all' ? Prisma.sql`true` : Prisma.sql`d.projects && ${[...scope]}::uuid[]`
  return db.$queryRaw<DropLine[]>`
    SELECT * FROM (
      SELECT 'content-' || d.number AS id, 'content' AS part, p.name AS project, to_char(d.month, 'YYYY-MM') AS month,
        d.rows::int, d.at
      FROM audit.dropped_content d LEFT JOIN projects p ON p.id = d.project_id
      WHERE ${within(scope, 'd.project_id')}
      UNION ALL
      SELECT 'lines-' || d.month, 'lines', NULL, to_char(d.month, 'YYYY-MM'),
        CASE WHEN ${scope === 'all'} THEN d.rows::int END, d.at
      FROM audit.dropped_months d WHERE ${isTheirs}
    ) dropped
    ORDER BY at DESC LIMIT ${most}`
}
