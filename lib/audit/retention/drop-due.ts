import { setTimeout as wait } from 'node:timers/promises'
import pg from 'pg'
import { eachAlone } from '../../each-alone.ts'
import type { Services } from '../../services.ts'
import { announceDrops, isRefused } from './announce-drops.ts'
import { type Due, listDueContent, listDueLines, listRules, type RuleInForce } from './list-due.ts'

/** What was announced and dropped, in months. */
export type Dropped = {
  readonly announced: number
  readonly contentMonths: number
  readonly lineMonths: number
}

/** A month of lines goes while nobody reads or writes: for a second it is waited for, and then somewhat later again. */
const TRIES = 5
const TRY_AGAIN_MS = 2_000
const LOCK_NOT_AVAILABLE = '55P03'

/**
 * Announces what the rules of the log let go within a week, and drops what was announced a week ago: each project's month,
 * and each month of lines, in a transaction of its own, which the database checks anew. Stopped anywhere it leaves all of a
 * month or none; what was done is passed over the next time. A project whose part fails holds up no other.
 */
export async function dropDue(services: Services, now: Date, signal: AbortSignal): Promise<Dropped> {
  const { db, log } = services
  const rules = await listRules(db)
  let [announced, contentMonths, lineMonths] = [0, 0, 0]
  await eachAlone(rules, async (rule) => {
    if (signal.aborted) return
    const due = await listDueContent(db, rule, now)
    announced += await announceDrops(services, { part: 'content', rule, due })
    contentMonths += await dropContent(services, rule, isPast(due, now), signal)
  })
  const due = signal.aborted ? [] : await listDueLines(db, rules, now)
  announced += await announceDrops(services, { part: 'lines', rule: null, due })
  lineMonths += await dropMonths(services, isPast(due, now), signal)
  if (announced + contentMonths + lineMonths > 0)
    log.info({ announced, contentMonths, lineMonths }, 'what the rules of the log let go')
  return { announced, contentMonths, lineMonths }
}

const isPast = (due: readonly Due[], now: Date): Due[] => due.filter(({ dueAt }) => dueAt <= now)

async function dropContent(
  services: Services,
  { projectId }: RuleInForce,
  due: readonly Due[],
  signal: AbortSignal,
): Promise<number> {
  let dropped = 0
  for (const { month } of due) {
    if (signal.aborted) break
    const rows = await askAlone(services, 'SELECT audit.drop_content($1, $2) AS rows', [
      projectId,
      `${month}-01`,
    ])
    if (rows !== null && rows > 0) dropped += 1
  }
  return dropped
}

async function dropMonths(services: Services, due: readonly Due[], signal: AbortSignal): Promise<number> {
  let dropped = 0
  for (const { month } of due) {
    if (signal.aborted) break
    const rows = await dropMonth(services, month, signal)
    // No month goes before those that are older.
    if (rows === null) break
    dropped += 1
  }
  return dropped
}

async function dropMonth(services: Services, month: string, signal: AbortSignal): Promise<number | null> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await askAlone(services, 'SELECT audit.drop_month($1) AS rows', [`${month}-01`])
    } catch (error) {
      const isBusy = error instanceof pg.DatabaseError && error.code === LOCK_NOT_AVAILABLE
      if (!isBusy || tries === TRIES) throw error
      await wait(TRY_AGAIN_MS, undefined, { signal })
    }
  }
}

/** On a connection of its own, without the limit that questions have: a month may have millions of rows. Null: refused. */
async function askAlone({ env }: Services, sql: string, values: readonly unknown[]): Promise<number | null> {
  const client = new pg.Client({
    ...{ connectionString: env.databaseUrl, application_name: 'recordroom drops', keepAlive: true },
    connectionTimeoutMillis: 3_000,
  })
  client.on('error', () => {})
  try {
    await client.connect()
    const { rows } = await client.query<{ rows: string }>(sql, [...values])
    return Number(rows[0]?.rows ?? 0)
  } catch (error) {
    if (isRefused(error)) return null
    throw error
  } finally {
    await client.end().catch(() => {})
  }
}
