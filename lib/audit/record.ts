import type { PrismaClient } from '../../prisma/client/client.ts'
import { AppError } from '../errors.ts'
import type { AuditEvent } from './event.ts'
import { renderEventInput } from './event-input.ts'

/** How long a write may take before the act it stands for is refused. */
const WRITE_LIMIT_MS = 3_000

/** Where the log is written: the client, or a transaction, to put the row and a change in one commit. */
export type LogWriter = Pick<PrismaClient, '$queryRaw'>

/**
 * Puts one act on record; the only writer of the log. Outside a transaction the row is committed when this returns.
 * The same event id again gives the row already there, so a retry is harmless. `id` is the row's number, `at` the
 * database's clock. Throws AppError `audit-unavailable` when the log does not take it within three seconds, whatever
 * the cause: the row may still be written then, so the log claims at most too much.
 */
export async function recordEvent(db: LogWriter, event: AuditEvent): Promise<{ id: string; at: Date }> {
  const row = await withinLimit(appendEvent(db, event))
  return { id: String(row.id), at: row.at }
}

async function appendEvent(db: LogWriter, event: AuditEvent): Promise<{ id: bigint; at: Date }> {
  const input = renderEventInput(event)
  // As a value and not as a table: for one row Postgres would lay out a store. OFFSET keeps the call to one.
  const [row] = await db.$queryRaw<{ id: bigint; at: Date }[]>`
    SELECT (appended).id, (appended).at
    FROM (SELECT audit.append_audit_event(${input}::jsonb) AS appended OFFSET 0) AS call`
  if (row === undefined) throw new Error('the append function answered no row')
  return row
}

async function withinLimit<T>(write: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const limit = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${WRITE_LIMIT_MS} ms`)), WRITE_LIMIT_MS)
  })
  try {
    return await Promise.race([write, limit])
  } catch (cause) {
    throw new AppError('audit-unavailable', undefined, { cause })
  } finally {
    clearTimeout(timer)
  }
}
