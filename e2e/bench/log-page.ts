// The log's page with ten million rows, by each filter and at any depth, against the page of a log of a few hundred.
import { statfs } from 'node:fs/promises'
import pg from 'pg'
import { PEOPLE } from '../stack/people.ts'
import { signIn, type Visitor } from '../stack/visitor.ts'
import { awaitReady } from './await-ready.ts'
import { baseline, compare, type Figure, type Result } from './figure.ts'
import { type FilledLog, fillLog } from './log-fill.ts'
import type { Stage } from './stage.ts'
import { median, quantile } from './statistics.ts'

const ROWS = 10_000_000
const NEEDS_BYTES = 30e9
const PAGES = 60
const WARM_UPS = 20
const MAX_MS = 300

export const logPage: Figure = {
  name: 'log-page',
  async measure(stage) {
    const { bavail, bsize } = await statfs(stage.stack.folder)
    if (bavail * bsize < NEEDS_BYTES) {
      process.stderr.write(
        `log-page is left out: ${(bavail * bsize) / 1e9} GB are free and ${NEEDS_BYTES / 1e9} GB are needed.\n`,
      )
      return []
    }
    // The sealer would be busy for hours with rows that nobody wrote.
    return stage.withPortal({ WORKER: 'off' }, () => measurePages(stage))
  },
}

async function measurePages(stage: Stage): Promise<Result[]> {
  const { portalUrl, ownerUrl } = stage.stack
  const auditor = PEOPLE.find(({ roles }) => roles.includes('auditor'))
  if (auditor === undefined) throw new Error('Nobody reads the log.')
  await letIn(ownerUrl, auditor.email)
  const visitor = await signIn(portalUrl, auditor)
  const few = await readPages(stage, visitor, Array<string>(PAGES + WARM_UPS).fill('/audit'))
  const log = await fillLog(ownerUrl, ROWS)
  // Whoever has just written ten gigabytes is busy with it for minutes; a log grows more slowly.
  await stage.database.restart()
  await awaitReady(visitor)
  const ofFew = baseline('log page of a few hundred rows, median', 'ms', median(few))
  const results: Result[] = []
  for (const [name, asked] of Object.entries(log.asked)) {
    const took = await readPages(stage, visitor, listPaths(log, asked))
    const value = quantile(took, 0.95)
    const bar = { text: `at most ${MAX_MS} ms`, isMet: value <= MAX_MS }
    results.push(
      compare(`log page by ${name}, of ${ROWS / 1e6} million rows, p95`, value, { to: ofFew, bar }),
    )
  }
  return [...results, ofFew]
}

/** Of three pages one is the newest; the others begin anywhere in the log, or in the time that is asked for. */
function listPaths(log: FilledLog, asked: readonly Readonly<Record<string, string>>[]): string[] {
  return Array.from({ length: PAGES + WARM_UPS }, (_, n) => {
    const given = asked[n % asked.length] ?? {}
    const from = new Date(given.from ?? log.from).getTime()
    const to = new Date(given.to ?? log.to).getTime()
    const micros = Math.floor((from + (to - from) * ((n * 0.618) % 1)) * 1000)
    // All of one viewing goes from its opening on.
    const isDeep = n % 3 !== 0 && given.viewing === undefined
    return `/audit?${new URLSearchParams({ ...given, ...(isDeep && { after: `${micros}.1` }) })}`
  })
}

/** One after the other: milliseconds from the request to the answer's last byte. */
async function readPages(stage: Stage, visitor: Visitor, paths: readonly string[]): Promise<number[]> {
  const tookMs: number[] = []
  for (const [n, path] of paths.entries()) {
    const { status, totalMs, isComplete } = await stage.load.order({
      kind: 'read',
      url: `${visitor.portalUrl}${path}`,
      headers: { cookie: visitor.cookie },
    })
    if (status !== 200 || !isComplete) throw new Error(`${path} is answered with ${status}.`)
    if (n >= WARM_UPS) tookMs.push(totalMs)
  }
  return tookMs
}

/** As an access file would: nobody else may read the log. */
async function letIn(ownerUrl: string, email: string): Promise<void> {
  const owner = new pg.Client({ connectionString: ownerUrl })
  await owner.connect()
  try {
    await owner.query(
      `WITH person AS (INSERT INTO people (id, email) VALUES (gen_random_uuid(), $1) RETURNING id)
       INSERT INTO roles_held (id, person_id, role) SELECT gen_random_uuid(), id, 'auditor' FROM person`,
      [email],
    )
  } finally {
    await owner.end()
  }
}
