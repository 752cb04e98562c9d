// The log as an outsider reads it: the view, by the application's own database role.
import { expect, readStack } from './fixtures.ts'
import { createQuery, type Query } from './stack/query.ts'

/** A row of `audit.log`; numbers of 64 bits come as text. */
export type LogRow = {
  readonly id: string
  readonly at: Date
  readonly action: string
  readonly outcome: string
  readonly code: string | null
  readonly actor_email: string | null
  readonly actor_subject: string | null
  readonly project: string | null
  readonly session_id: string | null
  readonly archive_id: string | null
  readonly viewing_id: string | null
  readonly window_start: string | null
  readonly window_end: string | null
  readonly bytes: string | null
  readonly reason_code: string | null
  readonly reason: string | null
  readonly case_reference: string | null
  readonly address: string | null
  readonly request_id: string | null
}

/** Asks the database as the application may. */
export const query: Query = (sql, values) =>
  createQuery(readStack().environment.DATABASE_URL ?? '')(sql, values)

/** Everything on record about a viewing, in order. */
export function readViewing(viewingId: string): Promise<LogRow[]> {
  return query('SELECT * FROM audit.log WHERE viewing_id = $1 ORDER BY id', [viewingId])
}

/** Lapsed viewings are looked for by a job. */
const CLOSE_TIMEOUT_MS = 45_000

/** Waits until a viewing's end is on record. */
export async function expectClosed(viewingId: string): Promise<void> {
  await expect
    .poll(async () => (await readViewing(viewingId)).map(({ action }) => action), {
      timeout: CLOSE_TIMEOUT_MS,
    })
    .toContain('viewing.closed')
}
