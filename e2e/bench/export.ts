// A million rows of the log as CSV, against COPY of the same rows out of the database. COPY goes over the protocol, which
// is what psql's \copy does; neither of the two is written to a disk.
import pg from 'pg'
import { copyOut } from './copy-out.ts'
import { baseline, compare, type Figure } from './figure.ts'
import { fillLog, LOG_ROWS, signInAuditor } from './full-log.ts'
import { readResidentBytes, watchMemory } from './process-usage.ts'
import type { Stage } from './stage.ts'
import { median } from './statistics.ts'

const ROUNDS = 3
const MIN_RATIO = 0.25
const MAX_SECONDS = 60
const MAX_MEGABYTES = 100

/** The rows as other programs read them, which say of a viewing's windows who watched, as the export does. */
const VIEW = 'SELECT * FROM audit.log ORDER BY at, id'
/** What is in the table, and nothing that belongs to it. */
const TABLE = 'SELECT * FROM audit.events ORDER BY at, id'

export const exportLog: Figure = {
  name: 'export',
  measure: (stage) =>
    stage.withPortal({}, async (portal) => {
      await fillLog(stage)
      const { cookie, portalUrl } = await signInAuditor(stage)
      const seconds: number[] = []
      const view: number[] = []
      const table: number[] = []
      let grownBytes = 0
      for (let round = 0; round < ROUNDS; round += 1) {
        const before = readResidentBytes(portal.pid)
        const url = `${portalUrl}/audit/export?format=csv&zone=Europe/Berlin`
        const order = { kind: 'read', url, headers: { cookie } } as const
        const { outcome, mostBytes } = await watchMemory(portal.pid, stage.load.order(order))
        if (!outcome.isComplete || outcome.status !== 200)
          throw new Error(`The export is answered with ${outcome.status}.`)
        seconds.push(outcome.totalMs / 1000)
        // The first one loads what later ones have.
        if (round > 0) grownBytes = Math.max(grownBytes, mostBytes - before)
        view.push(await copySeconds(stage, VIEW))
        table.push(await copySeconds(stage, TABLE))
      }
      const rate = (each: readonly number[]): number => LOG_ROWS / median(each)
      const copied = baseline(
        'rows of the log copied by COPY, as other programs read them',
        'rows/s',
        rate(view),
      )
      const bare = baseline('rows of the log copied by COPY, the bare table', 'rows/s', rate(table))
      const took = median(seconds)
      return [
        compare(`export of ${LOG_ROWS.toLocaleString('en')} rows as CSV`, rate(seconds), {
          to: copied,
          bar: { text: `at least ${MIN_RATIO} times`, isMet: rate(seconds) / copied.value >= MIN_RATIO },
        }),
        compare('export as CSV, against the bare table', rate(seconds), { to: bare }),
        {
          ...baseline('time of the export', 's', took),
          bar: { text: `under ${MAX_SECONDS} s`, isMet: took < MAX_SECONDS },
        },
        {
          ...baseline('growth of the server’s memory meanwhile', 'MB', grownBytes / 1e6),
          bar: { text: `under ${MAX_MEGABYTES} MB`, isMet: grownBytes < MAX_MEGABYTES * 1e6 },
        },
        ...[copied, bare],
      ]
    }),
}

async function copySeconds({ stack }: Stage, question: string): Promise<number> {
  const client = new pg.Client({ connectionString: stack.environment.DATABASE_URL })
  await client.connect()
  try {
    const startedMs = performance.now()
    await copyOut(client, question, () => {})
    return (performance.now() - startedMs) / 1000
  } finally {
    await client.end()
  }
}
