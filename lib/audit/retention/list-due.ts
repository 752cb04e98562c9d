import type { Prisma } from '../../../prisma/client/client.ts'
import { countContent } from './foresee-rule.ts'
import { planAnnouncedUntil, planDueDate, planDueUntil } from './plan-dates.ts'
import type { NumberedRule } from './read-rule.ts'

type Reader = Pick<Prisma.TransactionClient, '$queryRaw'>

/** Something that a rule lets go: a month of a project's personal values, or of all lines. */
export type Due = { readonly month: string; readonly dueAt: Date }

export type RuleInForce = NumberedRule & {
  /** Null: the portal itself. */
  readonly projectId: string | null
  readonly projectName: string | null
}

/** The rules in force, by project. */
export function listRules(db: Reader): Promise<RuleInForce[]> {
  return db.$queryRaw<RuleInForce[]>`
    SELECT DISTINCT ON (r.project_id) r.number::int, r.project_id AS "projectId", p.name AS "projectName",
      r.content_months AS "contentMonths", r.lines_months AS "linesMonths"
    FROM audit.log_rules r LEFT JOIN projects p ON p.id = r.project_id ORDER BY r.project_id, r.number DESC`
}

/** Months of a project's personal values that are past within eight days, the oldest first. */
export async function listDueContent(db: Reader, rule: RuleInForce, now: Date): Promise<Due[]> {
  const { projectId, contentMonths } = rule
  if (contentMonths === null) return []
  const until = planDueUntil(planAnnouncedUntil(now), contentMonths)
  const found = await countContent(db, projectId, until)
  return found.map(({ month }) => ({ month, dueAt: planDueDate(month, contentMonths) }))
}

/** Months of lines that may be past within eight days, by the shortest of all rules: the database asks each. Oldest first. */
export async function listDueLines(db: Reader, rules: readonly RuleInForce[], now: Date): Promise<Due[]> {
  const lengths = rules.flatMap(({ linesMonths }) => linesMonths ?? [])
  if (lengths.length === 0) return []
  const shortest = Math.min(...lengths)
  const months = await db.$queryRaw<{ month: string }[]>`
    SELECT to_char(month, 'YYYY-MM') AS month FROM audit.months_of_lines() ORDER BY 1`
  return months
    .map(({ month }) => ({ month, dueAt: planDueDate(month, shortest) }))
    .filter(({ dueAt }) => dueAt <= planAnnouncedUntil(now))
}
