// Writers of the log beside the portal's own: each a connection of the application's role that appends by the function,
// some rows in transactions that stay open for a while, so that numbers are given out of the order of commits.
import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'

export type Pace = {
  readonly writers: number
  /** From one row of a writer to its next, on average. */
  readonly everyMs: number
}

const ROWS_AT_MOST = 4
const LONGEST_OPEN_MS = 20

/** Has them write for as long as `use` takes; answers how many rows they have committed beside what `use` answers. */
export async function whileLogging<T>(
  url: string,
  pace: Pace,
  use: () => Promise<T>,
): Promise<{ readonly written: number; readonly answer: T }> {
  const stop = new AbortController()
  const writing = Promise.all(Array.from({ length: pace.writers }, () => write(url, pace, stop.signal)))
  // Told to whoever waits for the end, too.
  writing.catch(() => {})
  let answer: T
  try {
    answer = await use()
  } finally {
    stop.abort()
  }
  const counts = await writing
  return { written: counts.reduce((sum, count) => sum + count, 0), answer }
}

async function write(url: string, { everyMs }: Pace, signal: AbortSignal): Promise<number> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  let written = 0
  try {
    for (let due = performance.now(); !signal.aborted; ) {
      const rows = 1 + Math.floor(Math.random() * ROWS_AT_MOST)
      await client.query('BEGIN')
      for (let each = 0; each < rows; each += 1) await append(client)
      await sleep(Math.random() * LONGEST_OPEN_MS)
      await client.query('COMMIT')
      written += rows
      due += rows * 2 * Math.random() * everyMs
      await sleep(Math.max(0, due - performance.now()))
    }
    return written
  } finally {
    await client.end()
  }
}

async function append(client: pg.Client): Promise<void> {
  const [, , , variant, node] = randomUUID().split('-')
  const time = Date.now().toString(16).padStart(12, '0')
  const id = `${time.slice(0, 8)}-${time.slice(8)}-7abc-${variant}-${node}`
  const event = { event_id: id, action: 'viewing.window', outcome: 'allowed', viewing_id: randomUUID() }
  await client.query('SELECT audit.append_audit_event($1::jsonb)', [
    JSON.stringify({ ...event, window_start: 0, window_end: 4_194_304, bytes: 4_194_680 }),
  ])
}
