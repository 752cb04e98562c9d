import type { Prisma } from '../../../prisma/client/client.ts'
import { findRefusal } from '../../database-refusal.ts'
import { findHoldersOf } from '../../notices/find-holders-of.ts'
import { tell } from '../../notices/tell.ts'
import type { Services } from '../../services.ts'
import type { Due, RuleInForce } from './list-due.ts'
import { planDropFrom } from './plan-dates.ts'

type Part = 'content' | 'lines'
type Announced = { readonly month: string; readonly rows: number }

const LONGEST_MS = 10 * 60_000

/**
 * Announces what is due and not announced yet, on record, and tells the administrators and auditors of the project once of
 * all of it. What the database refuses, for it is on hold or not past, is passed over. Answers how many months.
 */
export async function announceDrops(
  { db }: Pick<Services, 'db'>,
  {
    part,
    rule,
    due,
  }: { readonly part: Part; readonly rule: RuleInForce | null; readonly due: readonly Due[] },
): Promise<number> {
  if (due.length === 0) return 0
  const work = async (tx: Prisma.TransactionClient): Promise<number> => {
    const announced: Announced[] = []
    for (const { month } of due) {
      const rows = await tryAnnounce(tx, { part, projectId: rule?.projectId ?? null, month })
      // No month of lines goes before those that are older.
      if (rows === 'refused' && part === 'lines') break
      if (typeof rows === 'number') announced.push({ month, rows })
    }
    await tellOf(tx, { part, rule, announced })
    return announced.length
  }
  return db.$transaction(work, { timeout: LONGEST_MS })
}

type Wanted = { readonly part: Part; readonly projectId: string | null; readonly month: string }

async function tryAnnounce(
  tx: Prisma.TransactionClient,
  { part, projectId, month }: Wanted,
): Promise<number | 'announced' | 'refused'> {
  await tx.$executeRaw`SAVEPOINT announcing`
  try {
    const [row] = await tx.$queryRaw<{ rows: number | null }[]>`
      SELECT audit.announce_drop(${part}, ${projectId}::uuid, ${`${month}-01`}::date)::int AS rows`
    await tx.$executeRaw`RELEASE SAVEPOINT announcing`
    return row?.rows ?? 'announced'
  } catch (error) {
    if (!isRefused(error)) throw error
    await tx.$executeRaw`ROLLBACK TO SAVEPOINT announcing`
    return 'refused'
  }
}

/** A rule of the database that keeps something: on hold, not past, not announced, not sealed. */
export function isRefused(error: unknown): boolean {
  const message = findRefusal(error)?.message ?? (error instanceof Error ? error.message : '')
  return /\blog_(on_hold|drop_\w+):/.test(message)
}

async function tellOf(
  tx: Prisma.TransactionClient,
  { part, rule, announced }: { part: Part; rule: RuleInForce | null; announced: readonly Announced[] },
): Promise<void> {
  const [first] = announced
  const last = announced.at(-1)
  if (first === undefined || last === undefined) return
  const projectId = rule?.projectId ?? null
  const people = [await findHoldersOf(tx, 'admin', projectId), await findHoldersOf(tx, 'auditor', projectId)]
  await tell(tx, {
    kind: 'drop.announced',
    to: people.flat(),
    projectId,
    about: {
      ...{ part, project: rule?.projectName ?? null, from: first.month, to: last.month },
      rows: String(announced.reduce((sum, { rows }) => sum + rows, 0)),
      notBefore: planDropFrom(new Date()).toISOString(),
    },
  })
}
