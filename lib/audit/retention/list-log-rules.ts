import { projectsFor } from '../../access/permissions.ts'
import type { Actor } from '../../auth/actor.ts'
import { withinDeadline } from '../../database.ts'
import type { Services } from '../../services.ts'
import type { LogScope } from '../learn-filter.ts'
import type { LogRule } from './log-rule.ts'
import { nameOf, within } from './sql-words.ts'

/** How long one project's part of the log is kept. */
export type LogRuleLine = {
  /** Null: the portal itself, whatever is of no project. */
  readonly project: { readonly id: string; readonly name: string } | null
  /** Null: nobody has chosen yet, and nothing is ever dropped. */
  readonly rule:
    | (LogRule & {
        readonly number: number
        readonly at: Date
        readonly proposedBy: string
        readonly agreedBy: string
      })
    | null
}

/** The rules of the projects that somebody administers, and of the portal itself for those who administer all. */
export async function listLogRules({ db }: Services, actor: Actor): Promise<LogRuleLine[]> {
  return withinDeadline(readRules(db, projectsFor(actor.roles, 'project:manage')))
}

/** The same of the projects of a scope. */
export async function readRules(db: Services['db'], scope: LogScope): Promise<LogRuleLine[]> {
  type Row = { id: string | null; name: string | null; number: number | null } & Partial<
    NonNullable<LogRuleLine['rule']>
  >
  const rows = await db.$queryRaw<Row[]>`
    SELECT p.id, p.name, r.number::int, r.content_months AS "contentMonths", r.lines_months AS "linesMonths", r.at,
      ${nameOf('r.proposed_by')} AS "proposedBy", ${nameOf('r.agreed_by')} AS "agreedBy"
    FROM (
      SELECT id, name FROM projects WHERE ${within(scope, 'id')}
      UNION ALL SELECT NULL, NULL WHERE ${scope === 'all'}
    ) p
    LEFT JOIN LATERAL (
      SELECT * FROM audit.log_rules r WHERE r.project_id IS NOT DISTINCT FROM p.id ORDER BY r.number DESC LIMIT 1
    ) r ON true
    ORDER BY p.name NULLS LAST, p.id`
  return rows.map(
    ({ id, name, number, contentMonths = null, linesMonths = null, at, proposedBy = '', agreedBy = '' }) => ({
      project: id === null || name === null ? null : { id, name },
      rule:
        number === null || at == null
          ? null
          : { number, contentMonths, linesMonths, at, proposedBy, agreedBy },
    }),
  )
}
