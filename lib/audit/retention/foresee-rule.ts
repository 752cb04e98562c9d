import type { Prisma } from '../../../prisma/client/client.ts'
import { findRefusal } from '../../database-refusal.ts'
import type { LogRule } from './log-rule.ts'
import { planDueUntil } from './plan-dates.ts'

/** What a rule would let go today, were everything announced. */
export type Foreseen = {
  /** Of a project: lines whose personal values go, in how many months, from and to. */
  readonly content: {
    readonly rows: number
    readonly months: number
    readonly from: string
    readonly to: string
  } | null
  /** Whole months that could go, once every project's rule lets them. */
  readonly lineMonths: number
}

type Reader = Pick<Prisma.TransactionClient, '$queryRaw'>

/** Counts it: of one project, or of the portal itself. */
export async function foreseeRule(
  db: Reader,
  projectId: string | null,
  { rule, now }: { readonly rule: LogRule; readonly now: Date },
): Promise<Foreseen> {
  const { contentMonths, linesMonths } = rule
  const months =
    contentMonths === null ? [] : await countContent(db, projectId, planDueUntil(now, contentMonths))
  const [first] = months
  const last = months.at(-1)
  return {
    content:
      first === undefined || last === undefined
        ? null
        : {
            ...{ rows: months.reduce((sum, { rows }) => sum + rows, 0), months: months.length },
            ...{ from: first.month, to: last.month },
          },
    lineMonths: linesMonths === null ? 0 : await countMonths(db, planDueUntil(now, linesMonths)),
  }
}

const QUERY_CANCELED = '57014'

/**
 * The same within a transaction whose asker waits for it; null where it takes longer: of a large log it is not worth that
 * nobody could choose how long it is kept.
 */
export async function foreseeInTime(
  tx: Prisma.TransactionClient,
  projectId: string | null,
  asked: { readonly rule: LogRule; readonly now: Date },
): Promise<Foreseen | null> {
  await tx.$executeRaw`SAVEPOINT foreseeing`
  try {
    await tx.$executeRaw`SET LOCAL statement_timeout = '1500ms'`
    return await foreseeRule(tx, projectId, asked)
  } catch (error) {
    if (findRefusal(error)?.code !== QUERY_CANCELED) throw error
    return null
  } finally {
    // The limit goes with it.
    await tx.$executeRaw`ROLLBACK TO SAVEPOINT foreseeing`
  }
}

/** Of a project's lines those with personal values, by month, oldest first. */
export function countContent(
  db: Reader,
  projectId: string | null,
  until: Date,
): Promise<{ month: string; rows: number }[]> {
  return db.$queryRaw<{ month: string; rows: number }[]>`
    SELECT to_char(month, 'YYYY-MM') AS month, rows::int
    FROM audit.content_by_month(${projectId}::uuid, '-infinity', ${until}) ORDER BY 1`
}

async function countMonths(db: Reader, until: Date): Promise<number> {
  const [row] = await db.$queryRaw<{ months: number }[]>`
    SELECT count(*)::int AS months FROM audit.months_of_lines() WHERE month::timestamp AT TIME ZONE 'UTC' < ${until}`
  return row?.months ?? 0
}

/** What it foresees, in a sentence. */
export function sayForeseen(foreseen: Foreseen | null): string {
  if (foreseen === null) return 'what it lets go could not be counted in time when it was proposed'
  const { content, lineMonths } = foreseen
  const values =
    content === null
      ? 'no personal values are past yet'
      : `personal values of ${content.rows.toLocaleString('en')} ${content.rows === 1 ? 'line' : 'lines'} in ${content.months} ${content.months === 1 ? 'month' : 'months'} (${content.from === content.to ? content.from : `${content.from} to ${content.to}`}) go`
  const lines =
    lineMonths === 0
      ? 'no month of lines is past'
      : `${lineMonths} ${lineMonths === 1 ? 'month' : 'months'} of lines may go once every project’s rule lets them`
  return `foreseen when it was proposed, a week after it is announced: ${values}; ${lines}`
}
