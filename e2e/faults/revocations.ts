// A grant is taken back, or a sign-in ended, while its holder watches: the stream ends at its next window.
import { setTimeout as sleep } from 'node:timers/promises'
import { receive } from '../stack/receive.ts'
import { signIn } from '../stack/visitor.ts'
import { addToTally, createTally, describeTally, isKept } from './compare.ts'
import type { Finding } from './finding.ts'
import type { Scene } from './scene.ts'
import { startStream } from './stream.ts'

const KINDS = ['file', 'slow', 'segments'] as const

/** How each way is done in the database, and what the next request is answered with. */
const WAYS = [
  { table: 'grants', column: 'revoked_at', key: 'grant_id', status: 410 },
  { table: 'sign_ins', column: 'ended_at', key: 'sign_in_id', status: 401 },
] as const

type Sums = { readonly faults: string[]; mostLateWindows: number }

/** The portal is to be serving. */
export async function runRevocations(
  scene: Scene,
  options: { readonly times: number; readonly longestMs: number },
): Promise<Finding> {
  const tally = createTally()
  const sums: Sums = { faults: [], mostLateWindows: 0 }
  for (let round = 0; round < options.times; round += 1) {
    const ends = await runRound(scene, sums, { round, longestMs: options.longestMs })
    for (const end of ends) await addToTally(scene, tally, end)
  }
  return {
    name: `grant or sign-in ended ${options.times} times while the portal streams`,
    figure: [
      describeTally(tally),
      `at most ${sums.mostLateWindows} window of a stream begun after`,
      ...new Set(sums.faults),
    ].join(', '),
    isKept: isKept(tally) && sums.mostLateWindows <= 1 && sums.faults.length === 0,
  }
}

async function runRound(
  scene: Scene,
  sums: Sums,
  { round, longestMs }: { readonly round: number; readonly longestMs: number },
) {
  const { query, stack } = scene
  const way = WAYS[round % WAYS.length] ?? WAYS[0]
  const person = stack.reviewers[round % stack.reviewers.length]
  if (person === undefined) throw new Error('Nobody may play.')
  const visitor = await signIn(stack.portalUrl, person)
  const streams = await Promise.all(KINDS.map((kind) => startStream(scene, visitor, kind)))
  const viewingIds = streams.map(({ viewingId }) => viewingId)
  await sleep(5 + Math.random() * longestMs)
  const whose = `id IN (SELECT ${way.key} FROM viewings WHERE id = ANY ($1::uuid[]))`
  await query(`UPDATE ${way.table} SET ${way.column} = now() WHERE ${whose}`, [viewingIds])
  const [{ since } = { since: '' }] = await query<{ since: string }>(
    'SELECT clock_timestamp()::text AS since',
  )
  const ends = await Promise.all(streams.map(({ ended }) => ended))
  const late = await query<{ windows: string }>(
    `SELECT count(*) AS windows FROM audit.log
     WHERE viewing_id = ANY ($1::uuid[]) AND action = 'viewing.window' AND at > $2::timestamptz GROUP BY viewing_id`,
    [viewingIds, since],
  )
  sums.mostLateWindows = Math.max(sums.mostLateWindows, ...late.map(({ windows }) => Number(windows)))
  const { status } = await receive({
    url: `${visitor.portalUrl}/viewings/${viewingIds[0]}/media`,
    headers: { cookie: visitor.cookie },
    agent: false,
  })
  if (status !== way.status) sums.faults.push(`${way.table}: the next request is answered ${status}`)
  if (way.table === 'grants') await query(`UPDATE grants SET revoked_at = NULL WHERE ${whose}`, [viewingIds])
  return ends
}
