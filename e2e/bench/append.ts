// Rows a second that many writers append at once by the log's function while the portal seals, against plain INSERT of
// the same row into a table of the same columns and indexes, with neither partitions nor triggers nor a sealer.
import { randomUUID } from 'node:crypto'
import pg from 'pg'
import { baseline, compare, type Figure, type Result } from './figure.ts'
import { waitUntilSealed, withOwner } from './full-log.ts'
import type { Stage } from './stage.ts'
import { median } from './statistics.ts'

const ROUNDS = 10
const ROUND_MS = 2_000
const BARS: readonly (readonly [writers: number, least: number])[] = [
  [8, 0.7],
  [32, 0.5],
]

type Append = (client: pg.Client) => Promise<unknown>

export const append: Figure = {
  name: 'append',
  measure: (stage) =>
    stage.withPortal({}, async () => {
      await withOwner(stage, async (query) => {
        await query('CREATE TABLE public.bench_rows (LIKE audit.events INCLUDING ALL)')
        await query('CREATE UNIQUE INDEX ON public.bench_rows (event_id)')
        await query('GRANT INSERT ON public.bench_rows TO PUBLIC')
      })
      try {
        const results: Result[] = []
        for (const [writers, least] of BARS) results.push(...(await measureWriters(stage, writers, least)))
        return results
      } finally {
        await withOwner(stage, async (query) => {
          await query('DROP TABLE public.bench_rows')
          await waitUntilSealed(query)
        })
      }
    }),
}

/** In turn, beginning with another each time; the first round warms up and does not count. */
async function measureWriters(stage: Stage, writers: number, least: number): Promise<Result[]> {
  const clients = await Promise.all(Array.from({ length: writers }, () => connect(stage)))
  const plain: number[] = []
  const logged: number[] = []
  const ways = [
    { rates: plain, write: insertPlainly },
    { rates: logged, write: appendToLog },
  ]
  try {
    for (let round = 0; round <= ROUNDS; round += 1)
      for (const { rates, write } of round % 2 === 0 ? ways : ways.toReversed()) {
        const rate = await measureRate(clients, write)
        if (round > 0) rates.push(rate)
      }
  } finally {
    await Promise.all(clients.map((client) => client.end()))
  }
  const to = baseline(`rows inserted plainly by ${writers} writers`, 'rows/s', median(plain))
  const value = median(logged)
  const bar = { text: `at least ${least} times`, isMet: value / to.value >= least }
  return [compare(`rows appended to the log by ${writers} writers, sealed meanwhile`, value, { to, bar }), to]
}

async function measureRate(clients: readonly pg.Client[], write: Append): Promise<number> {
  const startedMs = performance.now()
  const counts = await Promise.all(
    clients.map(async (client) => {
      let count = 0
      for (; performance.now() - startedMs < ROUND_MS; count += 1) await write(client)
      return count
    }),
  )
  const all = counts.reduce((sum, count) => sum + count, 0)
  return (all / (performance.now() - startedMs)) * 1000
}

async function connect({ stack }: Stage): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: stack.environment.DATABASE_URL })
  await client.connect()
  return client
}

/** A UUIDv7 of now. */
function newEventId(): string {
  const [, , , variant, node] = randomUUID().split('-')
  const time = Date.now().toString(16).padStart(12, '0')
  return `${time.slice(0, 8)}-${time.slice(8)}-7abc-${variant}-${node}`
}

/** What both ways are given by their writer: a window of a viewing, which most rows are. */
const window = () => ({
  ...{ event_id: newEventId(), action: 'viewing.window', outcome: 'allowed', viewing_id: randomUUID() },
  ...{ window_start: 0, window_end: 4_194_304, bytes: 4_194_680, media_from_ms: 0, media_to_ms: 10_000 },
})

const appendToLog: Append = (client) =>
  client.query({
    name: 'append',
    text: `SELECT (appended).id, (appended).at
      FROM (SELECT audit.append_audit_event($1::jsonb) AS appended OFFSET 0) AS call`,
    values: [JSON.stringify(window())],
  })

const insertPlainly: Append = (client) =>
  client.query({
    name: 'insert',
    text: `INSERT INTO public.bench_rows (id, at, tx, schema_version, writer, event_id, action, outcome, viewing_id,
        window_start, window_end, bytes, media_from_ms, media_to_ms)
      VALUES ($1, clock_timestamp(), pg_current_xact_id(), 1, session_user, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
    values: [nextId(), ...Object.values(window())],
  })

let lastId = 0
function nextId(): number {
  lastId += 1
  return lastId
}
