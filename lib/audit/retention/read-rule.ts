import type { Prisma } from '../../../prisma/client/client.ts'
import type { LogRule } from './log-rule.ts'

export type NumberedRule = LogRule & { readonly number: number }

/** The rule in force for a project, null: for the portal itself; null where none was chosen. */
export async function readLogRule(
  db: Pick<Prisma.TransactionClient, '$queryRaw'>,
  projectId: string | null,
): Promise<NumberedRule | null> {
  const [row] = await db.$queryRaw<NumberedRule[]>`
    SELECT number::int, content_months AS "contentMonths", lines_months AS "linesMonths" FROM audit.log_rules
    WHERE project_id IS NOT DISTINCT FROM ${projectId}::uuid ORDER BY audit.log_rules.number DESC LIMIT 1`
  return row ?? null
}
