// The log is written by many while the portal, which seals it, is killed again and again: each row must come to be in
// exactly one block. And how soon a row is sealed when nothing goes wrong.
import { setTimeout as sleep } from 'node:timers/promises'
import { startPortal } from '../stack/portal.ts'
import type { Finding } from './finding.ts'
import { whileLogging } from './log-writers.ts'
import type { Scene } from './scene.ts'
import { whileServing } from './scene.ts'
import { readSealedLog, type SealedLog } from './sealed-log.ts'

const CATCH_UP_MS = 60_000

export async function runSealerKills(
  scene: Scene,
  options: { readonly times: number; readonly writers: number; readonly longestMs: number },
): Promise<Finding> {
  const url = applicationUrl(scene)
  const { written } = await whileLogging(url, { writers: options.writers, everyMs: 100 }, async () => {
    for (let round = 0; round < options.times; round += 1) {
      const portal = await startPortal(scene.stack, scene.stack.portalLog)
      await sleep(Math.random() * options.longestMs)
      process.kill(portal.pid, 'SIGKILL')
      await portal.ended
    }
  })
  const last = await readLastId(scene)
  const log = await whileServing(scene.stack, async () => {
    await waitUntilSealed(scene)
    return readSealedLog(scene.query, last)
  })
  return {
    name: `sealer killed (SIGKILL) ${options.times} times under ${options.writers} writers`,
    figure: `${written} rows written beside the portal’s own, ${describeLog(log)}`,
    isKept: isWhole(log),
  }
}

export async function runSealLag(
  scene: Scene,
  options: { readonly perSecond: number; readonly seconds: number; readonly p99Ms: number },
): Promise<Finding> {
  const writers = 16
  const pace = { writers, everyMs: (1000 * writers) / options.perSecond }
  return whileServing(scene.stack, async () => {
    await waitUntilSealed(scene)
    const last = await readLastId(scene)
    const { written } = await whileLogging(applicationUrl(scene), pace, () => sleep(options.seconds * 1000))
    await waitUntilSealed(scene)
    const lag = await readLag(scene, last)
    const rate = Math.round(written / options.seconds)
    return {
      name: `rows sealed at ${options.perSecond} a second`,
      figure: `${written} rows, ${rate} a second; from a row’s commit to its block’s: median ${lag.p50} ms, p99 ${lag.p99} ms, longest ${lag.longest} ms`,
      isKept: lag.p99 < options.p99Ms,
    }
  })
}

/** Milliseconds from the commit of a row to that of its block, of rows after this one. */
async function readLag(
  { query }: Scene,
  after: string,
): Promise<{ readonly p50: number; readonly p99: number; readonly longest: number }> {
  const [lag] = await query<{ p50: number; p99: number; longest: number }>(
    `SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY ms)::int AS p50,
       percentile_cont(0.99) WITHIN GROUP (ORDER BY ms)::int AS p99, max(ms)::int AS longest
     FROM (
       SELECT 1000 * extract(epoch FROM
         pg_xact_commit_timestamp(b.xmin) - pg_xact_commit_timestamp(e.xmin))::float8 AS ms
       FROM audit.blocks b JOIN audit.block_leaves l USING (number)
       CROSS JOIN LATERAL unnest(l.ids) AS i(id) JOIN audit.events e ON e.id = i.id
       WHERE e.id > $1
     ) AS waits`,
    [after],
  )
  if (lag === undefined) throw new Error('No row was sealed.')
  return lag
}

async function readLastId({ query }: Scene): Promise<string> {
  const [last] = await query<{ id: string }>('SELECT coalesce(max(id), 0)::text AS id FROM audit.events')
  return last?.id ?? '0'
}

/** Comes to a moment at which every row there is has its block. */
async function waitUntilSealed({ query }: Scene): Promise<void> {
  const giveUpAt = Date.now() + CATCH_UP_MS
  for (;;) {
    const [row] = await query<{ isSealed: boolean }>(
      `SELECT (SELECT count(*) FROM audit.events) =
         (SELECT sealed FROM audit.blocks ORDER BY number DESC LIMIT 1) AS "isSealed"`,
    )
    if (row?.isSealed === true) return
    if (Date.now() > giveUpAt) throw new Error('The log was not sealed in time.')
    await sleep(500)
  }
}

function applicationUrl({ stack }: Scene): string {
  const url = stack.environment.DATABASE_URL
  if (url === undefined) throw new Error('The portal has no database.')
  return url
}

function isWhole(log: SealedLog): boolean {
  return log.unsealed + log.doubled + log.gaps + log.broken === 0 && log.isHeadRight
}

function describeLog({ rows, blocks, unsealed, doubled, gaps, broken, isHeadRight }: SealedLog): string {
  const head = isHeadRight ? 'the last checkpoint is of it' : 'the last checkpoint is of another tree'
  return `${rows} rows in ${blocks} blocks: ${unsealed} in none, ${doubled} in two, ${gaps} numbers missing, ${broken} blocks broken; ${head}`
}
